import { Button, TextInput } from "@mantine/core";
import { type DragEvent, type FormEvent, useRef, useState } from "react";
import { filesChosen, filesDropped, type Picked } from "../../../hooks/droppedFiles";
import { useLanguage } from "../../../hooks/useLanguage";
import styles from "./DropZone.module.css";

interface DropZoneProps {
  onPicked: (picked: Picked[]) => void;
  onAddress: (url: string) => void;
  /** An address is on its way. */
  busy: boolean;
}

/** Where a creator brings things: dropped, chosen, or an address on the web. */
export function DropZone({ onPicked, onAddress, busy }: DropZoneProps) {
  const { t } = useLanguage();
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void filesDropped(event.dataTransfer).then(onPicked);
  };
  const chosen = (input: HTMLInputElement) => {
    onPicked(filesChosen(input.files ?? []));
    input.value = "";
  };
  return (
    <div
      className={styles.drop}
      data-over={over || undefined}
      data-testid="drop-zone"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <div>
        <p className={styles.invitation}>{t("bring.drop")}</p>
        <p className="small quiet">{t("bring.what")}</p>
      </div>
      <div className="row">
        <Button onClick={() => files.current?.click()}>{t("bring.files")}</Button>
        <Button variant="default" onClick={() => folder.current?.click()}>
          {t("bring.folder")}
        </Button>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          data-testid="pick-files"
          onChange={(event) => chosen(event.currentTarget)}
        />
        <input
          ref={folder}
          type="file"
          multiple
          hidden
          data-testid="pick-folder"
          // A name that React knows nothing of.
          {...{ webkitdirectory: "" }}
          onChange={(event) => chosen(event.currentTarget)}
        />
      </div>
      <AddressForm onAddress={onAddress} busy={busy} />
    </div>
  );
}

function AddressForm({ onAddress, busy }: Pick<DropZoneProps, "onAddress" | "busy">) {
  const { t } = useLanguage();
  const [url, setUrl] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = url.trim();
    if (wanted === "") return;
    onAddress(/^[a-z][a-z0-9+.-]*:/i.test(wanted) ? wanted : `https://${wanted}`);
    setUrl("");
  };
  return (
    <form className={styles.address} onSubmit={submit}>
      <TextInput
        label={t("bring.address")}
        placeholder={t("bring.addressExample")}
        inputMode="url"
        autoComplete="url"
        value={url}
        maxLength={2048}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={busy} disabled={url.trim() === ""}>
        {t("bring.fetch")}
      </Button>
    </form>
  );
}
