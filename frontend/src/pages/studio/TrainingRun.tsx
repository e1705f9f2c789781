import type { Training } from "../../api/types";
import { type TrainingStep, useLoss, type useTrainings } from "../../hooks/useTraining";
import { lossOf } from "../../components/studio/versions/measures";
import { TrainingCard } from "../../components/studio/training/TrainingCard";

interface TrainingRunProps {
  slug: string;
  training: Training;
  actions: Pick<ReturnType<typeof useTrainings>, "take" | "evaluate">;
}

/** One training of the list, with what its buttons do. */
export function TrainingRun({ slug, training, actions: { take, evaluate } }: TrainingRunProps) {
  const loss = useLoss(slug, training);
  const step = (step: TrainingStep) => () => take.mutate({ run_id: training.id, step });
  const mine = take.variables?.run_id === training.id;
  return (
    <TrainingCard
      slug={slug}
      training={training}
      loss={lossOf({ loss: loss.data ?? [] })}
      busy={mine && take.isPending}
      problem={mine ? take.error : null}
      onPause={step("pause")}
      onResume={step("resume")}
      onCancel={step("cancel")}
      onEvaluate={() => training.version && evaluate.mutate({ version_id: training.version.id })}
    />
  );
}
