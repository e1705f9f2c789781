import { Button, Checkbox, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Version } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { useSigner } from "../../../hooks/useStudio";

interface TakeAwayProps {
  slug: string;
  /** Those that are trained to their end, the newest first; at least one. */
  versions: readonly Version[];
}

/** The whole twin as one file, and what to tell whoever imports it. */
export function TakeAway({ slug, versions }: TakeAwayProps) {
  const { t } = useLanguage();
  const signer = useSigner(slug);
  const live = versions.find((one) => one.status === "published");
  const [chosen, setChosen] = useState((live ?? versions[0])?.id ?? "");
  const [library, setLibrary] = useState(true);
  const [begun, setBegun] = useState(false);
  const query = new URLSearchParams({ version: chosen, library: String(library) });
  return (
    <section className="stack" data-testid="take-away">
      <div>
        <h2>{t("takeAway.title")}</h2>
        <p className="quiet">{t("takeAway.hint")}</p>
      </div>
      <NativeSelect
        label={t("takeAway.version")}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={versions.map(({ id, number, base, status }) => ({
          value: id,
          label: [t("train.version", { number }), base, ...(status === "published" ? [t("takeAway.live")] : [])].join(
            " · ",
          ),
        }))}
      />
      <Checkbox
        label={t("takeAway.library")}
        checked={library}
        onChange={(event) => setLibrary(event.currentTarget.checked)}
      />
      <div className="row">
        <Button
          component="a"
          variant="default"
          href={`/api/studio/${encodeURIComponent(slug)}/package?${query}`}
          download
          onClick={() => setBegun(true)}
          data-testid="download-twin"
        >
          {t("takeAway.download")}
        </Button>
      </div>
      {begun && (
        <p className="quiet" role="status">
          {t("takeAway.wait")}
        </p>
      )}
      {signer.data && (
        <p>
          {t("takeAway.fingerprint")}
          <br />
          <code style={{ overflowWrap: "anywhere" }}>{signer.data.fingerprint}</code>
        </p>
      )}
    </section>
  );
}
