// Edits on their way: each is shown at once, sent as a command with the version seen, merged with what others wrote, and
// taken back with its reason where it is refused. Nothing here knows the page.

import { Failure } from "../api/client";
import type { Outcome, Outcomes } from "../api/types";
import type { Column } from "./kinds";
import type { Rows } from "./rows";
import { wire } from "./values";
import { Watched } from "./watch";

/** What a cell is to become. */
export interface Wish {
  id: string;
  key: string;
  from: string;
  to: string;
}

export type State = "waiting" | "sent" | "refused" | "conflict";

/** A wish with what has come of it. */
export interface Pending extends Wish {
  state: State;
  /** Why it was refused, in words. */
  reason?: string;
  /** What somebody else wrote meanwhile. */
  rival?: string;
}

/** What came of a wish, for reports and for undo. */
export interface Ended {
  wish: Wish;
  as: "saved" | "refused" | "conflict" | "dropped";
  reason?: string;
}

interface Command {
  id: string;
  version: number;
  command: Record<string, unknown>;
}

export interface Ways {
  post(body: Command[]): Promise<Outcomes>;
  /** Fetches what changed, and puts it through [`Edits.arrived`]. */
  refresh(): Promise<void>;
  /** Keeps the waiting wishes for a later start of the page. */
  keep(wishes: Wish[]): void;
  ended(all: Ended[]): void;
}

/** A command with the texts that it carries, by column. */
interface Sending extends Command {
  sent: Record<string, string>;
}

/** The most commands of one request. */
const MOST = 500;
/** How often a command is tried again after others were faster, before the cell is left to the person. */
const AGAIN = 4;

export class Edits extends Watched {
  private readonly cells = new Map<string, Map<string, Pending>>();
  private readonly flying = new Set<string>();
  private readonly late = new Map<string, { version: number; cells: Record<string, string> }>();
  private readonly tries = new Map<string, number>();
  private running = false;
  offline = false;
  /** Wishes that are not ended yet, and how many there were since the last pause. */
  total = 0;
  paused = false;

  constructor(
    readonly rows: Rows,
    private readonly columns: () => ReadonlyMap<string, Column>,
    private readonly computedKeys: ReadonlySet<string>,
    private readonly ways: Ways,
    private readonly after: (row: number) => void = () => {},
  ) {
    super();
  }

  /** What is known of a cell's edit. */
  of(id: string, key: string): Pending | undefined {
    return this.cells.get(id)?.get(key);
  }

  /** All that is not settled. */
  *all(): Iterable<Pending> {
    for (const fields of this.cells.values()) yield* fields.values();
  }

  count(...states: State[]): number {
    let count = 0;
    for (const one of this.all()) if (states.includes(one.state)) count++;
    return count;
  }

  /** Takes wishes: shows them at once and sends them as soon as it can. */
  wish(wishes: readonly Wish[]): void {
    for (const one of wishes) this.take(one);
    this.total = Math.max(this.total, this.count("waiting", "sent"));
    this.kept();
    this.changed();
    void this.run();
  }

  private take(wish: Wish): void {
    const fields = this.cells.get(wish.id) ?? new Map<string, Pending>();
    this.cells.set(wish.id, fields);
    const before = fields.get(wish.key);
    // What the server holds is what the first of several edits saw; of a rival, the rival's.
    let from = wish.from;
    if (before?.state === "waiting" || before?.state === "sent") from = before.from;
    if (before?.state === "conflict") from = before.rival ?? wish.from;
    if (from === wish.to && before?.state !== "sent") {
      fields.delete(wish.key);
      this.show(wish.id, wish.key, from);
      return;
    }
    fields.set(wish.key, { ...wish, from, state: "waiting" });
    this.show(wish.id, wish.key, wish.to);
  }

  private show(id: string, key: string, text: string): void {
    const row = this.rows.place(id);
    if (row === undefined) return;
    this.rows.set(row, key, text);
    this.after(row);
  }

