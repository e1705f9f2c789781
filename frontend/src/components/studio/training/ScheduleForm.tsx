import { Button } from "@mantine/core";
import { useState } from "react";
import type { NewSchedule, Schedule } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoment } from "../../../i18n/time";
import { ProblemNote } from "../../ui/ProblemNote";
import styles from "./Training.module.css";

interface ScheduleFormProps {
  schedule: Schedule | null;
  /** IANA name of the reader's own time zone. */
  zone: string;
  busy: boolean;
  problem: unknown;
  onStore: (rule: NewSchedule) => void;
  onRemove: () => void;
}

const weekdays = [0, 1, 2, 3, 4, 5, 6];

/** When the twin retrains by itself, and what happens with the result. */
export function ScheduleForm({ schedule, zone, busy, problem, onStore, onRemove }: ScheduleFormProps) {
  const { t, word, language } = useLanguage();
  const [counted, setCounted] = useState(schedule ? schedule.items_min !== null : true);
  const [items, setItems] = useState(schedule?.items_min ?? 20);
  const [weekly, setWeekly] = useState(schedule ? schedule.weekday !== null : false);
  const [weekday, setWeekday] = useState(schedule?.weekday ?? 6);
  const [at, setAt] = useState(schedule?.at ?? "03:00");
  const [within, setWithin] = useState(schedule ? schedule.opens !== null : false);
  const [opens, setOpens] = useState(schedule?.opens ?? "23:00");
  const [closes, setCloses] = useState(schedule?.closes ?? "06:00");
  const [publishes, setPublishes] = useState(schedule?.publishes ?? false);
  const rule: NewSchedule = {
    items_min: counted ? items : null,
    weekday: weekly ? weekday : null,
    at: weekly ? at : null,
    zone: schedule?.zone ?? zone,
    opens: within ? opens : null,
    closes: within ? closes : null,
    publishes,
    minutes: schedule?.minutes ?? 4,
  };
  return (
    <form
      className="stack"
      data-testid="schedule"
      onSubmit={(event) => {
        event.preventDefault();
        onStore(rule);
      }}
    >
      <div className={styles.line}>
        <label>
          <input type="checkbox" checked={counted} onChange={(event) => setCounted(event.currentTarget.checked)} />
          {t("schedule.counted")}
        </label>
        <input type="number" aria-label={t("schedule.items")} min={1} max={100000} required={counted} disabled={!counted} value={items} onChange={(event) => setItems(event.currentTarget.valueAsNumber || 0)} />
        {t("schedule.items")}
      </div>
      <div className={styles.line}>
        <label>
          <input type="checkbox" checked={weekly} onChange={(event) => setWeekly(event.currentTarget.checked)} />
          {t("schedule.weekly")}
        </label>
        <select aria-label={t("schedule.weekly")} disabled={!weekly} value={weekday} onChange={(event) => setWeekday(Number(event.currentTarget.value))}>
          {weekdays.map((day) => (
            <option key={day} value={day}>
              {word("schedule.day", String(day))}
            </option>
          ))}
        </select>
        <input type="time" aria-label={t("schedule.at")} required={weekly} disabled={!weekly} value={at} onChange={(event) => setAt(event.currentTarget.value)} />
      </div>
      <div className={styles.line}>
        <label>
          <input type="checkbox" checked={within} onChange={(event) => setWithin(event.currentTarget.checked)} />
          {t("schedule.within")}
        </label>
        <input type="time" aria-label={t("schedule.opens")} disabled={!within} value={opens} onChange={(event) => setOpens(event.currentTarget.value)} />
        –
        <input type="time" aria-label={t("schedule.closes")} disabled={!within} value={closes} onChange={(event) => setCloses(event.currentTarget.value)} />
      </div>
      <p className="small quiet">{t("schedule.zone", { zone: rule.zone ?? zone })}</p>
      <div className={styles.line} role="radiogroup" aria-label={t("schedule.then")}>
        <label>
          <input type="radio" name="then" checked={!publishes} onChange={() => setPublishes(false)} />
          {t("schedule.show")}
        </label>
        <label>
          <input type="radio" name="then" checked={publishes} onChange={() => setPublishes(true)} />
          {t("schedule.publish")}
        </label>
      </div>
      {schedule?.next_at && <p className="small">{t("schedule.next", { at: formatMoment(schedule.next_at, language) })}</p>}
      {schedule && schedule.failures > 0 && schedule.retry_at && (
        <p className="small" role="alert">
          {t("schedule.failed", { at: formatMoment(schedule.retry_at, language) })} {schedule.error?.message}
        </p>
      )}
      {problem != null && <ProblemNote problem={problem} />}
      <div className="row">
        <Button type="submit" variant="default" loading={busy} disabled={!counted && !weekly} data-testid="schedule-store">
          {t(schedule ? "schedule.change" : "schedule.store")}
        </Button>
        {schedule && (
          <Button variant="subtle" color="gray" disabled={busy} onClick={onRemove}>
            {t("schedule.remove")}
          </Button>
        )}
      </div>
    </form>
  );
}
