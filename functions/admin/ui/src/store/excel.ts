// Writes and reads the workbook's sheets as files of Excel; loaded only when somebody does.

import { parseCsv } from "hucre/csv";
import { colToLetter, readXlsx, writeXlsx } from "hucre/xlsx";
import type { FileCell } from "./figures_file";
import type { Column, Kind } from "./kinds";
import { type Cell, FORM, HEADS, LEADS, MARK, type Returned, toCell } from "./sheet";

/** The hidden sheets: what the cells were, and what may be chosen. */
const COPY = "_kesu";
const LISTS = "_lists";
/** The most rows of a sheet. */
export const MOST_ROWS = 20_000;
/** Characters that a day, a moment or a sum takes. */
const NARROWEST: Partial<Record<Kind, number>> = { date: 12, moment: 18, money: 16 };
/** The most bytes of a file that is read. */
export const MOST_BYTES = 40_000_000;

export interface Leaf {
  title: string;
  installation: string;
  /** When the rows were read, RFC 3339. */
  at: string;
  columns: readonly Column[];
  rows: { id: string; version: number; kept: string[] }[];
  frozen: number;
  /** Columns that nobody fills are grey. */
  locked(column: Column): boolean;
  /** What stands in the window of a cell that takes only what is in its list. */
  wrong: { title: string; message: string };
}

const HEAD = { font: { bold: true, color: { rgb: "FFFFFF" } }, fill: { type: "pattern" as const, pattern: "solid" as const, fgColor: { rgb: "1F6F43" } } };
const PAGE = { orientation: "landscape" as const, paperSize: "a4" as const, fitToPage: true, fitToWidth: 1, fitToHeight: 0 };

/** A list to be read elsewhere, with its head frozen; it does not come back. */
export function writeList(title: string, columns: readonly Column[], rows: readonly Record<string, string>[]): Promise<Uint8Array> {
  return writeXlsx({
    sheets: [
      {
        name: title,
        columns: columns.map((column) => ({ width: width(column), style: { numFmt: format(column), alignment: { vertical: "top" as const, wrapText: true } } })),
        rows: [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => toCell(column, row[column.key] ?? "")))],
        cells: heads(columns, 0, 0),
        freezePane: { rows: 1, columns: 1 },
        autoFilter: { range: `A1:${colToLetter(Math.max(columns.length, 1) - 1)}${rows.length + 1}` },
        pageSetup: { ...PAGE, printTitlesRow: "$1:$1" },
      },
    ],
  });
}

/** A sheet with its columns' lists, its head frozen, and a hidden copy. */
export async function write(leaf: Leaf): Promise<Uint8Array> {
  const { columns, rows } = leaf;
  const last = rows.length + HEADS;
  const lists = columns.map((column, at) => ({ column, letter: colToLetter(at + LEADS) })).filter(({ column }) => chosen(column) && !leaf.locked(column));
  const options = lists.map(({ column }) => column.options.map(([, words]) => words));
  const longest = Math.max(0, ...options.map((one) => one.length));
  const grey = { fill: { type: "pattern" as const, pattern: "solid" as const, fgColor: { rgb: "F2F2F2" } } };
  return writeXlsx({
    sheets: [
      {
        name: leaf.title,
        columns: [
          { hidden: true },
          { hidden: true },
          ...columns.map((column) => ({
            width: width(column),
            style: { ...(leaf.locked(column) ? grey : {}), numFmt: format(column), alignment: { vertical: "top" as const, wrapText: column.kind === "words" } },
          })),
        ],
        rows: [
          ["id", "version", ...columns.map((column) => column.key)],
          ["", "", ...columns.map((column) => column.title)],
          ...rows.map(({ id, version, kept }) => [id, version, ...columns.map((column, at) => toCell(column, kept[at] ?? ""))]),
        ],
        cells: heads(columns, 1, LEADS),
        rowDefs: new Map([[0, { hidden: true }]]),
        freezePane: { rows: HEADS, columns: LEADS + leaf.frozen },
        autoFilter: { range: `${colToLetter(LEADS)}${HEADS}:${colToLetter(LEADS + Math.max(columns.length, 1) - 1)}${last}` },
        dataValidations: lists.map(({ letter }, at) => ({
          type: "list" as const,
          formula1: `${LISTS}!$${colToLetter(at)}$1:$${colToLetter(at)}$${Math.max(options[at]?.length ?? 1, 1)}`,
          range: `${letter}${HEADS + 1}:${letter}${Math.max(last, HEADS + 1)}`,
          allowBlank: true,
          showErrorMessage: true,
          errorTitle: leaf.wrong.title,
          errorMessage: leaf.wrong.message,
        })),
        pageSetup: { ...PAGE, printTitlesRow: `$${HEADS}:$${HEADS}` },
      },
      {
        name: COPY,
        hidden: true,
        rows: [[MARK, String(FORM), leaf.installation, leaf.at], ["id", ...columns.map((column) => column.key)], ...rows.map(({ id, kept }) => [id, ...kept])],
      },
      {
        name: LISTS,
        hidden: true,
        rows: Array.from({ length: longest }, (_, row) => options.map((one) => one[row] ?? null)),
      },
    ],
  });
}

