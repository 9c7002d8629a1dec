// Everything that the open workbook holds: who is signed in, the book, the rows, edits on their way, and what they tell.

import { Client } from "./api/client";
import type { Book, Outcomes, Session } from "./api/types";
import { COMPUTED, cellsOf, columnsOf, computed } from "./store/columns";
import { Edits, type Wish } from "./store/edits";
import { Entered } from "./store/entered";
import type { Column } from "./store/kinds";
import { Kept } from "./store/kept";
import { Loader } from "./store/load";
import { say } from "./texts";

/** The most cells of one paste, fill or clearing. */
export const MOST_CELLS = 5000;
/** Whose is what-if: those who weigh a change of the procedure. */
export const TRIES: readonly string[] = ["quality", "administrator"];

export class Workbook extends Entered {
  readonly edits: Edits;
  readonly loader: Loader;
  columns: Map<string, Column>;
  /** Grows when rows came that were not there, or went: filters and order are worked out again. */
  fresh = 0;

  constructor(
    readonly client: Client,
    readonly session: Session,
    public book: Book,
    readonly kept: Kept | undefined,
  ) {
    super();
    this.columns = columnsOf(book, say);
    this.loader = new Loader(
      client,
      kept,
      (names, row) => this.arrive(names, row),
      (id) => this.rows.remove(id),
      (fresh) => this.came(fresh),
    );
    this.loader.asOf = [Date.parse(book.as_of), Date.now()];
    this.edits = new Edits(
      this.rows,
      () => this.columns,
      COMPUTED,
      {
        post: (body) => client.post<Outcomes>("/api/batch", body),
        refresh: () => this.loader.poll(),
        keep: (wishes) => kept?.put("wishes", wishes),
        ended: (all) => this.ended(all),
      },
      (row) => this.reckon(row),
    );
    this.edits.watch(() => this.changed());
    this.loader.watch(() => this.changed());
    addEventListener("online", () => void this.go());
    // What waits is tried again now and then; the browser does not always tell that it is online.
    setInterval(() => void (this.edits.count("waiting") > 0 && this.go()), 5000);
    // Limits pass while nothing else happens.
    setInterval(() => this.reckonAll(), 60_000);
  }

  get mayEdit(): boolean {
    return this.session.role !== "auditor";
  }

  get offline(): boolean {
    return this.loader.offline || this.edits.offline;
  }

  /** The day in the house's zone, and that zone's offset. */
  get today(): string {
    return this.book.as_of.slice(0, 10);
  }

  get offset(): string {
    return /([+-]\d\d:\d\d)$/.exec(this.book.as_of)?.[1] ?? "+00:00";
  }

  async start(): Promise<void> {
    const waiting = await this.kept?.get<Wish[]>("wishes");
    await this.loader.start().catch(() => undefined);
    if (waiting && waiting.length > 0) this.edits.wish(waiting);
  }

  async go(): Promise<void> {
    this.edits.paused = false;
    await this.edits.run();
  }

  /** The words of another language. */
  async relabel(): Promise<void> {
    this.book = await this.client.get<Book>("/api/book");
    this.columns = columnsOf(this.book, say);
    this.fresh++;
    this.changed();
  }

  /** How many rows there were, and how many of them are gone. */
  private last = [0, 0];
  private arrive(names: string[], row: unknown[]): void {
    const [id, version] = row;
    if (typeof id !== "string" || typeof version !== "number") return;
    this.edits.arrived(id, version, cellsOf(names, row, this.columns));
  }

  private came(_fresh: boolean): void {
    if (this.rows.length !== this.last[0] || this.rows.alive !== this.last[1]) {
      this.last = [this.rows.length, this.rows.alive];
      this.fresh++;
    }
    this.changed();
  }

  private reckon(row: number): void {
    const cells = computed((key) => this.rows.get(row, key), this.loader.now);
    for (const [key, text] of Object.entries(cells)) this.rows.set(row, key, text);
  }

  private reckonAll(): void {
    for (let row = 0; row < this.rows.length; row++) this.reckon(row);
    this.changed();
  }

  async leave(): Promise<void> {
    this.loader.stop();
    this.kept?.forget();
    await this.client.signOut();
  }
}

/** Opens the workbook of who is signed in. */
export async function open(client: Client, session: Session): Promise<Workbook> {
  const book = await client.get<Book>("/api/book");
  const kept = await Kept.open(book.installation, session.user);
  return new Workbook(client, session, book, kept);
}