  /** A row as the server has it. Takes it in around what is on its way. */
  arrived(id: string, version: number, cells: Record<string, string>): void {
    if (this.flying.has(id)) {
      // Our own command may be part of it: what it gave decides.
      const known = this.late.get(id);
      if (!known || known.version < version) this.late.set(id, { version, cells });
      return;
    }
    const [row, taken] = this.rows.put(id, version, cells, this.computedKeys);
    if (!taken) return;
    this.merge(id, (key) => cells[key] ?? "");
    this.after(row);
  }

  /** Looks at what waits on a row against what the server now holds. */
  private merge(id: string, held: (key: string) => string): void {
    const fields = this.cells.get(id);
    if (!fields) return;
    const ended: Ended[] = [];
    for (const [key, one] of fields) {
      const now = held(key);
      if (one.state === "refused") continue;
      if (now === one.to) {
        fields.delete(key);
        ended.push({ wish: one, as: "saved" });
      } else if (now !== one.from) {
        const fresh = one.state !== "conflict";
        fields.set(key, { ...one, state: "conflict", rival: now });
        if (fresh) ended.push({ wish: one, as: "conflict" });
      } else if (one.state !== "conflict") {
        // Somebody changed other fields: ours still stands, on the version that is now.
        this.show(id, key, one.to);
      }
    }
    if (ended.length > 0) this.end(ended);
  }

  /** The person's choice where two wrote the same field. */
  settle(id: string, key: string, mine: boolean): void {
    const one = this.of(id, key);
    if (one?.state !== "conflict") return;
    this.cells.get(id)?.delete(key);
    const held = one.rival ?? "";
    this.show(id, key, held);
    if (mine) this.wish([{ id, key, from: held, to: one.to }]);
    else this.changed();
  }

  /** Forgets a refusal that was read. */
  forget(id: string, key: string): void {
    const one = this.of(id, key);
    if (one?.state !== "refused") return;
    this.cells.get(id)?.delete(key);
    this.changed();
  }

  /** Marks a cell as refused here, before anything was sent. */
  refuse(wish: Wish, reason: string): void {
    const fields = this.cells.get(wish.id) ?? new Map<string, Pending>();
    this.cells.set(wish.id, fields);
    fields.set(wish.key, { ...wish, state: "refused", reason });
    this.changed();
  }

  /** Sends what waits until nothing does. One run at a time. */
  async run(): Promise<void> {
    if (this.running || this.paused) return;
    this.running = true;
    try {
      for (;;) {
        const batch = this.next();
        if (batch.length === 0) break;
        if (!(await this.send(batch))) break;
      }
    } finally {
      this.running = false;
      if (this.count("waiting", "sent") === 0) this.total = 0;
      this.kept();
      this.changed();
    }
  }

  /** At most one command for a complaint: what may go together goes together. */
  private next(): Sending[] {
    const batch: Sending[] = [];
    for (const [id, fields] of this.cells) {
      if (batch.length >= MOST) break;
      const row = this.rows.place(id);
      const waiting = [...fields.values()].filter((one) => one.state === "waiting");
      const first = waiting[0];
      if (row === undefined || !first) continue;
      const version = this.rows.versions[row] ?? 0;
      const way = this.way(first.key);
      if (way === "edit") {
        const edits = waiting.filter((one) => this.way(one.key) === "edit");
        const columns = this.columns();
        const values: Record<string, unknown> = {};
        for (const one of edits) {
          const column = columns.get(one.key);
          if (column) values[one.key] = wire(column, one.to);
        }
        const sent = Object.fromEntries(edits.map((one) => [one.key, one.to]));
        batch.push({ id, version, command: { type: "edit", fields: values }, sent });
      } else {
        const command = way === "classify" ? { type: "classify", class: first.to } : { type: "route", department: first.to };
        batch.push({ id, version, command, sent: { [first.key]: first.to } });
      }
    }
    return batch;
  }

  private way(key: string): string {
    return this.columns().get(key)?.way ?? "edit";
  }