/** The columns' titles in white on green, from a place on. */
function heads(columns: readonly Column[], row: number, from: number) {
  return new Map(columns.map((column, at) => [`${row},${at + from}`, { value: column.title, type: "string" as const, style: HEAD }] as const));
}

function width(column: Column): number {
  return Math.max(NARROWEST[column.kind] ?? 9, Math.min(60, Math.round(column.width / 7.5)));
}

/** Columns of which one of several is chosen. */
function chosen(column: Column): boolean {
  return column.options.length > 0 && column.kind !== "choices" && column.kind !== "list";
}

function format(column: Column): string {
  if (column.kind === "date") return "yyyy-mm-dd";
  if (column.kind === "moment" && !column.limit) return "yyyy-mm-dd hh:mm";
  if (column.kind === "money") return "#,##0.00";
  if (column.kind === "number" || column.kind === "integer") return "General";
  // Text stays text: telephone numbers keep their zeros, and nothing is computed.
  return "@";
}

export type Wrong = "too_large" | "unreadable" | "no_sheet" | "other_house";

/** Reads a sheet that was made here; else why it cannot be. */
export async function read(file: Uint8Array, installation: string): Promise<Returned | Wrong> {
  if (file.length > MOST_BYTES) return "too_large";
  const book = await readXlsx(file, { maxRows: MOST_ROWS + HEADS + 1 }).catch(() => undefined);
  if (!book) return "unreadable";
  const copy = book.sheets.find((one) => one.name === COPY);
  const [mark, names = [], ...kept] = copy?.rows ?? [];
  if (mark?.[0] !== MARK || mark[1] !== String(FORM)) return "no_sheet";
  if (mark[2] !== installation) return "other_house";
  const sheet = book.sheets.find((one) => one.rows[0]?.[0] === "id" && one !== copy);
  const [keys = [], , ...rows] = sheet?.rows ?? [];
  if (!sheet) return "no_sheet";
  const before = new Map<string, Map<string, string>>();
  for (const row of kept) {
    before.set(String(row[0] ?? ""), new Map(names.slice(1).map((name, at) => [String(name), String(row[at + 1] ?? "")])));
  }
  return {
    keys: keys.slice(LEADS).map((key) => String(key ?? "")),
    rows: rows.map((row) => ({ id: String(row[0] ?? ""), cells: row.slice(LEADS) as (Cell | undefined)[] })),
    before,
  };
}

/** Reads any workbook, or a text with commas, tabs or semicolons, as its sheets' cells; else why it cannot be. */
export async function readAny(file: Uint8Array): Promise<{ title: string; rows: FileCell[][] }[] | "too_large" | "no_table"> {
  if (file.length > MOST_BYTES) return "too_large";
  // A workbook is an archive; everything else is read as text, but for what no text holds.
  if (file[0] === 0x50 && file[1] === 0x4b) {
    const book = await readXlsx(file, { maxRows: MOST_ROWS }).catch(() => undefined);
    return book ? book.sheets.map(({ name, rows }) => ({ title: name, rows: rows as FileCell[][] })) : "no_table";
  }
  const text = decoded(file);
  return text === undefined ? "no_table" : [{ title: "", rows: parseCsv(text).slice(0, MOST_ROWS) as FileCell[][] }];
}

/** A text in the encodings that spreadsheets write: by its mark, else UTF-8, else that of Chinese systems. */
function decoded(file: Uint8Array): string | undefined {
  const wide = file[0] === 0xff && file[1] === 0xfe ? "utf-16le" : file[0] === 0xfe && file[1] === 0xff ? "utf-16be" : undefined;
  for (const encoding of wide ? [wide] : ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(file);
      return text.includes("\0") ? undefined : text;
    } catch {
      // The next one.
    }
  }
  return undefined;
}
