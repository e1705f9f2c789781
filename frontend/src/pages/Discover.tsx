import { Empty, Waiting } from "../components/ui/Empty";
import { ProblemNote } from "../components/ui/ProblemNote";
import { TwinCard } from "../components/talk/TwinCard";
import styles from "./Discover.module.css";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useTwins } from "../hooks/useTwins";
import { talkPath } from "../routes";

/** The twins there are. */
export function Discover() {
  const { t } = useLanguage();
  const twins = useTwins();
  usePageTitle("");
  return (
    <div className="page">
      <div className={styles.hero}>
        <h1>{t("discover.title")}</h1>
        <p>{t("discover.lead")}</p>
      </div>
      {twins.isPending && <Waiting />}
      {twins.error && <ProblemNote problem={twins.error} onRetry={() => void twins.refetch()} />}
      {twins.data?.length === 0 && <Empty title={t("discover.empty")}>{t("discover.emptyHint")}</Empty>}
      <div className={styles.grid}>
        {twins.data?.map((twin) => (
          <TwinCard key={twin.slug} twin={twin} href={talkPath(twin.slug)} />
        ))}
      </div>
    </div>
  );
}
