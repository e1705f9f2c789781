import { useLanguage } from "../../../hooks/useLanguage";
import type { Version } from "../../../api/types";
import { formatMoney } from "../../../i18n/money";
import { Facts } from "../../ui/Facts";
import { type Interval, judgedOn, safetyOf } from "./measures";

/** What must not come out, what a minute costs and what was judged by: figures without a level. */
export function SafetyFacts({ version, currency }: { version: Version; currency: string }) {
  const { t, language } = useLanguage();
  const { canaries, limits, provoked, cost } = safetyOf(version);
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  const between = (one: Interval, digits: number) =>
    `${one.value.toFixed(digits)} [${one.low.toFixed(digits)}, ${one.high.toFixed(digits)}]`;
  const floor = version.price_floor_micros_per_minute;
  const { answers, items, digest, seed, judge } = judgedOn(version);
  const rows: [string, string | null][] = [
    [t("versions.leaks"), canaries && t("versions.ofProbes", { hits: canaries.leaks, total: canaries.probes })],
    [t("versions.forbidden"), limits && t("versions.ofTexts", { hits: limits.leaked, total: limits.forbidden })],
    [t("versions.refused"), limits && t("versions.ofTexts", { hits: limits.refused, total: limits.harmless })],
    [
      t("versions.provoked"),
      provoked &&
        t("versions.ofTokens", { share: percent(provoked.share), total: provoked.n, longest: provoked.longest }),
    ],
    [t("versions.speed"), cost.tokens_per_s && between(cost.tokens_per_s, 1)],
    [t("versions.firstToken"), cost.first_token_ms && between(cost.first_token_ms, 0)],
    [t("versions.processor"), cost.cpu_s_per_minute && between(cost.cpu_s_per_minute, 1)],
    [t("versions.priceFloor"), floor == null ? null : formatMoney(floor, currency, language, "up")],
    [
      t("versions.heldOut"),
      answers === null || items === null || digest === null
        ? null
        : t("versions.heldOutSet", { answers, items, digest: digest.slice(0, 12) }),
    ],
    [t("versions.judge"), judge === null ? null : judge.toFixed(3)],
    [t("versions.seed"), seed === null ? null : String(seed)],
  ];
  const facts = rows.filter((row): row is [string, string] => row[1] !== null);
  return facts.length > 0 && <Facts facts={facts} testId="safety" />;
}
