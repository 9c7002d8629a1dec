// A month to pick a day from, under a cell that holds a date.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Box } from "../grid/GridView";
import { date } from "../store/values";
import { t } from "../texts";
import { place } from "./choices";

interface Props {
  box: Box;
  /** What is typed so far. */
  value: string;
  today: string;
  onPick(day: string): void;
}

export function Calendar({ box, value, today, onPick }: Props) {
  const chosen = date(value.slice(0, 10), today) ?? date(value, today);
  const [month, setMonth] = useState((chosen ?? today).slice(0, 7));
  useEffect(() => {
    if (chosen) setMonth(chosen.slice(0, 7));
  }, [chosen]);
  const own = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (own.current) place(own.current, box);
  });
  const hold = (event: Event) => event.preventDefault();
  const [year = 2000, of = 1] = month.split("-").map(Number);
  const move = (months: number) => {
    const at = year * 12 + of - 1 + months;
    setMonth(`${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`);
  };
  return (
    <div ref={own} class="calendar" onMouseDown={hold}>
      <header>
        <button type="button" tabIndex={-1} onClick={() => move(-12)}>
          «
        </button>
        <button type="button" tabIndex={-1} onClick={() => move(-1)}>
          ‹
        </button>
        <b>{month}</b>
        <button type="button" tabIndex={-1} onClick={() => move(1)}>
          ›
        </button>
        <button type="button" tabIndex={-1} onClick={() => move(12)}>
          »
        </button>
      </header>
      <div class="days">
        {t("weekdays")
          .split(" ")
          .map((name) => (
            <i key={name}>{name}</i>
          ))}
        {days(year, of).map((day, at) =>
          day ? (
            <button
              type="button"
              tabIndex={-1}
              key={day}
              class={`${day === chosen ? "chosen" : ""} ${day === today ? "today" : ""}`}
              onClick={() => onPick(day)}
            >
              {Number(day.slice(8))}
            </button>
          ) : (
            <span key={`gap ${at}`} />
          ),
        )}
      </div>
      <footer>
        <button type="button" tabIndex={-1} onClick={() => onPick(today)}>
          {t("today")} {today}
        </button>
      </footer>
    </div>
  );
}

/** The days of a month from Monday on, with gaps before the first. */
export function days(year: number, month: number): (string | undefined)[] {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const gaps = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const own = Array.from({ length: count }, (_, at) => `${year}-${String(month).padStart(2, "0")}-${String(at + 1).padStart(2, "0")}`);
  return [...Array.from({ length: gaps }, () => undefined), ...own];
}