  private async send(batch: Sending[]): Promise<boolean> {
    for (const one of batch) {
      this.flying.add(one.id);
      this.state(one.id, Object.keys(one.sent), "sent");
    }
    this.changed();
    let outcomes: Outcomes;
    try {
      outcomes = await this.ways.post(batch.map(({ id, version, command }) => ({ id, version, command })));
      this.offline = false;
    } catch (failure) {
      for (const one of batch) {
        this.flying.delete(one.id);
        this.state(one.id, Object.keys(one.sent), "waiting");
        this.land(one.id);
      }
      if (failure instanceof Failure && !failure.offline && ![401, 429].includes(failure.status)) {
        this.refused(batch, failure.message);
        return true;
      }
      this.offline = failure instanceof Failure && failure.offline;
      if (failure instanceof Failure && failure.status === 401) this.paused = true;
      return false;
    }
    const ended: Ended[] = [];
    let stale = false;
    batch.forEach((one, at) => {
      const outcome = outcomes[at];
      this.flying.delete(one.id);
      if (outcome) stale = this.came(one, outcome, ended) || stale;
      this.land(one.id);
    });
    if (ended.length > 0) this.end(ended);
    this.kept();
    this.changed();
    if (stale) {
      try {
        await this.ways.refresh();
      } catch {
        // Not read anew, so trying again would only be refused again: that is no try.
        this.tries.clear();
        return false;
      }
    }
    return true;
  }

  /** What came of one command. Gives whether its complaint must be read again. */
  private came(one: Sending, outcome: Outcome, ended: Ended[]): boolean {
    const fields = this.cells.get(one.id);
    const row = this.rows.place(one.id);
    if (!fields) return false;
    if (outcome.status === 200) {
      this.tries.delete(one.id);
      if (row !== undefined && outcome.version !== undefined) this.rows.versions[row] = outcome.version;
      for (const key of Object.keys(one.sent)) {
        const field = fields.get(key);
        if (!field) continue;
        ended.push({ wish: field, as: "saved" });
        // It may have been edited again while it was on its way.
        if (field.state === "sent") fields.delete(key);
        else fields.set(key, { ...field, from: one.sent[key] ?? field.from });
      }
      return false;
    }
    if (outcome.status === 409) {
      const tries = (this.tries.get(one.id) ?? 0) + 1;
      this.tries.set(one.id, tries);
      if (tries <= AGAIN) {
        this.state(one.id, Object.keys(one.sent), "waiting");
        return true;
      }
    }
    const refusal = outcome.refusal as { message?: string; field?: string } | undefined;
    const reason = refusal?.message ?? String(outcome.status);
    this.tries.delete(one.id);
    // A refusal of one field holds up no other: those go again without it.
    const keys = Object.keys(one.sent);
    const named = refusal?.field && keys.includes(refusal.field) ? [refusal.field] : keys;
    this.state(one.id, keys, "waiting");
    for (const key of named) this.turnedDown(one.id, key, reason, ended);
    return false;
  }

  private turnedDown(id: string, key: string, reason: string, ended: Ended[]): void {
    const fields = this.cells.get(id);
    const field = fields?.get(key);
    if (!fields || !field) return;
    fields.set(key, { ...field, state: "refused", reason });
    this.show(id, key, field.from);
    ended.push({ wish: field, as: "refused", reason });
  }

  private refused(batch: Sending[], reason: string): void {
    const ended: Ended[] = [];
    for (const one of batch) for (const key of Object.keys(one.sent)) this.turnedDown(one.id, key, reason, ended);
    this.end(ended);
  }

  private state(id: string, keys: readonly string[], state: State): void {
    const fields = this.cells.get(id);
    for (const key of keys) {
      const field = fields?.get(key);
      if (field && (field.state === "waiting" || field.state === "sent")) fields?.set(key, { ...field, state });
    }
  }

  /** Takes in the row that arrived while a command was on its way, unless that command made a newer one. */
  private land(id: string): void {
    const late = this.late.get(id);
    this.late.delete(id);
    if (late) this.arrived(id, late.version, late.cells);
  }

  private end(ended: Ended[]): void {
    this.ways.ended(ended);
  }

  private kept(): void {
    const wishes: Wish[] = [];
    for (const { id, key, from, to, state } of this.all()) {
      if (state === "waiting" || state === "sent") wishes.push({ id, key, from, to });
    }
    this.ways.keep(wishes);
  }
}
