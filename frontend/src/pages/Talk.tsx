import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { Citation, TwinDetail } from "../api/types";
import { asProblem } from "../api/problem";
import type { SourceDoor } from "../components/talk/Answer";
import { Waiting } from "../components/ui/Empty";
import { ProblemNote } from "../components/ui/ProblemNote";
import { placeUrl } from "../components/item/passages";
import { TwinIntro } from "../components/talk/TwinIntro";
import { twinName } from "../components/talk/TwinCard";
import { useCall } from "../hooks/useCall";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSession } from "../hooks/useSession";
import { useTwin } from "../hooks/useTwins";
import { Conversation } from "./talk/Conversation";
import { Lost } from "./Lost";
import styles from "./talk/Talk.module.css";
import { searchPath } from "../routes";

const History = lazy(async () => ({ default: (await import("./talk/History")).History }));
const Learning = lazy(async () => ({ default: (await import("./talk/Learning")).Learning }));
const Source = lazy(async () => ({ default: (await import("./talk/Source")).Source }));

/** Talking to one twin. */
export function Talk() {
  const { slug = "" } = useParams();
  const twin = useTwin(slug);
  const { language } = useLanguage();
  usePageTitle(twin.data ? twinName(twin.data, language) : "");
  if (twin.data) return <TalkTo key={slug} twin={twin.data} />;
  if (twin.error && asProblem(twin.error).code === "not_found") return <Lost />;
  return (
    <div className="page narrow">
      {twin.error ? <ProblemNote problem={twin.error} onRetry={() => void twin.refetch()} /> : <Waiting />}
    </div>
  );
}

function TalkTo({ twin }: { twin: TwinDetail }) {
  const { language } = useLanguage();
  const { user } = useSession();
  const navigate = useNavigate();
  const name = twinName(twin, language);
  const call = useCall(twin.slug, language, user?.id ?? null);
  const wide = useMediaQuery("(min-width: 64rem)", true, { getInitialValueInEffect: false });
  const [cited, setCited] = useState<Citation | null>(null);
  const [historyOpen, setHistoryOpen] = useState(false);
  const [conversation_id, setConversation] = useState<string | null>(null);
  const openId = call.view.call?.conversation_id ?? null;

  useEffect(() => {
    if (openId !== null) setConversation(openId);
  }, [openId]);

  const href = useCallback((citation: Citation) => placeUrl(twin.slug, citation), [twin.slug]);
  const open = useCallback(
    (citation: Citation) => (wide ? setCited(citation) : navigate(href(citation))),
    [wide, navigate, href],
  );
  const sources = useMemo<SourceDoor>(
    () => ({ href, open, opened: wide && cited ? cited.passage_id : null }),
    [href, open, wide, cited],
  );

  const running = call.view.call !== null && call.view.call.status !== "ended";
  async function show(id: string | null) {
    setHistoryOpen(false);
    setCited(null);
    await call.controls.show(id);
    setConversation(id);
  }

  const learning = (
    <Suspense>
      <Learning slug={twin.slug} name={name} />
    </Suspense>
  );
  const intro = (
    <TwinIntro
      twin={twin}
      name={name}
      searchHref={searchPath(twin.slug)}
      onHistory={user ? () => setHistoryOpen(true) : undefined}
      compact={!wide}
    >
      {user && learning}
    </TwinIntro>
  );
  return (
    <div className={styles.talk}>
      <div className={styles.column}>
        {!wide && intro}
        <Conversation
          twin={twin}
          name={name}
          user={user}
          call={call}
          conversation_id={conversation_id}
          sources={sources}
          onShow={show}
        />
      </div>
      {wide && (
        <aside className={styles.side}>
          {cited ? (
            <Suspense fallback={<Waiting />}>
              <Source twin={twin.slug} place={cited} onClose={() => setCited(null)} />
            </Suspense>
          ) : (
            intro
          )}
        </aside>
      )}
      {historyOpen && (
        <Suspense>
          <History
            slug={twin.slug}
            name={name}
            locked={running}
            currentId={conversation_id}
            onOpen={show}
            onClose={() => setHistoryOpen(false)}
          >
            {!wide && learning}
          </History>
        </Suspense>
      )}
    </div>
  );
}
