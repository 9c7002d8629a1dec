// Sorting by several columns: each different text gets its rank once, then rows are placed by counting, so that a sort of
// 100,000 rows is a few passes and keeps the order of equals.

import { DATED, type Column, NUMERIC } from "./kinds";
import type { Rows } from "./rows";
import { amount, shown } from "./values";

export interface Sort {
  key: string;
  down: boolean;
}

const collator = new Intl.Collator("zh-Hans-u-co-pinyin", { numeric: true });

/** Sorts rows; the first of `sorts` weighs most. Empty cells stand last, as in Excel, whichever way. */
export function sorted(rows: Rows, columns: ReadonlyMap<string, Column>, sorts: readonly Sort[], among: Uint32Array): Uint32Array {
  let order = among;
  for (const sort of [...sorts].reverse()) {
    const column = columns.get(sort.key);
    if (column) order = byRank(order, rows.column(sort.key).codes, ranks(rows, column, sort.down));
  }
  return order;
}

/** The rank of each different text of a column: of moments by time, numbers by size, choices by their list. */
function ranks(rows: Rows, column: Column, down: boolean): Uint32Array {
  const dictionary = rows.column(column.key).dictionary;
  const codes = dictionary.map((_, code) => code).filter((code) => dictionary[code] !== "");
  const compare = comparison(column, dictionary);
  codes.sort((a, b) => (down ? compare(b, a) : compare(a, b)));
  const rank = new Uint32Array(dictionary.length).fill(codes.length);
  codes.forEach((code, at) => {
    rank[code] = at;
  });
  return rank;
}

function comparison(column: Column, dictionary: readonly string[]): (a: number, b: number) => number {
  const by = (value: (text: string) => number) => {
    const values = dictionary.map(value);
    return (a: number, b: number) => {
      const [one, other] = [values[a] ?? 0, values[b] ?? 0];
      // What is no number stands after all that are.
      if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
      return one - other;
    };
  };
  if (NUMERIC.has(column.kind)) return by(amount);
  if (column.kind === "moment") return by((text) => Date.parse(text));
  if (DATED.has(column.kind)) return plain(dictionary);
  if (column.kind === "choice" || column.kind === "flag") {
    return by((text) => {
      const at = column.options.findIndex(([code]) => code === text);
      return at < 0 ? column.options.length : at;
    });
  }
  const words = dictionary.map((text) => shown(column, text));
  return (a, b) => collator.compare(words[a] ?? "", words[b] ?? "");
}

function plain(dictionary: readonly string[]): (a: number, b: number) => number {
  return (a, b) => {
    const [one, other] = [dictionary[a] ?? "", dictionary[b] ?? ""];
    return one < other ? -1 : one > other ? 1 : 0;
  };
}

function byRank(order: Uint32Array, codes: Uint32Array, rank: Uint32Array): Uint32Array {
  const most = rank.length;
  const starts = new Uint32Array(most + 2);
  for (const row of order) {
    const at = (rank[codes[row] ?? 0] ?? 0) + 1;
    starts[at] = (starts[at] ?? 0) + 1;
  }
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const placed = new Uint32Array(order.length);
  for (const row of order) {
    const own = rank[codes[row] ?? 0] ?? 0;
    const to = starts[own] ?? 0;
    placed[to] = row;
    starts[own] = to + 1;
  }
  return placed;
}
