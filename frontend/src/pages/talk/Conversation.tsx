import { Button } from "@mantine/core";
import { lazy, Suspense, useCallback, useEffect, useReducer, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { asProblem } from "../../api/problem";
import type { Turn, TwinDetail, User } from "../../api/types";
import type { SourceDoor } from "../../components/talk/Answer";
import { Composer } from "../../components/talk/Composer";
import { Meter } from "../../components/talk/Meter";
import { PausedPanel } from "../../components/talk/PausedPanel";
import { Waiting } from "../../components/ui/Empty";
import { ProblemNote } from "../../components/ui/ProblemNote";
import { Receipt } from "../../components/talk/Receipt";
import { Starters } from "../../components/talk/Starters";
import { StartPanel } from "../../components/talk/StartPanel";
import { afterStartEvent, notStarted } from "../../components/talk/startState";
import { Thread } from "../../components/talk/Thread";
import { TwinChanges } from "../../components/talk/TwinChanges";
import { answeringId } from "../../hooks/callState";
import { useBalance } from "../../hooks/useBalance";
import type { CallState } from "../../hooks/useCall";
import { useLanguage } from "../../hooks/useLanguage";
import { useTwinChanges } from "../../hooks/useTwinChanges";
import { useStickToEnd } from "../../hooks/useStickToEnd";
import { inLanguage } from "../../i18n/translate";
import { logInPath } from "../../routes";
import { Elsewhere } from "./Elsewhere";
import { LastConversation } from "./LastConversation";
import styles from "./Talk.module.css";

const Learning = lazy(async () => ({ default: (await import("./Learning")).Learning }));
const TopUp = lazy(async () => ({ default: (await import("./TopUp")).TopUp }));

interface ConversationProps {
  twin: TwinDetail;
  name: string;
  user: User | null | undefined;
  call: CallState;
  /** The earlier conversation that is shown and would go on. */
  conversation_id: string | null;
  sources: SourceDoor;
  onShow: (conversation_id: string) => Promise<void>;
}

/** The conversation with its meter above and the way to write, to start or to go on below. */
export function Conversation({ twin, name, user, call, conversation_id, sources, onShow }: ConversationProps) {
  const { t, word, language } = useLanguage();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { wallet, heardFrom } = useBalance(!!user);
  const { changes, read } = useTwinChanges(twin.slug, !!user);
  const [{ draft, needsMoney, problem }, dispatch] = useReducer(afterStartEvent, notStarted);
  const write = (text: string) => dispatch({ type: "wrote", text });
  /** The starter that is asked as soon as the call is open. */
  const picked = useRef<string | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const startButton = useRef<HTMLButtonElement>(null);
  const { view, controls } = call;
  const running = view.call !== null && view.call.status !== "ended" ? view.call : null;
  const ended = view.call?.status === "ended" ? view.call : null;
  const answering = answeringId(view);
  const fresh = view.turns.length === 0 && answering === null;
  const scroll = useStickToEnd<HTMLDivElement>(fresh ? null : view);

  useEffect(() => {
    if (view.call !== null) heardFrom(view.call);
  }, [view.call, heardFrom]);

  const runningId = running?.id ?? null;
  const send = controls.send;
  useEffect(() => {
    if (runningId === null) return;
    input.current?.focus();
    const question = picked.current;
    picked.current = null;
    if (question === null) return;
    dispatch({ type: "wrote", text: "" });
    void send(question).then((accepted) => accepted || dispatch({ type: "wrote", text: question }));
  }, [runningId, send]);

  async function start() {
    if (!user) return navigate(logInPath(pathname));
    if (wallet && wallet.available_micros <= 0) return dispatch({ type: "unpaid" });
    dispatch({ type: "trying" });
    try {
      await controls.start(conversation_id ?? undefined);
      dispatch({ type: "paid" });
    } catch (error) {
      const { status } = asProblem(error);
      if (status === 401) return navigate(logInPath(pathname));
      dispatch(status === 402 ? { type: "unpaid" } : { type: "failed", problem: error });
    }
  }

  const rateIn = controls.rate;
  const rate = useCallback(
    (answer_id: string, thumb: Turn["thumb"]) => conversation_id !== null && rateIn(conversation_id, answer_id, thumb),
    [conversation_id, rateIn],
  );
  const resume = () => controls.resume().catch((error: unknown) => dispatch({ type: "failed", problem: error }));
  const topUp = (onDone: () => void) => (
    <Suspense fallback={<Waiting lines={2} />}>
      <TopUp onDone={onDone} />
    </Suspense>
  );
  const shownProblem = problem ?? view.problem;
  return (
    <section className={styles.conversation} aria-label={t("talk.conversation")}>
      <p className={styles.notice} data-testid="ai-notice">
        {inLanguage(twin.notice, language) || t("talk.notice", { name })}
      </p>
      <TwinChanges changes={changes} onRead={read} />
      {running && (
        <Meter
          call={running}
          seconds={call.seconds}
          cost_micros={call.cost_micros}
          alive={call.alive}
          free={call.free}
          busy={view.busy}
          onPause={controls.pause}
          onResume={resume}
          onEnd={controls.end}
        />
      )}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it */}
      <div className={styles.scroll} ref={scroll.ref} tabIndex={0} role="region" aria-label={t("talk.conversation")}>
        <Thread
          view={view}
          name={name}
          greeting={inLanguage(twin.greeting, language)}
          sources={sources}
          onRetry={running && answering === null ? controls.retry : undefined}
          onThumb={conversation_id === null ? undefined : rate}
        >
          {fresh && !ended && !twin.languages.includes(language) && (
            <p className="small quiet" data-testid="speaks">
              {t("talk.speaks", {
                name,
                languages: twin.languages.map((code) => word("languageName", code)).join(" · "),
              })}
            </p>
          )}
          {fresh && !ended && (
            <Starters
              questions={twin.starters[language] ?? Object.values(twin.starters)[0] ?? []}
              onPick={(question) => {
                write(question);
                if (!running) picked.current = question;
                input.current?.focus();
                startButton.current?.focus();
              }}
            />
          )}
          {view.turns.some((turn) => turn.thumb != null) && (
            <Suspense>
              <Learning slug={twin.slug} name={name} />
            </Suspense>
          )}
          {ended && <Receipt call={ended} name={name} statementHref="/wallet" />}
        </Thread>
      </div>
      {scroll.away && (
        <Button className={styles.latest} size="compact-md" radius="xl" color="var(--ink)" onClick={scroll.toEnd}>
          {t("talk.latest")} ↓
        </Button>
      )}
      <div className={styles.composer}>
        {shownProblem != null && (
          <div className={styles.strip}>
            <ProblemNote problem={shownProblem} />
          </div>
        )}
        {running && !call.alive && running.status === "open" && (
          <p className={styles.strip} role="status">
            {t("call.reconnecting")}
          </p>
        )}
        {running?.status === "paused" && <PausedPanel call={running} topUp={topUp(resume)} />}
        {running && (
          <Composer
            name={name}
            draft={draft}
            onDraft={write}
            onSend={controls.send}
            onStop={controls.stop}
            answering={answering !== null}
            disabled={running.status === "paused" && running.reason === "empty_wallet"}
            inputRef={input}
          />
        )}
        {!running && view.elsewhere && (
          <Elsewhere call={view.elsewhere} name={name} onEnd={() => controls.endElsewhere().then(start)} />
        )}
        {fresh && !running && !ended && user && <LastConversation slug={twin.slug} onShow={onShow} />}
        {!running && !view.elsewhere && needsMoney && (
          <div className={styles.strip}>
            <p>{t("topup.empty")}</p>
            {topUp(() => dispatch({ type: "paid" }))}
          </div>
        )}
        {!running && !view.elsewhere && !needsMoney && (
          <StartPanel
            price_micros_per_minute={twin.price_micros_per_minute}
            currency={twin.currency}
            available_micros={user && wallet ? wallet.available_micros : user ? 0 : null}
            continuing={conversation_id !== null}
            busy={view.busy}
            question={draft}
            buttonRef={startButton}
            onStart={() => void start()}
          />
        )}
      </div>
    </section>
  );
}
