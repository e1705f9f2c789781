import { Link, useLocation, useNavigate, useParams } from "react-router";
import { DeleteItem } from "../../components/studio/library/DeleteItem";
import { Disclosures } from "../../components/ui/Disclosure";
import { Waiting } from "../../components/ui/Empty";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { useLanguage } from "../../hooks/useLanguage";
import { useLibraryEdits } from "../../hooks/useLibraryEdits";
import { usePageTitle } from "../../hooks/usePageTitle";
import { useTranscript } from "../../hooks/useTranscript";
import { anchorOf, studioPath } from "../../routes";
import { ChangesSection } from "./library/ChangesSection";
import { TranscriptWorkbench } from "./library/TranscriptWorkbench";

/** One item of the creator's: its recording beside what was said, to be corrected. */
export function TranscriptPage() {
  const { slug = "", item_id = "" } = useParams();
  const { hash } = useLocation();
  const { t } = useLanguage();
  const item = useTranscript(slug, item_id);
  const { remove } = useLibraryEdits(slug);
  const navigate = useNavigate();
  usePageTitle(item.data?.title ?? "");
  return (
    <div className="stack">
      <Link to={studioPath(slug, "library")}>← {t("studio.library")}</Link>
      {item.error && <ProblemNote problem={item.error} onRetry={() => void item.refetch()} />}
      {item.isPending && <Waiting lines={8} />}
      {item.data && <TranscriptWorkbench key={item.data.id} slug={slug} item={item.data} anchor={anchorOf(hash)} />}
      <Disclosures>
        <ChangesSection slug={slug} />
      </Disclosures>
      {item.data && (
        <DeleteItem
          busy={remove.isPending}
          error={remove.error}
          onDelete={() =>
            remove.mutate(item_id, { onSuccess: () => void navigate(studioPath(slug, "library"), { replace: true }) })
          }
        />
      )}
    </div>
  );
}
