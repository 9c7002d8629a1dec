// Months, quarters and years of figures: `2026-03`, `2026Q1`, `2026`.

import type { Filters } from "./filter";
import type { Column } from "./kinds";

export type Span = "month" | "quarter" | "year";

export function spanOf(period: string): Span {
  return period.length === 4 ? "year" : period.includes("Q") ? "quarter" : "month";
}

/** The period of that length in which a day or a month stands. */
export function periodOf(day: string, span: Span): string {
  const year = day.slice(0, 4);
  if (span === "year") return year;
  if (span === "month") return day.slice(0, 7);
  return `${year}Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

/** A month in it: the last one, or the first. */
export function monthIn(period: string, last: boolean): string {
  const year = period.slice(0, 4);
  if (period.length === 4) return `${year}-${last ? "12" : "01"}`;
  if (!period.includes("Q")) return period;
  const quarter = Number(period.slice(5));
  return `${year}-${String(last ? quarter * 3 : quarter * 3 - 2).padStart(2, "0")}`;
}

/** The period so many further on. */
export function moved(period: string, by: number): string {
  const year = Number(period.slice(0, 4));
  const span = spanOf(period);
  if (span === "year") return String(year + by).padStart(4, "0");
  const each = span === "quarter" ? 4 : 12;
  const at = year * each + Number(period.slice(5)) - 1 + by;
  const [own, place] = [Math.floor(at / each), (at % each) + 1];
  return span === "quarter" ? `${own}Q${place}` : `${own}-${String(place).padStart(2, "0")}`;
}

/** All months from one to another. */
export function months(from: string, to: string): string[] {
  const found: string[] = [];
  for (let month = from; month <= to && found.length < 600; month = moved(month, 1)) found.push(month);
  return found;
}

/** Which complaints a figure counts, as the API says it. */
export interface Counts {
  field: string | null;
  value: string | null;
  from: string | null;
  to: string;
}

/** The register's filters for what a figure counts. A column that the register does not have narrows nothing. */
export function filtersOf(counts: Counts, columns: ReadonlyMap<string, Column>): Filters {
  const filters: Filters = {};
  filters["received_at"] = counts.from === null ? { conditions: [{ test: "at_most", a: counts.to }] } : { ticked: months(counts.from, counts.to) };
  const key = counts.field?.replace(/^(fields|axes)\./, "");
  const column = key === undefined ? undefined : columns.get(key);
  if (!column || counts.value === null) return filters;
  const lists = column.kind === "list" || column.kind === "choices";
  const word = column.options.find(([code]) => code === counts.value)?.[1] ?? counts.value;
  filters[column.key] = lists ? { conditions: [{ test: "contains", a: word }] } : { ticked: [counts.value] };
  return filters;
}
