// A view on its way to Excel and back: what each cell is there, and what a person changed in it meanwhile. Beside the cells stands
// a hidden copy of what they were, so that only what he touched is taken for a change, whatever others did in the meantime.

import type { Column } from "./kinds";
import { forEditor, type Typed } from "./values";

/** A cell of a spreadsheet. Days and moments are instants whose UTC reading is what the wall shows. */
export type Cell = string | number | boolean | Date | null;

/** Excel's cells hold no more characters; half of it, since it counts those beyond the first plane twice. */
const LONGEST = 16_000;
/** The mark of a hidden copy, and its form. */
export const MARK = "kesu-sheet";
export const FORM = 1;
/** Rows of a sheet above its complaints: the columns' keys, hidden, and their titles. */
export const HEADS = 2;
/** Columns before those of the view, hidden: the complaint's id and the version seen. */
export const LEADS = 2;

/** What a kept text is in a spreadsheet: days and numbers as such, everything else as text. */
export function toCell(column: Column, kept: string): Cell {
  if (kept === "") return null;
  if (column.kind === "date") return wall(kept.slice(0, 10)) ?? kept;
  if (column.kind === "moment" && !column.limit) return wall(kept.slice(0, 16)) ?? kept;
  if (column.kind === "number" || column.kind === "integer" || column.kind === "money") {
    const number = Number(kept);
    return String(number) === kept ? number : kept;
  }
  return [...forEditor(column, kept)].slice(0, LONGEST).join("");
}

function tooLong(column: Column, kept: string): boolean {
  return [...forEditor(column, kept)].length > LONGEST;
}

function wall(text: string): Date | undefined {
  const at = new Date(text.length > 10 ? `${text}:00Z` : `${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** What a cell says, as a person would type it. */
export function fromCell(column: Column, cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) {
    // Excel keeps days as fractions: a moment comes back a hair off its minute.
    const text = new Date(Math.round(cell.getTime() / 60_000) * 60_000).toISOString();
    return column.kind === "moment" ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text.slice(0, 10);
  }
  return String(cell).replace(/\r\n?/g, "\n");
}

/** A sheet as it came back: which columns it has, and its rows by the complaints' ids. */
export interface Returned {
  keys: string[];
  rows: { id: string; cells: (Cell | undefined)[] }[];
  /** What the cells were, by id and key. */
  before: Map<string, Map<string, string>>;
}

/** What became of one cell in Excel. */
export interface Change {
  id: string;
  key: string;
  /** What it was when the sheet was made, as it is kept. */
  from: string;
  /** What was typed. */
  text: string;
  as: "change" | "conflict" | "refused";
  /** Why it cannot be, where it is refused; what somebody else wrote meanwhile, where two people did. */
  reason?: string;
  rival?: string;
}

export interface Changes {
  changes: Change[];
  /** Rows whose complaint is not known here: new lines, or another installation's. */
  strangers: number;
  /** Rows whose complaint stood in the sheet before. */
  twice: number;
  /** Rows that the sheet had and has no more; nothing is deleted for that. */
  missing: number;
}

interface Ways {
  columns: ReadonlyMap<string, Column>;
  /** What a cell holds now, as it is kept; nothing where the complaint is not known. */
  now(id: string, key: string): string | undefined;
  /** Why nobody may type there. */
  lock(id: string, column: Column): string | undefined;
  read(column: Column, text: string): Typed;
  say(fault: string): string;
  /** What is said of a text that Excel held only the beginning of. */
  cut: string;
}

/** What a person changed in a sheet. */
export function changesOf(returned: Returned, ways: Ways): Changes {
  const found: Changes = { changes: [], strangers: 0, twice: 0, missing: 0 };
  const seen = new Set<string>();
  for (const { id, cells } of returned.rows) {
    const before = returned.before.get(id);
    if (!before) {
      if (cells.some((cell) => cell !== null && cell !== undefined && cell !== "")) found.strangers++;
      continue;
    }
    if (seen.has(id)) {
      found.twice++;
      continue;
    }
    seen.add(id);
    for (const [at, key] of returned.keys.entries()) {
      const column = ways.columns.get(key);
      const from = before.get(key);
      if (!column || from === undefined) continue;
      const text = fromCell(column, cells[at]);
      if (text === fromCell(column, toCell(column, from))) continue;
      const change = judged(id, column, from, text, ways);
      if (change) found.changes.push(change);
    }
  }
  found.missing = [...returned.before.keys()].filter((id) => !seen.has(id)).length;
  return found;
}

function judged(id: string, column: Column, from: string, text: string, ways: Ways): Change | undefined {
  const change = { id, key: column.key, from, text };
  const now = ways.now(id, column.key);
  if (now === undefined) return undefined;
  const read = ways.read(column, text);
  if (read.ok && (read.value === from || read.value === now)) return undefined;
  const locked = ways.lock(id, column) ?? (tooLong(column, from) ? ways.cut : undefined);
  if (locked !== undefined) return { ...change, as: "refused", reason: locked };
  if (!read.ok) return { ...change, as: "refused", reason: ways.say(read.code) };
  return now === from ? { ...change, as: "change" } : { ...change, as: "conflict", rival: now };
}
