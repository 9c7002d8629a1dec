// What-if (模拟): a wish for other rules, asked of the API slice by slice, and what came of it added up.

import type { Simulated } from "../api/types";
import { monthIn } from "./period";
import type { Rows } from "./rows";

export const KINDS = ["class", "department", "deadline", "late", "approval", "letter", "refused"] as const;
export type Kind = (typeof KINDS)[number];
export type Row = Simulated["rows"][number];
export type Picture = Row["before"];

/** Rows that are held to be listed; the others are counted. */
const MOST_ROWS = 20_000;

export interface Wish {
  /** `2025`, `2025Q3` or `2025-07`. */
  period: string;
  /** Whose complaints: a procedure's id; nothing for all. */
  of: string;
  /** Under which: `P20@2`; nothing where each stays under its own. */
  procedure: string;
  /** Values changed, as `T20.1.within=2 weeks`. */
  set: readonly string[];
}

/** What was found so far. */
export interface Answer {
  wish: Wish;
  asOf: string;
  /** Whose complaints were looked at. */
  of: string | null;
  procedure: string | null;
  totals: Pick<Simulated, "complaints" | "differ" | "text_missing" | "by_kind" | "late" | "approvals" | "letters">;
  rows: Row[];
  leftOut: number;
  unread: Simulated["unread"];
  unreadCount: number;
}

/** How far it is: complaints looked at, of so many that the register here has. */
export interface Progress {
  done: number;
  all: number;
}

type Ask = (body: Record<string, unknown>) => Promise<Simulated>;

/** How many complaints of the wish the register here has; it may not be read to its end. */
export function known(rows: Rows, { period, of }: Wish): number {
  const [from, to] = [monthIn(period, false), monthIn(period, true)];
  let n = 0;
  for (const [row, id] of rows.ids.entries()) {
    const month = rows.get(row, "received_at").slice(0, 7);
    if (id !== "" && month >= from && month <= to && (of === "" || rows.get(row, "procedure") === of)) n++;
  }
  return n;
}

/** Asks for all of it, `next` after `next`; nothing where it was stopped on the way. */
export async function simulate(wish: Wish, all: number, ask: Ask, stopped: () => boolean, told: (progress: Progress) => void): Promise<Answer | undefined> {
  let found: Answer | undefined;
  let cursor: string | null = null;
  do {
    told({ done: looked(found), all });
    const slice: Simulated = await ask(body(wish, cursor));
    if (stopped()) return undefined;
    found = added(found, slice, wish);
    cursor = slice.next;
  } while (cursor !== null);
  return found;
}

function body(wish: Wish, cursor: string | null): Record<string, unknown> {
  return {
    period: wish.period,
    ...(wish.of === "" ? {} : { of: wish.of }),
    ...(wish.procedure === "" ? {} : { procedure: wish.procedure }),
    ...(wish.set.length === 0 ? {} : { set: wish.set }),
    ...(cursor === null ? {} : { cursor }),
  };
}

/** Those that were read and those that could not be. */
function looked(found: Answer | undefined): number {
  return (found?.totals.complaints ?? 0) + (found?.unreadCount ?? 0);
}

type Pair = Simulated["late"];

/** A further slice, added to what was found. */
export function added(found: Answer | undefined, slice: Simulated, wish: Wish): Answer {
  const head = slice.procedure ? `${slice.procedure.id ?? ""}@${slice.procedure.version ?? ""}` : null;
  const all: Answer = found ?? {
    wish,
    asOf: slice.as_of,
    of: slice.of,
    procedure: head,
    totals: { complaints: 0, differ: 0, text_missing: 0, by_kind: Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>, late: NONE, approvals: NONE, letters: NONE },
    rows: [],
    leftOut: 0,
    unread: [],
    unreadCount: 0,
  };
  const { totals } = all;
  const pair = (one: Pair, other: Pair): Pair => ({ before: one.before + other.before, after: one.after + other.after });
  const room = Math.max(0, MOST_ROWS - all.rows.length);
  return {
    ...all,
    totals: {
      complaints: totals.complaints + slice.complaints,
      differ: totals.differ + slice.differ,
      text_missing: totals.text_missing + slice.text_missing,
      by_kind: Object.fromEntries(KINDS.map((kind) => [kind, totals.by_kind[kind] + slice.by_kind[kind]])) as Record<Kind, number>,
      late: pair(totals.late, slice.late),
      approvals: pair(totals.approvals, slice.approvals),
      letters: pair(totals.letters, slice.letters),
    },
    rows: [...all.rows, ...slice.rows.slice(0, room)],
    leftOut: all.leftOut + slice.rows_left_out + Math.max(0, slice.rows.length - room),
    unread: [...all.unread, ...slice.unread],
    unreadCount: all.unreadCount + slice.unread_count,
  };
}

