import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Personal } from "../../../api/types";
import { Disclosure } from "../../../components/ui/Disclosure";
import { Pager } from "../../../components/ui/Pager";
import { PersonalList } from "../../../components/studio/library/PersonalList";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { useLanguage } from "../../../hooks/useLanguage";
import { usePersonal } from "../../../hooks/useReview";

const limit = 20;

/** The list of personal data, by kind. */
export function PersonalSection({ slug }: { slug: string }) {
  const { t, word } = useLanguage();
  const [kind, setKind] = useState<Personal["kind"] | null>(null);
  const [offset, setOffset] = useState(0);
  const { personal, decide } = usePersonal(slug, kind, offset, limit);
  if (!personal.data)
    return personal.error ? <ProblemNote problem={personal.error} onRetry={() => void personal.refetch()} /> : null;
  const { kinds, values } = personal.data;
  const all = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  return (
    <Disclosure name="personal" title={t("personal.title")} hint={t("personal.hint")} count={all}>
      {decide.error && <ProblemNote problem={decide.error} />}
      {all === 0 ? (
        <p className="quiet">{t("personal.empty")}</p>
      ) : (
        <>
          <NativeSelect
            label={t("personal.kinds")}
            style={{ justifySelf: "start" }}
            value={kind ?? ""}
            data={[
              { value: "", label: `${t("common.all")} (${all})` },
              ...Object.entries(kinds).map(([name, count]) => ({
                value: name,
                label: `${word("personal.kind", name)} (${count})`,
              })),
            ]}
            onChange={(event) => {
              setKind((event.currentTarget.value || null) as Personal["kind"] | null);
              setOffset(0);
            }}
          />
          <PersonalList
            values={values}
            busy={decide.isPending ? decide.variables.value_id : null}
            onDecide={(one) => decide.mutate({ value_id: one.id, decision: one.decision === "mask" ? "keep" : "mask" })}
          />
          <Pager offset={offset} limit={limit} total={kind ? (kinds[kind] ?? 0) : all} onOffset={setOffset} />
        </>
      )}
    </Disclosure>
  );
}
