// Filters as Excel's menus have them: ticks, conditions, dates by year and month; asked of each different text once.

import { DATED, type Column, NUMERIC } from "./kinds";
import type { Rows } from "./rows";
import { amount, shown } from "./values";

export type Test =
  | "contains"
  | "lacks"
  | "is"
  | "is_not"
  | "begins"
  | "ends"
  | "empty"
  | "filled"
  | "over"
  | "at_least"
  | "under"
  | "at_most"
  | "between";

export interface Condition {
  test: Test;
  a: string;
  b?: string;
}

/** One column's filter; it can be stored as JSON. */
export interface Filter {
  /** Texts that are ticked, as they are kept; of dates their beginnings (`2026`, `2026-03`, `2026-03-01`). */
  ticked?: string[];
  conditions?: Condition[];
  /** Whether one condition is enough. */
  any?: boolean;
}

export type Filters = Record<string, Filter>;

export function isEmpty(filter: Filter | undefined): boolean {
  return !filter || (filter.ticked === undefined && (filter.conditions ?? []).length === 0);
}

/** Whether a text passes. */
export function passes(column: Column, filter: Filter, value: string): boolean {
  const test = tester(column, filter);
  return test(value);
}

function tester(column: Column, filter: Filter): (value: string) => boolean {
  const ticked = filter.ticked && new Set(filter.ticked);
  const dated = DATED.has(column.kind);
  const inTicks = (value: string) => {
    if (!ticked) return true;
    if (!dated || value === "") return ticked.has(value);
    return ticked.has(value.slice(0, 4)) || ticked.has(value.slice(0, 7)) || ticked.has(value.slice(0, 10));
  };
  const tests = (filter.conditions ?? []).map((one) => condition(column, one));
  const fits = (value: string) =>
    tests.length === 0 || (filter.any ? tests.some((test) => test(value)) : tests.every((test) => test(value)));
  return (value) => inTicks(value) && fits(value);
}

function condition(column: Column, one: Condition): (value: string) => boolean {
  const a = one.a.normalize("NFKC").trim().toLowerCase();
  const b = (one.b ?? "").normalize("NFKC").trim().toLowerCase();
  const text = (value: string) => shown(column, value).normalize("NFKC").toLowerCase();
  // Numbers as numbers, dates and moments by their beginning, everything else as text.
  const numeric = NUMERIC.has(column.kind);
  const dated = DATED.has(column.kind);
  const order = (value: string, limit: string): number => {
    if (numeric) return amount(value) - Number(limit.replace(/,/g, ""));
    const own = dated ? value.replace("T", " ").slice(0, limit.length) : text(value);
    return own < limit ? -1 : own > limit ? 1 : 0;
  };
  switch (one.test) {
    case "contains":
      return (value) => text(value).includes(a);
    case "lacks":
      return (value) => !text(value).includes(a);
    case "is":
      return (value) => (numeric || dated ? value !== "" && order(value, a) === 0 : text(value) === a);
    case "is_not":
      return (value) => (numeric || dated ? value === "" || order(value, a) !== 0 : text(value) !== a);
    case "begins":
      return (value) => text(value).startsWith(a);
    case "ends":
      return (value) => text(value).endsWith(a);
    case "empty":
      return (value) => value === "";
    case "filled":
      return (value) => value !== "";
    case "over":
      return (value) => value !== "" && order(value, a) > 0;
    case "at_least":
      return (value) => value !== "" && order(value, a) >= 0;
    case "under":
      return (value) => value !== "" && order(value, a) < 0;
    case "at_most":
      return (value) => value !== "" && order(value, a) <= 0;
    case "between":
      return (value) => value !== "" && order(value, a) >= 0 && order(value, b) <= 0;
  }
}

/** The rows that pass all filters, in their order of arrival. */
export function filtered(rows: Rows, columns: ReadonlyMap<string, Column>, filters: Filters): Uint32Array {
  const active: { codes: Uint32Array; good: Uint8Array }[] = [];
  for (const [key, filter] of Object.entries(filters)) {
    const column = columns.get(key);
    if (!column || isEmpty(filter)) continue;
    const texts = rows.column(key);
    const test = tester(column, filter);
    const good = new Uint8Array(texts.dictionary.length);
    texts.dictionary.forEach((text, code) => {
      good[code] = test(text) ? 1 : 0;
    });
    active.push({ codes: texts.codes, good });
  }
  const found = new Uint32Array(rows.length);
  let count = 0;
  next: for (let row = 0; row < rows.length; row++) {
    if (rows.isGone(row)) continue;
    // A column that never grew as far as this row is empty there.
    for (const { codes, good } of active) {
      if (good[codes[row] ?? 0] === 0) continue next;
    }
    found[count++] = row;
  }
  return found.subarray(0, count);
}

/** The different texts of a column among some rows, with how often each stands there, in the column's order. */
export function tally(rows: Rows, column: Column, among: Uint32Array): { value: string; count: number }[] {
  const texts = rows.column(column.key);
  const counts = new Uint32Array(texts.dictionary.length);
  for (const row of among) {
    const code = texts.codes[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  const found: { value: string; count: number }[] = [];
  counts.forEach((count, code) => {
    if (count > 0) found.push({ value: texts.dictionary[code] ?? "", count });
  });
  return found;
}
