import { useLanguage } from "../hooks/useLanguage";
import { formatMoney, type Precision } from "../i18n/money";

interface MoneyProps {
  micros: number;
  currency: string;
  precision?: Precision;
  testId?: string;
}

/** An amount; the exact micros stay readable for scripts. */
export function Money({ micros, currency, precision = "exact", testId }: MoneyProps) {
  const { language } = useLanguage();
  return (
    <span className="number" data-micros={micros} data-testid={testId}>
      {formatMoney(micros, currency, language, precision)}
    </span>
  );
}
