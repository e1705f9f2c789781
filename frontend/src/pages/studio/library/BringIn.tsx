import { Anchor, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Intake } from "../../../api/types";
import { DropZone } from "../../../components/studio/library/DropZone";
import { IntakeCard } from "../../../components/studio/library/IntakeCard";
import { ProblemNote } from "../../../components/ui/ProblemNote";
import { UploadList } from "../../../components/studio/library/UploadList";
import { isMoving, useIntakeFiles, useIntakes } from "../../../hooks/useIntakes";
import { useLanguage } from "../../../hooks/useLanguage";
import { useLibrarySettings } from "../../../hooks/useLibrarySettings";
import { useUploads } from "../../../hooks/useUploads";

const shown_at_first = 3;

/** Bringing things in: the drop zone, what travels, what is being read, and what was. */
export function BringIn({ slug }: { slug: string }) {
  const { t } = useLanguage();
  const { queue, uploader } = useUploads(slug);
  const { intakes, take, fetchAddress } = useIntakes(slug);
  const { settings, problem, change } = useLibrarySettings(slug);
  const [all, setAll] = useState(false);
  // The one that this page is sending to is shown as its upload.
  const list = (intakes.data ?? []).filter((one) => one.id !== uploader.intake_id && one.status !== "cancelled");
  const unfinished = list.find((one) => one.status === "collecting")?.id ?? null;
  const shown = list.filter((one, at) => all || at < shown_at_first || isMoving(one));
  return (
    <section className="stack" aria-labelledby="bring-title">
      <h2 id="bring-title">{t("bring.title")}</h2>
      <DropZone
        onPicked={(picked) => uploader.add(picked, unfinished)}
        onAddress={(url) => fetchAddress.mutate(url)}
        busy={fetchAddress.isPending}
      />
      {fetchAddress.error && <ProblemNote problem={fetchAddress.error} onClose={fetchAddress.reset} />}
      {intakes.error && <ProblemNote problem={intakes.error} onRetry={() => void intakes.refetch()} />}
      {settings && (
        <Switch
          checked={settings.keeps_fillers}
          disabled={change.isPending}
          label={t("bring.fillers")}
          description={t("bring.fillersHint")}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
      )}
      {problem && <ProblemNote problem={problem} />}
      <UploadList
        queue={queue}
        onPause={() => uploader.pause()}
        onResume={() => uploader.resume()}
        onCancel={() => void uploader.cancel()}
        onDismiss={() => uploader.dismiss()}
      />
      {shown.map((intake) => (
        <IntakeSection
          key={intake.id}
          slug={slug}
          intake={intake}
          busy={take.isPending && take.variables.intake_id === intake.id}
          problem={take.variables?.intake_id === intake.id ? take.error : null}
          onStep={(step) => take.mutate({ intake_id: intake.id, step })}
        />
      ))}
      {shown.length < list.length && (
        <p>
          <Anchor component="button" type="button" onClick={() => setAll(true)}>
            {t("intake.earlier", { count: list.length - shown.length })}
          </Anchor>
        </p>
      )}
    </section>
  );
}

interface IntakeSectionProps {
  slug: string;
  intake: Intake;
  busy: boolean;
  problem: unknown;
  onStep: (step: "start" | "pause" | "cancel") => void;
}

function IntakeSection({ slug, intake, busy, problem, onStep }: IntakeSectionProps) {
  const moving = isMoving(intake);
  const [open, setOpen] = useState(moving);
  useEffect(() => {
    if (moving) setOpen(true);
  }, [moving]);
  const files = useIntakeFiles(slug, intake, open);
  return (
    <IntakeCard
      intake={intake}
      files={files.data}
      open={open}
      busy={busy}
      problem={problem ?? files.error}
      onToggle={() => setOpen(!open)}
      onStart={() => onStep("start")}
      onPause={() => onStep("pause")}
      onCancel={() => onStep("cancel")}
    />
  );
}
