import { useLanguage } from "../../hooks/useLanguage";
import { formatMoney, type Rounding } from "../../i18n/money";

interface MoneyProps {
  micros: number;
  currency: string;
  rounding?: Rounding;
  testId?: string;
}

/** An amount; the exact micros stay readable for scripts. */
export function Money({ micros, currency, rounding = "down", testId }: MoneyProps) {
  const { language } = useLanguage();
  return (
    <span className="number" data-micros={micros} data-testid={testId}>
      {formatMoney(micros, currency, language, rounding)}
    </span>
  );
}
