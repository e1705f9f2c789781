import { Button, Checkbox, NativeSelect, NumberInput, Radio, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { NewSchedule, Schedule } from "../../../api/types";
import { useLanguage } from "../../../hooks/useLanguage";
import { formatMoment } from "../../../i18n/time";
import { ProblemNote } from "../../ui/ProblemNote";

interface ScheduleFormProps {
  schedule: Schedule | null;
  /** IANA name of the reader's own time zone. */
  zone: string;
  busy: boolean;
  problem: unknown;
  onStore: (rule: NewSchedule) => void;
  onRemove: () => void;
}

const weekdays = ["0", "1", "2", "3", "4", "5", "6"];

/** When the twin retrains by itself, and what happens with the result. */
export function ScheduleForm({ schedule, zone, busy, problem, onStore, onRemove }: ScheduleFormProps) {
  const { t, word, language } = useLanguage();
  const form = useForm({
    initialValues: {
      counted: schedule ? schedule.items_min !== null : true,
      items: schedule?.items_min ?? 20,
      weekly: schedule ? schedule.weekday !== null : false,
      weekday: String(schedule?.weekday ?? 6),
      at: schedule?.at ?? "03:00",
      within: schedule ? schedule.opens !== null : false,
      opens: schedule?.opens ?? "23:00",
      closes: schedule?.closes ?? "06:00",
      then: schedule?.publishes ? "publish" : "show",
    },
  });
  const { counted, weekly, within } = form.values;
  const store = form.onSubmit((rule) =>
    onStore({
      items_min: rule.counted ? rule.items : null,
      weekday: rule.weekly ? Number(rule.weekday) : null,
      at: rule.weekly ? rule.at : null,
      zone: schedule?.zone ?? zone,
      opens: rule.within ? rule.opens : null,
      closes: rule.within ? rule.closes : null,
      publishes: rule.then === "publish",
      minutes: schedule?.minutes ?? 4,
    }),
  );
  const check = (name: "counted" | "weekly" | "within") => (
    <Checkbox label={t(`schedule.${name}`)} {...form.getInputProps(name, { type: "checkbox" })} />
  );
  const time = (name: "at" | "opens" | "closes", needed: boolean) => (
    <TextInput
      type="time"
      aria-label={t(`schedule.${name}`)}
      required={needed}
      disabled={!needed}
      {...form.getInputProps(name)}
    />
  );
  return (
    <form className="stack" data-testid="schedule" onSubmit={store}>
      <div className="row">
        {check("counted")}
        <NumberInput
          aria-label={t("schedule.items")}
          w="5.5rem"
          min={1}
          max={100_000}
          allowDecimal={false}
          required={counted}
          disabled={!counted}
          {...form.getInputProps("items")}
        />
        {t("schedule.items")}
      </div>
      <div className="row">
        {check("weekly")}
        <NativeSelect
          aria-label={t("schedule.weekly")}
          disabled={!weekly}
          data={weekdays.map((day) => ({ value: day, label: word("schedule.day", day) }))}
          {...form.getInputProps("weekday")}
        />
        {time("at", weekly)}
      </div>
      <div className="row">
        {check("within")}
        {time("opens", within)}–{time("closes", within)}
      </div>
      <p className="small quiet">{t("schedule.zone", { zone: schedule?.zone ?? zone })}</p>
      <Radio.Group aria-label={t("schedule.then")} {...form.getInputProps("then")}>
        <div className="row">
          <Radio value="show" label={t("schedule.show")} />
          <Radio value="publish" label={t("schedule.publish")} />
        </div>
      </Radio.Group>
      {schedule?.next_at && (
        <p className="small">{t("schedule.next", { at: formatMoment(schedule.next_at, language) })}</p>
      )}
      {schedule && schedule.failures > 0 && schedule.retry_at && (
        <p className="small" role="alert">
          {t("schedule.failed", { at: formatMoment(schedule.retry_at, language) })} {schedule.error?.message}
        </p>
      )}
      {problem != null && <ProblemNote problem={problem} />}
      <div className="row">
        <Button
          type="submit"
          variant="default"
          loading={busy}
          disabled={!counted && !weekly}
          data-testid="schedule-store"
        >
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
