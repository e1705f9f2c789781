import { Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Version } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { coinDigits, formatMoney, microsOf, readAmount } from "../../../i18n/money";
import { type Note, NoteFields } from "./NoteFields";
import { ProblemNote } from "../../ui/ProblemNote";

interface Terms {
  price: string;
  currency: string;
  force_reason?: string;
  note: Note;
}

interface PublishFormProps {
  version: Version;
  /** What fans could be told. */
  draft: Note;
  busy: boolean;
  problem: unknown;
  onPublish: (terms: Terms) => void;
}

/** The price of a version, and a reason where the gate did not pass. */
export function PublishForm({ version, draft, busy, problem, onPublish }: PublishFormProps) {
  const { t, language } = useLanguage();
  const [price, setPrice] = useState("1.00");
  const [currency, setCurrency] = useState(version.currency ?? "USD");
  const [reason, setReason] = useState("");
  const [note, setNote] = useState(draft);
  const passed = version.gate?.passed === true;
  const amount = readAmount(price, coinDigits(currency));
  const floor = version.price_floor_micros_per_minute;
  const atLoss = floor != null && amount !== null && microsOf(amount) < floor;
  const ready = amount !== null && /^[A-Z]{3}$/.test(currency) && (passed || reason.trim() !== "");
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (amount !== null)
          onPublish({ price: amount, currency, force_reason: passed ? undefined : reason.trim(), note });
      }}
    >
      <TextInput
        label={t("versions.pricePerMinute")}
        inputMode="decimal"
        value={price}
        maxLength={10}
        error={amount === null ? t("topup.invalid") : undefined}
        description={amount === null ? undefined : formatMoney(microsOf(amount), currency, language, "near")}
        onChange={(event) => setPrice(event.currentTarget.value)}
      />
      {floor != null && (
        <p
          className="small quiet"
          data-testid="price-floor"
          data-loss={atLoss || undefined}
          role={atLoss ? "alert" : undefined}
        >
          {t(atLoss ? "versions.belowFloor" : "versions.floorHint", {
            floor: formatMoney(floor, currency, language, "up"),
          })}
        </p>
      )}
      <TextInput
        label={t("versions.currency")}
        value={currency}
        maxLength={3}
        onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
      />
      <NoteFields note={note} onNote={setNote} />
      {!passed && (
        <Textarea
          label={t("versions.force")}
          autosize
          minRows={2}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {problem != null && <ProblemNote problem={problem} />}
      <Button type="submit" disabled={!ready} loading={busy} data-testid="publish-submit">
        {t("versions.publish")}
      </Button>
    </form>
  );
}
