import { Button } from "@mantine/core";
import { Navigate } from "react-router";
import { asProblem } from "../api/problem";
import { browserName } from "../components/account/browserName";
import { Waiting } from "../components/ui/Empty";
import { PasswordForm } from "../components/account/PasswordForm";
import { ProblemNote } from "../components/ui/ProblemNote";
import { Rows } from "../components/ui/Rows";
import { useBrowsers } from "../hooks/useBrowsers";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSession } from "../hooks/useSession";
import { formatMoment } from "../i18n/time";
import { accountPath, logInPath } from "../routes";

/** Who is logged in where, and the password. */
export function AccountPage() {
  const { t } = useLanguage();
  const { user } = useSession();
  usePageTitle(t("account.title"));
  if (user === undefined)
    return (
      <div className="page">
        <Waiting />
      </div>
    );
  if (user === null) return <Navigate to={logInPath(accountPath)} replace />;
  return (
    <div className="page narrow stack">
      <h1>{t("account.title")}</h1>
      <p>{user.email}</p>
      <Password />
      <Browsers />
    </div>
  );
}

function Password() {
  const { t, word } = useLanguage();
  const { changePassword } = useBrowsers(false);
  function explain(error: unknown): string {
    const { code, detail } = asProblem(error);
    if (code === "bad_credentials") return t("account.wrong");
    const known = word("problem", code);
    return known !== code ? known : detail || t("problem.unexpected");
  }
  return (
    <section className="stack">
      <div>
        <h2>{t("account.password")}</h2>
        <p className="quiet">{t("account.passwordWhat")}</p>
      </div>
      <PasswordForm
        key={changePassword.isSuccess ? "done" : "open"}
        busy={changePassword.isPending}
        wrong={changePassword.error ? explain(changePassword.error) : null}
        done={changePassword.isSuccess}
        onSubmit={(passwords) => changePassword.mutate(passwords)}
      />
    </section>
  );
}

function Browsers() {
  const { t, language } = useLanguage();
  const { browsers, problem, end, endOthers } = useBrowsers(true);
  const failed = problem ?? end.error ?? endOthers.error;
  return (
    <section className="stack">
      <div>
        <h2>{t("account.browsers")}</h2>
        <p className="quiet">{t("account.browsersWhat")}</p>
      </div>
      {failed && <ProblemNote problem={failed} />}
      {browsers === undefined && !failed && <Waiting lines={2} />}
      <Rows>
        {browsers?.map((one) => (
          <li key={one.id}>
            <span>{browserName(one.agent) ?? t("account.program")}</span>
            <span className="small quiet">{t("account.since", { at: formatMoment(one.created, language) })}</span>
            {one.is_this ? (
              <strong className="small">{t("account.this")}</strong>
            ) : (
              <Button size="compact-sm" variant="subtle" color="seal" onClick={() => end.mutate(one.id)}>
                {t("nav.logOut")}
              </Button>
            )}
          </li>
        ))}
      </Rows>
      {(browsers?.length ?? 0) > 1 && (
        <Button
          variant="default"
          style={{ justifySelf: "start" }}
          loading={endOthers.isPending}
          onClick={() => endOthers.mutate()}
        >
          {t("account.endOthers")}
        </Button>
      )}
    </section>
  );
}
