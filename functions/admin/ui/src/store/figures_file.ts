// A file with figures by month, as somebody keeps it: where its months stand, which of its columns is which figure, and what it
// would change. Nothing here knows Excel or the page.

import NAMES from "./figure_names.json";
import type { Column } from "./kinds";
import type { Typed } from "./values";

/** A cell of a file; days are instants whose UTC reading is what the wall shows. */
export type FileCell = string | number | boolean | Date | null | undefined;

export interface Leaf {
  title: string;
  rows: readonly (readonly FileCell[])[];
}

/** A column of the file, with the figure that its head names. */
export interface Head {
  at: number;
  title: string;
  figure: string | undefined;
}

/** A row that was not understood. */
export interface Strange {
  /** As Excel counts it; of months that stand side by side it is the column. */
  row: number;
  text: string;
  reason: "no_month" | "twice";
}

export interface Understood {
  sheet: string;
  heads: Head[];
  months: { row: number; month: string; cells: readonly FileCell[] }[];
  strange: Strange[];
}

const ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
/** Heads under which a bare number may be a month. */
const OF_MONTHS = /月|month/i;

/** The month that a cell names; `year` is that of months without one. */
export function monthOf(cell: FileCell, year: string, bare = false): string | undefined {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.toISOString().slice(0, 7);
  if (cell === null || cell === undefined || typeof cell === "boolean") return undefined;
  const text = String(cell).normalize("NFKC").trim().toLowerCase();
  const whole = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月份?)?(?:\s*[-/.]?\s*\d{1,2}日?)?$/.exec(text) ?? /^(\d{4})(\d{2})$/.exec(text);
  if (whole) return made(whole[1] ?? "", Number(whole[2]));
  const turned = /^(\d{1,2})\s*[-/.]\s*(\d{4})$/.exec(text);
  if (turned) return made(turned[2] ?? "", Number(turned[1]));
  const short = /^(\d{1,2})\s*月份?$/.exec(text) ?? (bare ? /^(\d{1,2})$/.exec(text) : null);
  if (short) return made(year, Number(short[1]));
  const chinese = /^([一二三四五六七八九十]{1,2})月份?$/.exec(text);
  if (chinese) return made(year, CHINESE.indexOf(chinese[1] ?? "") + 1);
  const english = /^([a-z]{3})[a-z]*\.?[\s\-,']*(\d{4})?$/.exec(text);
  const place = english ? ENGLISH.indexOf(english[1] ?? "") : -1;
  return place < 0 ? undefined : made(english?.[2] ?? year, place + 1);
}

function made(year: string, month: number): string | undefined {
  return month >= 1 && month <= 12 && year >= "1900" && year < "2300" ? `${year}-${String(month).padStart(2, "0")}` : undefined;
}

/** What a file says, from the first of its sheets that has months; nothing where none has. */
export function understood(leaves: readonly Leaf[], figures: readonly { name: string; title: string }[], year: string): Understood | undefined {
  for (const leaf of leaves) {
    const across = turned(leaf.rows);
    const [down, side] = [found(leaf, leaf.rows, figures, year), found(leaf, across, figures, year)];
    // Months may stand below each other or side by side: as more of them are found.
    const best = (side?.months.length ?? 0) > (down?.months.length ?? 0) ? side : down;
    if (best) return best;
  }
  return undefined;
}

function turned(rows: Leaf["rows"]): FileCell[][] {
  const wide = Math.min(Math.max(0, ...rows.map((row) => row.length)), 400);
  return Array.from({ length: wide }, (_, x) => rows.slice(0, 400).map((row) => row[x]));
}

