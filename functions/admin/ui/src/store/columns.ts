// The register's columns: those that every complaint has, those that are worked out here, and the procedures' fields.

import type { Book, BookField } from "../api/types";
import type { Column, Kind, Option, Way } from "./kinds";
import { kept } from "./values";

type Say = (key: string) => string;

/** Columns that the server's rows have by name. */
const BASE = [
  "number",
  "received_at",
  "stage",
  "class",
  "department",
  "due_at",
  "procedure",
  "channel",
  "closed_at",
  "person",
  "needs_review",
  "next_rule",
  "responsible",
] as const;
/** Columns that are worked out from a row and the moment. */
export const COMPUTED: ReadonlySet<string> = new Set(["light", "days_open", "late_by"]);

const WIDTHS: Partial<Record<Kind, number>> = {
  words: 240,
  list: 180,
  choices: 150,
  moment: 132,
  date: 98,
  flag: 72,
  number: 92,
  integer: 80,
  money: 104,
};

/** All columns by key, in the order in which they stand before anybody moved one. */
export function columnsOf(book: Book, say: Say): Map<string, Column> {
  const all = new Map<string, Column>();
  const words = (table: string): Option[] => Object.entries(book.words[table] ?? {});
  const same = (names: Iterable<string>): Option[] => [...new Set(names)].map((name) => [name, name] as const);
  const add = (key: string, kind: Kind, more: Partial<Column> = {}) => {
    const title = say(`column.${key}`);
    const plain = { key, title, kind, options: [], way: "none" as Way, step: false, computed: false, limit: false };
    all.set(key, { ...plain, width: WIDTHS[kind] ?? 112, ...more });
  };
  const classes = same(book.procedures.flatMap((one) => one.classes));
  const desks = same(book.procedures.flatMap((one) => one.desks));
  const rules = book.procedures.flatMap((one) => Object.entries(one.rules));
  const titles: Option[] = rules.map(([rule, told]) => [rule, told.title || rule] as const);

  add("number", "text", { width: 118 });
  add("light", "choice", {
    computed: true,
    width: 86,
    options: ["late", "soon", "running", "none"].map((code) => [code, say(`light.${code}`)] as const),
  });
  add("received_at", "moment");
  add("stage", "choice", { options: words("stage"), width: 84 });
  add("class", "choice", { options: classes, way: "classify", width: 112 });
  add("department", "choice", { options: desks, way: "route", width: 96 });
  const fields = new Map(book.fields.map((field) => [field.key, field]));
  for (const key of ["customer_name", "product_name"]) {
    const field = fields.get(key);
    if (field) all.set(key, own(field));
  }
  add("due_at", "moment", { limit: true });
  add("next_rule", "choice", { options: titles, width: 150 });
  add("responsible", "choice", { options: desks, width: 96 });
  add("late_by", "number", { computed: true, width: 88 });
  add("days_open", "integer", { computed: true, width: 80 });
  add("channel", "choice", { options: words("channel"), width: 84 });
  add("person", "text", { width: 150 });
  add("needs_review", "choice", {
    options: [
      ["1", say("yes")],
      ["0", say("no")],
    ],
    width: 80,
  });
  for (const field of book.fields) if (!all.has(field.key)) all.set(field.key, own(field));
  add("closed_at", "moment");
  add("procedure", "choice", { options: book.procedures.map((one) => [one.id, `${one.id} ${one.title}`] as const) });
  return all;
}

function own(field: BookField): Column {
  const options = field.options.map(([code = "", word = ""]) => [code, word] as const);
  return {
    key: field.key,
    title: field.title,
    kind: field.kind,
    options,
    // Which other complaint one belongs to is said by linking it.
    way: field.kind === "link" ? "none" : "edit",
    step: field.step,
    computed: false,
    limit: false,
    width: WIDTHS[field.kind] ?? 112,
  };
}

/** The columns that stand open at first: what every complaint has, and what the first procedure asks for and its steps fill. */
export function openAtFirst(book: Book, columns: ReadonlyMap<string, Column>): string[] {
  const asked = new Set(Object.keys(book.procedures[0]?.clauses ?? {}));
  const closed = new Set(["person", "procedure", "needs_review"]);
  return [...columns.values()]
    .filter((column) => {
      if (closed.has(column.key)) return column.key === "procedure" && new Set(book.procedures).size > 1;
      return column.way !== "edit" || column.step || asked.has(column.key) || COMMON.has(column.key);
    })
    .map((column) => column.key);
}

/** What registers of any trade have, whether the procedure speaks of it or not. */
const COMMON: ReadonlySet<string> = new Set(["batch_no", "model_spec", "serial_no", "order_no", "quantity_affected", "urgent"]);

/** A row of the server as texts by column. */
export function cellsOf(names: readonly string[], row: readonly unknown[], columns: ReadonlyMap<string, Column>): Record<string, string> {
  const cells: Record<string, string> = {};
  const base: ReadonlySet<string> = new Set(BASE);
  names.forEach((name, at) => {
    const value = row[at];
    if (name === "fields" && value && typeof value === "object") {
      for (const [key, wire] of Object.entries(value)) cells[key] = kept(columns.get(key)?.kind, wire);
    } else if (base.has(name) || name === "customer_name" || name === "product_name") {
      cells[name] ??= kept(columns.get(name)?.kind, value);
    }
  });
  return cells;
}

/** What is worked out of a row at a moment (milliseconds). */
export function computed(get: (key: string) => string, now: number): Record<string, string> {
  const due = get("due_at");
  const closed = get("closed_at");
  const received = Date.parse(get("received_at"));
  const until = closed ? Date.parse(closed) : now;
  const days = Number.isNaN(received) ? "" : String(Math.max(0, Math.floor((until - received) / 86_400_000)));
  const left = due ? (Date.parse(due) - now) / 3_600_000 : Number.NaN;
  const light = Number.isNaN(left) ? "none" : left < 0 ? "late" : left < 24 ? "soon" : "running";
  const late = left < 0 ? String(Math.round((-left / 24) * 10) / 10) : "";
  return { light, days_open: days, late_by: late };
}
