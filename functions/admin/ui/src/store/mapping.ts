// What a person says of a ledger's columns and sheets before it is taken in, and the mapping file that says so.

/** What one column was taken for. `use` is a field, `extra` (kept under its own header) or `ignore`. */
export interface ColumnUse {
  at: number;
  header: string;
  use: string;
  confidence: number;
  /** Left to the reader as long as nobody says otherwise. */
  automatic: boolean;
  asked: readonly { code: string; message: string }[];
}

/** The tables that have one header. */
export interface Layout {
  fingerprint: string;
  seen_in: readonly string[];
  header_rows: readonly number[];
  /** What was said of it was remembered from before; was said with this upload. */
  remembered: boolean;
  said: boolean;
  year: number | null;
  said_year: number | null;
  columns: readonly ColumnUse[];
  colours: readonly { colour: string; status: string | null }[];
}

/** As the report of a reading has it under `proposed`. */
export interface Proposed {
  fields: readonly string[];
  layouts: readonly Layout[];
  sheets: readonly { sheet: string; skip: boolean; header_rows: readonly number[]; year: number | null }[];
}

export interface LayoutDraft {
  year: string;
  /** By header; nothing where the reader goes its own way. */
  columns: Record<string, string>;
  colours: Record<string, string>;
}

export interface SheetDraft {
  skip: boolean;
  /** The row of the header, and the second one's where there are two. */
  rows: string;
}

export interface Draft {
  layouts: Record<string, LayoutDraft>;
  sheets: Record<string, SheetDraft>;
}

/** What stands in the editor before anybody changed anything. */
export function drafted(proposed: Proposed): Draft {
  const layouts = proposed.layouts.map((one): [string, LayoutDraft] => {
    const year = one.said_year ?? (one.remembered ? one.year : null);
    const columns = one.columns.map((column) => [column.header, column.automatic ? "" : column.use]);
    const colours = one.colours.map(({ colour, status }) => [colour, status ?? ""]);
    return [one.fingerprint, { year: year === null ? "" : String(year), columns: Object.fromEntries(columns), colours: Object.fromEntries(colours) }];
  });
  const sheets = proposed.sheets.map((one): [string, SheetDraft] => [one.sheet, { skip: one.skip, rows: one.header_rows.join("-") }]);
  return { layouts: Object.fromEntries(layouts), sheets: Object.fromEntries(sheets) };
}

/** The mapping file: everything that was looked over, so that it is remembered whole. */
export function mappingText(draft: Draft): string {
  const lines: string[] = [];
  for (const [fingerprint, layout] of Object.entries(draft.layouts)) {
    lines.push("[[layout]]", `fingerprint = ${quoted(fingerprint)}`);
    if (/^\d{4}$/.test(layout.year)) lines.push(`year = ${layout.year}`);
    lines.push("[layout.columns]");
    for (const [header, use] of Object.entries(layout.columns)) if (use !== "") lines.push(`${quoted(header)} = ${quoted(use)}`);
    const colours = Object.entries(layout.colours).filter(([, status]) => status !== "");
    if (colours.length > 0) lines.push("[layout.colours]");
    for (const [colour, status] of colours) lines.push(`${quoted(colour)} = ${quoted(status)}`);
  }
  for (const [sheet, { skip, rows }] of Object.entries(draft.sheets)) {
    const numbers = rows.match(/\d+/g) ?? [];
    if (!skip && numbers.length === 0) continue;
    lines.push("[[sheet]]", `name = ${quoted(sheet)}`);
    if (skip) lines.push("skip = true");
    if (numbers.length > 0) lines.push(`header_rows = [${numbers.join(", ")}]`);
  }
  return `${lines.join("\n")}\n`;
}

/** A string of JSON is one of TOML, but for a sign that TOML wants written out. */
function quoted(text: string): string {
  return JSON.stringify(text.replace(/[\n\r]/g, " ")).replaceAll("\u007f", "\\u007F");
}

/** A column's letters, from its place. */
export function letters(at: number): string {
  let found = "";
  for (let left = at + 1; left > 0; left = Math.floor((left - 1) / 26)) found = String.fromCharCode(65 + ((left - 1) % 26)) + found;
  return found;
}
