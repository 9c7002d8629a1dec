// Undo and redo across saves: what was done is kept as old and new values; undoing is a new edit like any other.

import type { Wish } from "./edits";

/** One thing that a person did. */
export interface Deed {
  /** What to call it, e.g. a key of the texts. */
  name: string;
  cells: Wish[];
}

/** The most deeds that are kept. */
const MOST = 200;

export class History {
  private done: Deed[] = [];
  private undone: Deed[] = [];

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** What would be undone. */
  get last(): Deed | undefined {
    return this.done.at(-1);
  }

  did(name: string, cells: Wish[]): void {
    if (cells.length === 0) return;
    this.done.push({ name, cells });
    if (this.done.length > MOST) this.done.shift();
    this.undone = [];
  }

  /** The edits that undo the last deed. */
  undo(): Wish[] {
    const deed = this.done.pop();
    if (!deed) return [];
    this.undone.push(deed);
    return deed.cells.map(({ id, key, from, to }) => ({ id, key, from: to, to: from }));
  }

  /** The edits that do again what was undone last. */
  redo(): Wish[] {
    const deed = this.undone.pop();
    if (!deed) return [];
    this.done.push(deed);
    return deed.cells;
  }

  /** What was refused never happened: it is not undone either. */
  refused(id: string, key: string, to: string): void {
    const without = (deeds: Deed[]) =>
      deeds
        .map((deed) => ({
          ...deed,
          cells: deed.cells.filter((cell) => !(cell.id === id && cell.key === key && (cell.to === to || cell.from === to))),
        }))
        .filter((deed) => deed.cells.length > 0);
    this.done = without(this.done);
    this.undone = without(this.undone);
  }
}
