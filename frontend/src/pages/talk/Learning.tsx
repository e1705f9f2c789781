import { LearningSwitch } from "../../components/talk/LearningSwitch";
import { useLearning } from "../../hooks/useLearning";

/** The switch by which a fan lets this twin learn from their ratings. */
export function Learning({ slug, name }: { slug: string; name: string }) {
  const { learning, problem, change } = useLearning(slug);
  if (learning === undefined) return null;
  return (
    <LearningSwitch
      name={name}
      allowed={learning.allowed}
      busy={change.isPending}
      problem={problem}
      onChange={(allowed) => change.mutate(allowed)}
    />
  );
}
