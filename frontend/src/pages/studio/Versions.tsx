import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Version } from "../../api/types";
import { ConsentList } from "../../components/ConsentList";
import { Empty, Waiting } from "../../components/Empty";
import { PreferencesPanel } from "../../components/PreferencesPanel";
import { ProblemNote } from "../../components/ProblemNote";
import { PublishForm } from "../../components/PublishForm";
import { TakeAway } from "../../components/TakeAway";
import { VersionCard } from "../../components/VersionCard";
import { useLanguage } from "../../hooks/useLanguage";
import { useConsents, useVersions } from "../../hooks/useStudio";
import { usePreferences } from "../../hooks/useTaste";
import { comparePath, tastePath } from "../routes";
import styles from "./Studio.module.css";

/** The versions of the twin, how alike each is, and who allowed it. */
export function VersionsPage() {
  const { slug = "" } = useParams();
  const { t } = useLanguage();
  const { versions, publish, rollBack } = useVersions(slug);
  const [chosen, setChosen] = useState<Version | null>(null);
  const [asking, setAsking] = useState(false);
  const list = versions.data ?? [];
  return (
    <div className={styles.sections}>
      <section className="stack">
        {versions.error && <ProblemNote problem={versions.error} onRetry={() => void versions.refetch()} />}
        {versions.isPending && <Waiting lines={8} />}
        {versions.data?.length === 0 && <Empty title={t("versions.empty", { slug })} />}
        {list.filter((one) => one.status !== "training" && one.status !== "failed").length > 1 && (
          <Link to={comparePath(slug)} data-testid="compare">
            {t("compare.title")}
          </Link>
        )}
        {list.some((one) => one.status === "published") && (
          <div className="row">
            {asking ? (
              <>
                <span>{t("versions.rollbackConfirm")}</span>
                <Button color="seal" loading={rollBack.isPending} onClick={() => rollBack.mutate(undefined, { onSettled: () => setAsking(false) })}>
                  {t("versions.rollback")}
                </Button>
                <Button variant="subtle" color="gray" onClick={() => setAsking(false)}>
                  {t("common.cancel")}
                </Button>
              </>
            ) : (
              <Button variant="default" onClick={() => setAsking(true)} data-testid="rollback">
                {t("versions.rollback")}
              </Button>
            )}
          </div>
        )}
        {rollBack.error && <ProblemNote problem={rollBack.error} />}
        {list.map((version) => (
          <VersionCard key={version.id} version={version} onPublish={() => setChosen(version)} />
        ))}
      </section>
      <PreferencesSection slug={slug} />
      <ConsentSection slug={slug} />
      {list.some(isFinished) && <TakeAway slug={slug} versions={list.filter(isFinished)} />}
      <Modal
        opened={chosen !== null}
        onClose={() => {
          setChosen(null);
          publish.reset();
        }}
        title={t("versions.publishTitle")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {chosen && (
          <PublishForm
            version={chosen}
            busy={publish.isPending}
            problem={publish.error}
            onPublish={(terms) => publish.mutate({ version_id: chosen.id, ...terms }, { onSuccess: () => setChosen(null) })}
          />
        )}
      </Modal>
    </div>
  );
}

function PreferencesSection({ slug }: { slug: string }) {
  const preferences = usePreferences(slug);
  if (preferences.error) return <ProblemNote problem={preferences.error} onRetry={() => void preferences.refetch()} />;
  if (!preferences.data) return <Waiting lines={3} />;
  return <PreferencesPanel found={preferences.data} slug={slug} tasteHref={tastePath(slug)} />;
}

const isFinished = (version: Version) => version.status !== "training" && version.status !== "failed";

function ConsentSection({ slug }: { slug: string }) {
  const { t } = useLanguage();
  const { consents, revoke } = useConsents(slug);
  return (
    <section className="stack">
      <div>
        <h2>{t("versions.consents")}</h2>
        <p className="quiet">{t("versions.consentsHint")}</p>
      </div>
      {(consents.error ?? revoke.error) && <ProblemNote problem={consents.error ?? revoke.error} />}
      {consents.data?.length === 0 && <Empty title={t("versions.noConsents")} />}
      <ConsentList consents={consents.data ?? []} busy={revoke.isPending} onRevoke={(id) => revoke.mutate(id)} />
    </section>
  );
}
