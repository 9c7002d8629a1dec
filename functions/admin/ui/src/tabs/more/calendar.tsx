// The working calendar (日历) of a year: days off, make-up days, and the notice that they come from.

import { useState } from "preact/hooks";
import type { Calendar } from "../../api/types";
import { t } from "../../texts";
import { type TabProps, useLoaded } from "./parts";

type Day = Calendar["days"][number];

export function CalendarTab({ book }: TabProps) {
  const [year, setYear] = useState(Number(book.today.slice(0, 4)));
  const { found, wrong } = useLoaded(() => book.client.get<Calendar>(`/api/calendar?year=${year}`), [year, book.columns]);
  const months = Array.from({ length: 12 }, (_, at) => found?.days.filter((day) => Number(day.date.slice(5, 7)) === at + 1) ?? []);
  const special = spans(found?.days.filter((day) => !["weekday", "weekend"].includes(day.kind)) ?? []);
  return (
    <div class="year-tab">
      <div class="tools" role="toolbar" aria-label={t("tab.calendar")}>
        <button type="button" aria-label={String(year - 1)} onClick={() => setYear(year - 1)}>
          ←
        </button>
        <b class="num">{year}</b>
        <button type="button" aria-label={String(year + 1)} onClick={() => setYear(year + 1)}>
          →
        </button>
        {(["holiday", "make_up", "company_off", "company_working"] as const).map((kind) => (
          <span key={kind} class={`legend ${kind}`}>
            {t(`calendar.${kind}`)}
          </span>
        ))}
        {wrong && (
          <span class="bad" role="alert">
            {wrong}
          </span>
        )}
      </div>
      {found && (
        <div class="year-scroll" role="region" aria-label={t("tab.calendar")} tabIndex={0}>
          <p class={found.published ? "quiet" : "bad"}>
            {found.published
              ? [t("labelled", { name: t("calendar.source"), text: found.source ?? "" }), found.published_on, ...found.amended_by].filter(Boolean).join(" · ")
              : t("calendar.unpublished", { year: found.published_through ?? "—" })}
          </p>
          <div class="year">
            {months.map((days, at) => (
              <Month key={at} at={at + 1} days={days} today={found.today} />
            ))}
          </div>
          <table class="special">
            <caption>{t("calendar.special")}</caption>
            <tbody>
              {special.map((span) => (
                <tr key={span.from}>
                  <td class="num">{span.from === span.to ? span.from : `${span.from} – ${span.to}`}</td>
                  <td>{span.name}</td>
                  <td>
                    <span class={`legend ${span.kind}`}>{t(`calendar.${span.kind}`)}</span>
                  </td>
                  <td class="num">{t("unit_days", { n: span.days })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Month({ at, days, today }: { at: number; days: readonly Day[]; today: string }) {
  const first = days[0] ? (new Date(`${days[0].date}T00:00:00Z`).getUTCDay() + 6) % 7 : 0;
  const cells: (Day | undefined)[] = [...Array.from({ length: first }, () => undefined), ...days];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  const worked = days.filter((day) => day.working).length;
  return (
    <table class="month">
      <caption>
        {t("calendar.month", { n: at })} <span class="quiet">{t("calendar.worked", { n: worked })}</span>
      </caption>
      <thead>
        <tr>
          {t("weekdays")
            .split(" ")
            .map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week, row) => (
          <tr key={row}>
            {week.map((day, place) =>
              day ? (
                <td key={day.date} class={`${day.kind} ${day.date === today ? "today" : ""}`} title={`${day.date} ${["weekday", "weekend"].includes(day.kind) ? "" : day.name}`}>
                  {Number(day.date.slice(8))}
                  {MARKS[day.kind] && <sup>{t(MARKS[day.kind] as "calendar.off")}</sup>}
                </td>
              ) : (
                <td key={place} />
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The letter that stands beside the colour. */
const MARKS: Partial<Record<Day["kind"], "calendar.off" | "calendar.on">> = {
  holiday: "calendar.off",
  company_off: "calendar.off",
  make_up: "calendar.on",
  company_working: "calendar.on",
};

interface Span {
  from: string;
  to: string;
  name: string;
  kind: "holiday" | "make_up" | "company_off" | "company_working";
  days: number;
}

/** Days of one name and kind that follow each other, as one line. */
function spans(days: readonly Day[]): Span[] {
  const found: Span[] = [];
  for (const day of days) {
    const last = found.at(-1);
    const next = last && new Date(Date.parse(last.to) + 86_400_000).toISOString().slice(0, 10);
    if (last && next === day.date && last.kind === day.kind && last.name === day.name) {
      last.to = day.date;
      last.days++;
    } else {
      found.push({ from: day.date, to: day.date, name: day.name, kind: day.kind as Span["kind"], days: 1 });
    }
  }
  return found;
}