const NONE: Pair = { before: 0, after: 0 };

/** An amount of time as packs write it. */
export const UNITS = ["minutes", "hours", "days", "weeks", "months", "years", "working minutes", "working hours", "working days"] as const;
export type Unit = (typeof UNITS)[number];

export interface Amount {
  count: string;
  unit: Unit;
}

/** Reads `6 days`; nothing for what is no plain number of a unit. */
export function amount(text: string): Amount | undefined {
  const [, count, name] = /^(\d+(?:\.\d+)?) ([a-z ]+)$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  if (name === "half working days" || name === "half working day") return { count: String(Number(count) / 2), unit: "working days" };
  const unit = UNITS.find((one) => one === name || one === `${name}s`);
  return unit && { count, unit };
}

/** As packs write it; nothing where the number is none. */
export function amountText({ count, unit }: Amount): string {
  if (!/^\d+(\.\d+)?$/.test(count)) return "";
  return `${count} ${Number(count) === 1 ? unit.slice(0, -1) : unit}`;
}

/** Where a line's value stands, and the value; nothing where the line has none. */
export function parted(line: string): { path: string; value: string } | undefined {
  const at = line.indexOf("=");
  return at > 0 ? { path: line.slice(0, at).trim(), value: line.slice(at + 1).trim() } : undefined;
}

/** The lines with another: one value has one place, so the newer stands instead of the older. */
export function withLine(lines: readonly string[], line: string): string[] {
  const path = parted(line)?.path;
  return [...lines.filter((own) => path === undefined || parted(own)?.path !== path), line];
}

/** How the parts of a difference are called. */
export interface Names {
  rule(id: string): string;
  letter(code: string): string;
  rung(code: string): string;
  about(code: string): string;
  command(code: string): string;
  customer: string;
  late: string;
  inTime: string;
  /** Moments of limits. */
  moment(at: string): string;
  times(n: number): string;
}

/** One thing that differs: as it was and as it would have been; an empty side is where there is none. */
export interface Part {
  kind: Kind;
  name: string;
  before: string;
  after: string;
}

/** What differs in a complaint, thing by thing. */
export function parts(row: Row, names: Names): Part[] {
  const { before, after } = row;
  const all: Part[] = [];
  for (const kind of ["class", "department"] as const) {
    if (before[kind] !== after[kind]) all.push({ kind, name: "", before: before[kind] ?? "", after: after[kind] ?? "" });
  }
  const [due, would] = [before.deadlines ?? {}, after.deadlines ?? {}];
  const late: Part[] = [];
  for (const rule of union(Object.keys(due), Object.keys(would))) {
    const [one, other] = [due[rule], would[rule]];
    const name = names.rule(rule);
    if (one?.due_at !== other?.due_at) all.push({ kind: "deadline", name, before: one ? names.moment(one.due_at) : "", after: other ? names.moment(other.due_at) : "" });
    if ((one?.late ?? false) !== (other?.late ?? false)) {
      const state = (own: typeof one) => (own ? (own.late ? names.late : names.inTime) : "");
      late.push({ kind: "late", name, before: state(one), after: state(other) });
    }
  }
  all.push(...late);
  counted("approval", before.approvals, after.approvals, (one) => `${names.rule(one.rule)} · ${one.approver}`);
  counted("letter", before.letters, after.letters, (one) => {
    const about = [one.rule && names.rule(one.rule), one.rung && names.rung(one.rung), one.about && names.about(one.about)].filter(Boolean).join(" · ");
    return `${names.letter(one.letter)} → ${one.desk ?? names.customer}${about ? ` · ${about}` : ""}`;
  });
  for (const step of row.refused) all.push({ kind: "refused", name: names.command(step.command), before: "", after: step.message.replaceAll("`", "") });
  return all;

  function counted<One extends { times: number }>(kind: Kind, was: readonly One[] = [], is: readonly One[] = [], name: (one: One) => string): void {
    const sum = (list: readonly One[], own: string) => list.filter((one) => name(one) === own).reduce((all_, one) => all_ + one.times, 0);
    for (const own of union(was.map(name), is.map(name))) {
      const [then, now] = [sum(was, own), sum(is, own)];
      if (then !== now) all.push({ kind, name: own, before: then > 0 ? names.times(then) : "", after: now > 0 ? names.times(now) : "" });
    }
  }
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}

/** A part in one line. */
export function told({ kind, name, before, after }: Part): string {
  const change = kind === "refused" ? after : `${before || "—"} → ${after || "—"}`;
  return [name, change].filter(Boolean).join(" ");
}
