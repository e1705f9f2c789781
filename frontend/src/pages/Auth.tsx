import { Link, Navigate, useNavigate, useSearchParams } from "react-router";
import { asProblem } from "../api/problem";
import { AuthForm } from "../components/account/AuthForm";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSession } from "../hooks/useSession";
import styles from "./Auth.module.css";
import { nextPath, studioHome } from "../routes";

export function LogIn() {
  return <Enter kind="log-in" />;
}

export function SignUp() {
  return <Enter kind="sign-up" />;
}

/** Both ways in; afterwards the fan is back where they were. */
function Enter({ kind }: { kind: "log-in" | "sign-up" }) {
  const { t, word, language } = useLanguage();
  const { user, logIn, signUp } = useSession();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const asked = search.get("next");
  const own = user?.creators[0];
  // A creator who came for nothing in particular came to work.
  const next = asked === null && own !== undefined ? studioHome(own) : nextPath(asked);
  const signing = kind === "sign-up";
  const attempt = signing ? signUp : logIn;
  const title = t(signing ? "auth.signUpTitle" : "auth.logInTitle");
  usePageTitle(title);

  function explain(error: unknown): string {
    const { status, code, detail } = asProblem(error);
    if (!signing && (status === 401 || status === 403)) return t("auth.wrong");
    if (signing && status === 409) return t("auth.taken");
    const known = word("problem", code);
    return known !== code ? known : detail || t("problem.unexpected");
  }

  if (user && !attempt.isPending) return <Navigate to={next} replace />;
  const arrive = {
    onSuccess: ({ creators: [first] }: { creators: string[] }) =>
      navigate(asked === null && first !== undefined ? studioHome(first) : nextPath(asked), { replace: true }),
  };
  return (
    <div className={`page ${styles.enter}`}>
      <h1>{title}</h1>
      {next !== "/" && <p className="quiet">{t("auth.toReturn")}</p>}
      <AuthForm
        key={kind}
        kind={kind}
        busy={attempt.isPending}
        wrong={attempt.error ? explain(attempt.error) : null}
        onSubmit={(credentials) =>
          signing ? signUp.mutate({ ...credentials, language }, arrive) : logIn.mutate(credentials, arrive)
        }
      />
      <p className="quiet">
        {t(signing ? "auth.haveAccount" : "auth.noAccount")}{" "}
        <Link to={`${signing ? "/log-in" : "/sign-up"}?${search}`}>{t(signing ? "nav.logIn" : "nav.signUp")}</Link>
      </p>
    </div>
  );
}
