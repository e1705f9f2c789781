import { Button, FileInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Arrived } from "../api/types";
import { Empty, Waiting } from "../components/ui/Empty";
import { ProblemNote } from "../components/ui/ProblemNote";
import { ProgressBar } from "../components/ui/ProgressBar";
import { useLanguage } from "../hooks/useLanguage";
import { usePageTitle } from "../hooks/usePageTitle";
import { useSession } from "../hooks/useSession";
import { useTwinUpload } from "../hooks/useTwinUpload";
import { formatSize } from "../i18n/size";
import { importsPath, logInPath, studioPath } from "../routes";

/** Where an operator brings a twin in from another installation. */
export function Imports() {
  const { t } = useLanguage();
  const { user } = useSession();
  usePageTitle(t("imports.title"));
  if (user === undefined)
    return (
      <div className="page">
        <Waiting />
      </div>
    );
  if (user?.role !== "operator") {
    return (
      <div className="page narrow">
        <Empty title={t(user === null ? "problem.http_401" : "imports.denied")}>
          {user === null && <Link to={logInPath(importsPath)}>{t("nav.logIn")}</Link>}
        </Empty>
      </div>
    );
  }
  return (
    <div className="page narrow stack">
      <div>
        <h1>{t("imports.title")}</h1>
        <p className="quiet">{t("imports.intro")}</p>
      </div>
      <ImportForm />
    </div>
  );
}

function ImportForm() {
  const { t } = useLanguage();
  const { state, bring } = useTwinUpload();
  const [file, setFile] = useState<File | null>(null);
  const [slug, setSlug] = useState("");
  const [owner, setOwner] = useState("");
  const [trust, setTrust] = useState("");
  const busy = state.phase === "sending" || state.phase === "checking";
  const given = (text: string) => text.trim() || undefined;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (file) void bring(file, { slug: given(slug), owner: given(owner), trust: given(trust) });
      }}
    >
      <FileInput
        label={t("imports.file")}
        accept=".fenshen"
        value={file}
        onChange={setFile}
        disabled={busy}
        data-testid="twin-file"
      />
      <TextInput
        label={t("imports.slug")}
        description={t("imports.slugHint")}
        value={slug}
        maxLength={40}
        disabled={busy}
        onChange={(event) => setSlug(event.currentTarget.value)}
      />
      <TextInput
        label={t("imports.owner")}
        description={t("imports.ownerHint")}
        type="email"
        value={owner}
        maxLength={254}
        disabled={busy}
        onChange={(event) => setOwner(event.currentTarget.value)}
      />
      <TextInput
        label={t("imports.trust")}
        description={t("imports.trustHint")}
        value={trust}
        maxLength={80}
        disabled={busy}
        onChange={(event) => setTrust(event.currentTarget.value)}
        data-testid="trust"
      />
      {state.phase === "idle" && state.problem != null && <ProblemNote problem={state.problem} />}
      {state.phase === "sending" && (
        <>
          <p className="quiet">
            {t("imports.sending", { name: state.name, done: formatSize(state.done), total: formatSize(state.total) })}
          </p>
          <ProgressBar share={state.total ? state.done / state.total : null} label={t("imports.send")} />
        </>
      )}
      {state.phase === "checking" && (
        <>
          <p className="quiet" role="status">
            {t("imports.checking")}
          </p>
          <ProgressBar share={null} label={t("imports.checking")} />
        </>
      )}
      {state.phase === "arrived" && <Result arrived={state.arrived} />}
      <div className="row">
        <Button type="submit" disabled={!file} loading={busy} data-testid="import-submit">
          {t("imports.send")}
        </Button>
      </div>
    </form>
  );
}

function Result({ arrived }: { arrived: Arrived }) {
  const { t } = useLanguage();
  const { slug, version_id: version, golden } = arrived;
  return (
    <div className="sheet stack" role="status" data-testid="arrived">
      <strong>{t(arrived.is_new ? "imports.arrived" : "imports.already", { slug, version })}</strong>
      {arrived.items > 0 && <p>{t("imports.library", { items: arrived.items, passages: arrived.passages })}</p>}
      <p>
        {golden
          ? t("imports.golden", { same: golden.same, asked: golden.asked })
          : t("imports.noGolden", { why: arrived.golden_skipped ?? "" })}
      </p>
      <p className="quiet">{t("imports.next", { slug })}</p>
      <Link to={studioPath(slug, "versions")}>{t("imports.studio")}</Link>
    </div>
  );
}
