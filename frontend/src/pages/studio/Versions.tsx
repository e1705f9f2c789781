import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { Version } from "../../api/types";
import { ConsentList } from "../../components/studio/versions/ConsentList";
import { Empty, Waiting } from "../../components/ui/Empty";
import { PreferencesPanel } from "../../components/studio/versions/PreferencesPanel";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { PublicationList } from "../../components/studio/versions/PublicationList";
import { PublishForm } from "../../components/studio/versions/PublishForm";
import { RollbackForm } from "../../components/studio/versions/RollbackForm";
import { TakeAway } from "../../components/studio/versions/TakeAway";
import { VersionCard } from "../../components/studio/versions/VersionCard";
import { useLanguage } from "../../hooks/useLanguage";
import { useConsents, useNoteDraft, usePublications, useRollback, useVersions } from "../../hooks/useStudio";
import { usePreferences } from "../../hooks/useTaste";
import { comparePath, tastePath } from "../../routes";
import styles from "./Studio.module.css";

/** The versions of the twin, how alike each is, and who allowed it. */
export function VersionsPage() {
  const { slug = "" } = useParams();
  const { t } = useLanguage();
  const { versions, publish, rollBack } = useVersions(slug);
  const [chosen, setChosen] = useState<Version | null>(null);
  const [asking, setAsking] = useState(false);
  const preview = useRollback(slug);
  const draft = useNoteDraft(slug, chosen?.id ?? null);
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
        {preview.data && (
          <div>
            <Button variant="default" onClick={() => setAsking(true)} data-testid="rollback">
              {t("versions.rollback")}
            </Button>
          </div>
        )}
        {list.map((version) => (
          <VersionCard key={version.id} version={version} onPublish={() => setChosen(version)} />
        ))}
      </section>
      <PreferencesSection slug={slug} />
      <PublicationSection slug={slug} />
      <ConsentSection slug={slug} />
      {list.some(isFinished) && <TakeAway slug={slug} versions={list.filter(isFinished)} />}
      <Modal
        opened={asking}
        onClose={() => {
          setAsking(false);
          rollBack.reset();
        }}
        title={t("versions.rollback")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {preview.isFetching ? (
          <Waiting />
        ) : (
          preview.data && (
            <RollbackForm
              preview={preview.data}
              busy={rollBack.isPending}
              problem={rollBack.error}
              onRollBack={(note) => rollBack.mutate(note, { onSuccess: () => setAsking(false) })}
            />
          )
        )}
      </Modal>
      <Modal
        opened={chosen !== null}
        onClose={() => {
          setChosen(null);
          publish.reset();
        }}
        title={t("versions.publishTitle")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {draft.error && <ProblemNote problem={draft.error} />}
        {chosen && draft.isFetching && <Waiting />}
        {chosen && !draft.isFetching && draft.data && (
          <PublishForm
            version={chosen}
            draft={draft.data.note}
            busy={publish.isPending}
            problem={publish.error}
            onPublish={(terms) =>
              publish.mutate({ version_id: chosen.id, ...terms }, { onSuccess: () => setChosen(null) })
            }
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

function PublicationSection({ slug }: { slug: string }) {
  const { t } = useLanguage();
  const publications = usePublications(slug);
  if (!publications.data || publications.data.length === 0) return null;
  return (
    <section className="stack">
      <div>
        <h2>{t("versions.history")}</h2>
        <p className="quiet">{t("versions.historyHint")}</p>
      </div>
      <PublicationList publications={publications.data} />
    </section>
  );
}

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