function found(leaf: Leaf, rows: Leaf["rows"], figures: readonly { name: string; title: string }[], given: string): Understood | undefined {
  const wide = Math.min(Math.max(0, ...rows.map((row) => row.length)), 400);
  let best: { column: number; first: number; year: string; bare: boolean; n: number } | undefined;
  for (let column = 0; column < wide; column++) {
    const named = rows.findIndex((row) => OF_MONTHS.test(text(row[column])) && monthOf(row[column], given) === undefined);
    const bare = (at: number) => named >= 0 && at > named;
    const first = rows.findIndex((row, at) => monthOf(row[column], given, bare(at)) !== undefined);
    if (first < 0) continue;
    const n = rows.filter((row, at) => monthOf(row[column], given, bare(at)) !== undefined).length;
    if (!best || n > best.n) best = { column, first, year: yearOf(leaf.title, rows.slice(0, first)) ?? given, bare: named >= 0, n };
  }
  if (!best) return undefined;
  const { column, first, year, bare } = best;
  const head = rows.slice(0, first).findLast((row) => row.some((cell, at) => at !== column && text(cell) !== "")) ?? [];
  const made: Understood = { sheet: leaf.title, heads: headsOf(head, column, figures), months: [], strange: [] };
  const seen = new Set<string>();
  rows.slice(first).forEach((cells, at) => {
    const row = first + at + 1;
    if (cells.every((cell) => text(cell) === "")) return;
    const month = monthOf(cells[column], year, bare);
    if (month === undefined) {
      made.strange.push({ row, text: text(cells[column]) || text(cells.find((cell) => text(cell) !== "")), reason: "no_month" });
    } else if (seen.has(month)) {
      made.strange.push({ row, text: month, reason: "twice" });
    } else {
      seen.add(month);
      made.months.push({ row, month, cells });
    }
  });
  return made;
}

/** The year that a title names, if all titles name one. */
function yearOf(title: string, above: Leaf["rows"]): string | undefined {
  const texts = [title, ...above.flatMap((row) => row.map(text))];
  const years = new Set(texts.flatMap((one) => [...one.normalize("NFKC").matchAll(/(?<!\d)(20\d\d)(?!\d)/g)].map(([year]) => year)));
  return years.size === 1 ? [...years][0] : undefined;
}

export function text(cell: FileCell): string {
  if (cell === null || cell === undefined) return "";
  // Fifteen digits are what a spreadsheet holds; what lies behind is noise of its sums.
  if (typeof cell === "number") return String(Number(cell.toPrecision(15)));
  return cell instanceof Date ? (Number.isNaN(cell.getTime()) ? "" : cell.toISOString().slice(0, 10)) : String(cell).trim();
}

/** A head without its unit, blanks and marks. */
function plain(title: string): string {
  return title
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[([{【][^)\]}】]*[)\]}】]/g, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}

function headsOf(head: readonly FileCell[], months: number, figures: readonly { name: string; title: string }[]): Head[] {
  const known = new Map<string, string>();
  for (const { name, title } of figures) {
    for (const own of [name.replaceAll("_", " "), title, ...((NAMES as Record<string, string[]>)[name] ?? [])]) known.set(plain(own), name);
  }
  const taken = new Set<string>();
  return head.flatMap((cell, at): Head[] => {
    const title = text(cell);
    if (at === months || title === "") return [];
    const figure = known.get(plain(title));
    // The first column of a figure is that figure; a second one a person may choose.
    if (figure === undefined || taken.has(figure)) return [{ at, title, figure: undefined }];
    taken.add(figure);
    return [{ at, title, figure }];
  });
}

/** A cell that would become another. */
export interface Change {
  row: number;
  month: string;
  figure: string;
  from: string;
  text: string;
  /** As it would be kept. */
  to: string;
}

export interface Refused {
  row: number;
  month: string;
  title: string;
  text: string;
  /** A fault of typing. */
  code: string;
}

export interface Changes {
  changes: Change[];
  refused: Refused[];
  /** Cells that say what stands there. */
  same: number;
}

/** What a file would change. An empty cell changes nothing. */
export function changesOf(
  file: Understood,
  heads: readonly Head[],
  columns: ReadonlyMap<string, Column>,
  held: (month: string, figure: string) => string,
  read: (column: Column, text: string) => Typed,
): Changes {
  const all: Changes = { changes: [], refused: [], same: 0 };
  for (const { row, month, cells } of file.months) {
    for (const { at, title, figure } of heads) {
      const column = figure === undefined ? undefined : columns.get(figure);
      const own = text(cells[at]);
      if (!column || figure === undefined || own === "") continue;
      const value = read(column, own);
      const from = held(month, figure);
      if (!value.ok) all.refused.push({ row, month, title, text: own, code: value.code });
      else if (value.value === from) all.same++;
      else all.changes.push({ row, month, figure, from, text: own, to: value.value });
    }
  }
  return all;
}
