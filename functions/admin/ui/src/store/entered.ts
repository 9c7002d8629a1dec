// What is typed into a sheet: read by its columns' kinds, refused here or sent, shown at its place, undone and done again. The
// register and the sheet of figures are such.

import { say, t } from "../texts";
import type { Edits, Ended, Wish } from "./edits";
import type { Column } from "./kinds";
import { Rows } from "./rows";
import { History } from "./undo";
import { type Typed, typed } from "./values";
import { Watched } from "./watch";

/** What came of one deed, for the report. */
export interface Report {
  name: string;
  all: number;
  saved: number;
  skipped: number;
  bad: { wish: Wish; as: "refused" | "conflict"; reason: string }[];
}

export abstract class Entered extends Watched {
  readonly rows = new Rows();
  readonly history = new History();
  report: Report | undefined;
  abstract readonly edits: Edits;
  abstract columns: Map<string, Column>;
  /** The day in the house's zone, and that zone's offset. */
  abstract get today(): string;
  abstract get offset(): string;
  /** Whether nobody answers, so that what was typed waits. */
  abstract get offline(): boolean;

  /** Reads what was typed. */
  protected typed(column: Column, text: string): Typed {
    return typed(column, text, this.today, this.offset);
  }

  /** Takes typed texts for cells: reads each by its column's kind, refuses here what cannot be, sends the rest. */
  enter(name: string, cells: { id: string; key: string; text: string }[], skipped = 0): void {
    const wishes: Wish[] = [];
    const bad: { wish: Wish; reason: string }[] = [];
    for (const { id, key, text } of cells) {
      const column = this.columns.get(key);
      const row = this.rows.place(id);
      if (!column || row === undefined) continue;
      const from = this.rows.get(row, key);
      const read = this.typed(column, text);
      if (!read.ok) {
        bad.push({ wish: { id, key, from, to: text }, reason: say(`fault.${read.code}`) });
      } else if (read.value !== from) {
        wishes.push({ id, key, from, to: read.value });
      } else {
        this.edits.forget(id, key);
      }
    }
    for (const one of bad) this.edits.refuse(one.wish, one.reason);
    const many = cells.length > 1;
    this.report = many
      ? {
          name,
          all: wishes.length + bad.length,
          saved: 0,
          skipped,
          bad: bad.map(({ wish, reason }) => ({ wish, reason, as: "refused" as const })),
        }
      : undefined;
    this.history.did(name, wishes);
    this.edits.wish(wishes);
  }

  protected ended(all: Ended[]): void {
    for (const one of all) {
      if (one.as === "refused" || one.as === "conflict") {
        this.history.refused(one.wish.id, one.wish.key, one.wish.to);
        this.report?.bad.push({ wish: one.wish, as: one.as, reason: one.reason ?? t("conflict_here") });
      } else if (this.report && one.as === "saved") {
        this.report.saved++;
      }
    }
  }

  undo(): { name: string; count: number } | undefined {
    const name = this.history.last?.name ?? "";
    const cells = this.history.undo();
    if (cells.length === 0) return undefined;
    this.report = undefined;
    this.edits.wish(this.standing(cells));
    return { name, count: cells.length };
  }

  redo(): { name: string; count: number } | undefined {
    const cells = this.history.redo();
    if (cells.length === 0) return undefined;
    this.report = undefined;
    this.edits.wish(this.standing(cells));
    return { name: this.history.last?.name ?? "", count: cells.length };
  }

  /** What was changed meanwhile by others is not undone: the cell shows both. */
  private standing(cells: Wish[]): Wish[] {
    return cells.filter((cell) => {
      const row = this.rows.place(cell.id);
      return row !== undefined && this.rows.get(row, cell.key) === cell.from;
    });
  }
}
