// Ctrl+F: the next cell whose shown text holds what is looked for.

import type { Column } from "./kinds";
import type { Rows } from "./rows";
import { shown } from "./values";

export interface Found {
  /** Which cells hold it, by row of the view and column, in reading order: row × columns + column. */
  places: Float64Array;
}

/** All cells of a view that hold a text; each different text is looked at once. */
export function find(rows: Rows, columns: readonly Column[], index: Uint32Array, text: string): Float64Array {
  const wanted = text.normalize("NFKC").trim().toLowerCase();
  if (wanted === "") return new Float64Array();
  const places: number[] = [];
  const good = columns.map((column) => {
    const texts = rows.column(column.key);
    const hits = new Uint8Array(texts.dictionary.length);
    texts.dictionary.forEach((one, code) => {
      hits[code] = shown(column, one).normalize("NFKC").toLowerCase().includes(wanted) ? 1 : 0;
    });
    return { codes: texts.codes, hits };
  });
  index.forEach((row, y) => {
    good.forEach(({ codes, hits }, x) => {
      if (hits[codes[row] ?? 0] === 1) places.push(y * columns.length + x);
    });
  });
  return Float64Array.from(places);
}

/** The place after (or before) one, going round. */
export function nextPlace(places: Float64Array, from: number, back: boolean): number {
  if (places.length === 0) return -1;
  if (back) {
    for (let at = places.length - 1; at >= 0; at--) if ((places[at] ?? 0) < from) return at;
    return places.length - 1;
  }
  for (let at = 0; at < places.length; at++) if ((places[at] ?? 0) > from) return at;
  return 0;
}
