import { Link, useSearchParams } from "react-router";
import { Empty, Waiting } from "../components/ui/Empty";
import { Keys } from "../components/wallet/Keys";
import { Money } from "../components/ui/Money";
import { ProblemNote } from "../components/ui/ProblemNote";
import styles from "./Wallet.module.css";
import { StatementCalls } from "../components/wallet/StatementCalls";
import { Topups } from "../components/wallet/Topups";
import type { Wallet } from "../api/types";
import { useBalance } from "../hooks/useBalance";
import { useKeys } from "../hooks/useKeys";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useReturnedTopup } from "../hooks/useReturnedTopup";
import { useSession } from "../hooks/useSession";
import { useStatement } from "../hooks/useStatement";
import { logInPath } from "../routes";
import { TopUp } from "./talk/TopUp";

/** Money in, money used, and keys that may use it. */
export function WalletPage() {
  const { t } = useLanguage();
  const { user } = useSession();
  usePageTitle(t("wallet.title"));
  if (user === undefined)
    return (
      <div className="page">
        <Waiting />
      </div>
    );
  if (user === null) {
    return (
      <div className="page narrow">
        <Empty title={t("wallet.logIn")}>
          <Link to={logInPath("/wallet")}>{t("nav.logIn")}</Link>
        </Empty>
      </div>
    );
  }
  return <OwnWallet />;
}

function OwnWallet() {
  const { t } = useLanguage();
  const { wallet, problem } = useBalance(true);
  return (
    <div className="page stack">
      <h1>{t("wallet.title")}</h1>
      {problem && <ProblemNote problem={problem} />}
      <ReturnedTopup />
      <div className={styles.columns}>
        <section className="sheet">{wallet ? <Balance wallet={wallet} /> : <Waiting lines={2} />}</section>
        <section className="sheet stack" aria-labelledby="topup">
          <h2 id="topup">{t("topup.title")}</h2>
          <TopUp />
        </section>
      </div>
      <StatementSection />
      <KeysSection />
    </div>
  );
}

/** Where a payment page sends its fan back to: `/wallet?topup=ID`. */
function ReturnedTopup() {
  const { t, word } = useLanguage();
  const [asked] = useSearchParams();
  const { topup, problem } = useReturnedTopup(asked.get("topup"));
  if (problem) return <ProblemNote problem={problem} />;
  if (!topup) return null;
  return (
    <p role="status" data-testid="returned-topup">
      {t("wallet.returned", { status: word("topupStatus", topup.status) })}{" "}
      <Money micros={topup.amount_micros} currency={topup.currency} />
    </p>
  );
}

function Balance({ wallet }: { wallet: Wallet }) {
  const { t } = useLanguage();
  return (
    <dl className={styles.balance}>
      <div>
        <dt>{t("wallet.available")}</dt>
        <dd>
          <Money micros={wallet.available_micros} currency={wallet.currency} testId="balance" />
        </dd>
      </div>
      {wallet.held_micros > 0 && (
        <div>
          <dt>{t("wallet.held")}</dt>
          <dd>
            <Money micros={wallet.held_micros} currency={wallet.currency} rounding="up" />
          </dd>
        </div>
      )}
    </dl>
  );
}

function StatementSection() {
  const { t } = useLanguage();
  const statement = useStatement(true);
  const { data } = statement;
  return (
    <section className="stack" style={{ marginBlockStart: "2rem" }}>
      <div>
        <h2>{t("wallet.statement")}</h2>
        <p className="quiet">{t("wallet.statementHint")}</p>
      </div>
      {statement.error && <ProblemNote problem={statement.error} onRetry={() => void statement.refetch()} />}
      {statement.isPending && <Waiting />}
      {data && (
        <>
          <h3>{t("wallet.calls")}</h3>
          {data.calls.length === 0 ? (
            <p className="quiet">{t("wallet.noCalls")}</p>
          ) : (
            <StatementCalls calls={data.calls} currency={data.currency} />
          )}
          <h3>{t("wallet.topups")}</h3>
          {data.topups.length === 0 ? (
            <p className="quiet">{t("wallet.noTopups")}</p>
          ) : (
            <Topups topups={data.topups} currency={data.currency} />
          )}
        </>
      )}
    </section>
  );
}

function KeysSection() {
  const { t } = useLanguage();
  const { keys, problem, create, remove } = useKeys(true);
  return (
    <section className="stack" style={{ marginBlockStart: "2rem" }}>
      <div>
        <h2>{t("keys.title")}</h2>
        <p className="quiet">{t("keys.hint")}</p>
      </div>
      {(problem ?? create.error ?? remove.error) && <ProblemNote problem={problem ?? create.error ?? remove.error} />}
      <Keys
        keys={(keys ?? []).filter((key) => key.revoked === null)}
        secret={create.data?.secret ?? null}
        busy={create.isPending}
        onCreate={(name) => create.mutate(name)}
        onDelete={(id) => remove.mutate(id)}
      />
    </section>
  );
}
