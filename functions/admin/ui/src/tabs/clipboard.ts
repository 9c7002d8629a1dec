// Blocks of the register to and from the clipboard, and what a paste or a fill makes of them.

import { parseHtml, parseTsv, tiled, writeHtml, writeTsv } from "../grid/tsv";
import { continued } from "../grid/fill";
import type { Box } from "../grid/GridView";
import type { Column } from "../store/kinds";
import { NUMERIC } from "../store/kinds";
import type { Rows } from "../store/rows";
import { forEditor, shown } from "../store/values";

/** The register as a view shows it: rows by place, columns in their order. */
export interface Seen {
  rows: Rows;
  index: Uint32Array;
  columns: readonly Column[];
}

/** A cell that is to be typed into. */
export interface Entry {
  id: string;
  key: string;
  text: string;
}

export function block(seen: Seen, range: Box): string[][] {
  return Array.from({ length: range.height }, (_, dy) =>
    Array.from({ length: range.width }, (_, dx) => {
      const column = seen.columns[range.x + dx];
      const row = seen.index[range.y + dy];
      return column && row !== undefined ? shown(column, seen.rows.get(row, column.key)) : "";
    }),
  );
}

/** Puts a range on the clipboard as text and as a table. */
export function copy(seen: Seen, range: Box, data: DataTransfer): void {
  const rows = block(seen, range);
  data.setData("text/plain", writeTsv(rows));
  data.setData("text/html", writeHtml(rows));
}

/** What the clipboard holds, as a block. Text is preferred: Excel writes there what its cells show. */
export function read(data: DataTransfer): string[][] {
  const text = data.getData("text/plain");
  if (text !== "") {
    // Excel ends its text with a line's end that is no row.
    return parseTsv(text.replace(/\r?\n$/, ""));
  }
  return parseHtml(data.getData("text/html")) ?? [];
}

/** Lays a block over the selection: which cells get which text, and the range that was filled. */
export function laid(seen: Seen, range: Box, pasted: string[][]): { entries: Entry[]; range: Box } {
  const tiles = tiled(pasted, range.width, range.height);
  const width = Math.min(Math.max(...tiles.map((row) => row.length), 0), seen.columns.length - range.x);
  const height = Math.min(tiles.length, seen.index.length - range.y);
  const entries: Entry[] = [];
  for (let dy = 0; dy < height; dy++) {
    for (let dx = 0; dx < width; dx++) {
      const entry = entryAt(seen, range.x + dx, range.y + dy, tiles[dy]?.[dx] ?? "");
      if (entry) entries.push(entry);
    }
  }
  return { entries, range: { x: range.x, y: range.y, width: Math.max(width, 1), height: Math.max(height, 1) } };
}

export function entryAt(seen: Seen, x: number, y: number, text: string): Entry | undefined {
  const column = seen.columns[x];
  const row = seen.index[y];
  const id = row === undefined ? undefined : seen.rows.ids[row];
  return column && id !== undefined ? { id, key: column.key, text } : undefined;
}

/** What the fill handle, pulled from one range over a larger one, writes into the cells that are new in it. */
export function filled(seen: Seen, from: Box, to: Box): Entry[] {
  const entries: Entry[] = [];
  const put = (x: number, y: number, text: string) => {
    const entry = entryAt(seen, x, y, text);
    if (entry) entries.push(entry);
  };
  const text = (x: number, y: number) => {
    const column = seen.columns[x];
    const row = seen.index[y];
    if (!column || row === undefined) return "";
    const value = seen.rows.get(row, column.key);
    return column.kind === "date" || NUMERIC.has(column.kind) ? value : forEditor(column, value);
  };
  const kindOf = (column: Column | undefined) =>
    column && NUMERIC.has(column.kind) ? "number" : column?.kind === "date" ? "date" : "other";
  const downwards = to.height > from.height;
  if (downwards) {
    const back = to.y < from.y;
    const count = to.height - from.height;
    for (let x = from.x; x < from.x + from.width; x++) {
      const source = Array.from({ length: from.height }, (_, at) => text(x, from.y + at));
      const next = continued(source, kindOf(seen.columns[x]), count, back);
      next.forEach((value, at) => put(x, back ? from.y - 1 - at : from.y + from.height + at, value));
    }
    return entries;
  }
  const back = to.x < from.x;
  const count = to.width - from.width;
  for (let y = from.y; y < from.y + from.height; y++) {
    const source = Array.from({ length: from.width }, (_, at) => text(from.x + at, y));
    // Along a row the columns are of different kinds: values are repeated, not counted on.
    const next = continued(source, "other", count, back);
    next.forEach((value, at) => put(back ? from.x - 1 - at : from.x + from.width + at, y, value));
  }
  return entries;
}

/** Ctrl+D and Ctrl+R: the first row (or column) of a range over the others; of one cell, what stands above (or left). */
export function spread(seen: Seen, range: Box, right: boolean): Entry[] {
  const entries: Entry[] = [];
  const single = right ? range.width === 1 : range.height === 1;
  const first = right ? range.x - (single ? 1 : 0) : range.y - (single ? 1 : 0);
  if (first < 0) return entries;
  for (let dy = 0; dy < range.height; dy++) {
    for (let dx = 0; dx < range.width; dx++) {
      const [x, y] = [range.x + dx, range.y + dy];
      if ((right ? x : y) === first) continue;
      const column = seen.columns[right ? first : x];
      const row = seen.index[right ? y : first];
      if (!column || row === undefined) continue;
      const entry = entryAt(seen, x, y, forEditor(column, seen.rows.get(row, column.key)));
      if (entry) entries.push(entry);
    }
  }
  return entries;
}

/** Count, sum and average of what is selected; numbers in columns of numbers only. */
export function statistics(seen: Seen, range: Box): { count: number; numbers: number; sum: number } {
  let [count, numbers, sum] = [0, 0, 0];
  for (let x = range.x; x < range.x + range.width; x++) {
    const column = seen.columns[x];
    if (!column) continue;
    const texts = seen.rows.column(column.key);
    const numeric = NUMERIC.has(column.kind);
    const values = numeric ? texts.dictionary.map((text) => (text === "" ? Number.NaN : Number(text.split(" ", 1)[0]))) : [];
    for (let y = range.y; y < Math.min(range.y + range.height, seen.index.length); y++) {
      const code = texts.codes[seen.index[y] ?? 0] ?? 0;
      if (code === 0) continue;
      count++;
      const value = values[code];
      if (numeric && value !== undefined && !Number.isNaN(value)) {
        numbers++;
        sum += value;
      }
    }
  }
  return { count, numbers, sum };
}
