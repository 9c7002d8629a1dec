// Fills the register: what was kept here first, then month by month from the newest, and from then on what changed.

import { type Client, Failure } from "../api/client";
import type { Changes, Page } from "../api/types";
import type { Kept } from "./kept";
import { Watched } from "./watch";

/** So many months without a complaint end the walk back: a ledger may have had quiet years, but not many. */
const QUIET = 24;
const OLDEST = "1990-01";
/** Changed rows that are kept beside their pages before everything is read anew. */
const POLL = 4000;

export type Arrive = (names: string[], row: unknown[]) => void;

export class Loader extends Watched {
  /** The month that is being read; none when all are there. */
  month: string | undefined;
  offline = false;
  done = false;
  /** The server's moment, in milliseconds, and ours when it was told. */
  asOf: [number, number] = [Date.now(), Date.now()];
  private cursor: string | undefined;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private polling: Promise<void> | undefined;

  constructor(
    private readonly client: Client,
    private readonly kept: Kept | undefined,
    private readonly arrive: Arrive,
    private readonly remove: (id: string) => void,
    /** Called after rows came, so that they are shown. */
    private readonly came: (fresh: boolean) => void,
  ) {
    super();
  }

  /** The moment at the server now. Its clock may stand still. */
  get now(): number {
    return this.asOf[0];
  }

  async start(): Promise<void> {
    const cursor = await this.kept?.get<string>("cursor");
    const whole = await this.kept?.get<boolean>("whole");
    if (this.kept && cursor) {
      for (const page of await this.kept.pages()) for (const row of page.rows) this.arrive(page.columns, row);
      this.came(true);
      this.cursor = cursor;
      try {
        await this.poll();
        if (whole) this.done = true;
      } catch (failure) {
        // The place lies too far back: the months are read anew.
        if (!(failure instanceof Failure) || failure.offline) {
          this.offline = true;
          this.done = whole === true;
        } else {
          this.cursor = undefined;
          this.kept.clearRows();
        }
      }
    }
    this.again();
    if (!this.done) await this.months();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async months(): Promise<void> {
    // The place in the changes is taken before the first page: what changes while months are read comes again.
    if (this.cursor === undefined) await this.patiently(() => this.poll());
    let month: string | undefined;
    let quiet = 0;
    while (!this.stopped && quiet < QUIET && (month === undefined || month >= OLDEST)) {
      const count = await this.patiently(() => this.whole(month));
      if (count === undefined) return;
      quiet = count > 0 ? 0 : quiet + 1;
      month = before(this.month ?? OLDEST);
    }
    this.month = undefined;
    this.done = true;
    this.kept?.put("whole", true);
    this.changed();
  }

  /** Reads one month, page by page; gives how many rows it had. */
  private async whole(month: string | undefined): Promise<number> {
    let count = 0;
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ fields: "all" });
      if (month) query.set("month", month);
      if (cursor) query.set("cursor", cursor);
      const page: Page = await this.client.get<Page>(`/api/complaints?${query}`);
      this.told(page.as_of);
      this.month = page.month;
      for (const row of page.rows) this.arrive(page.columns, row);
      if (page.rows.length > 0) this.kept?.putPage(`${page.month} ${cursor ?? ""}`, { columns: page.columns, rows: page.rows });
      count += page.rows.length;
      cursor = page.next;
      month ??= page.month;
      this.offline = false;
      this.came(page.rows.length > 0);
      this.changed();
    } while (cursor && !this.stopped);
    return count;
  }

  /** Tries until it works: a lost connection only delays. */
  private async patiently<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let wait = 1000; !this.stopped; wait = Math.min(wait * 2, 30_000)) {
      try {
        return await work();
      } catch (failure) {
        if (failure instanceof Failure && failure.status === 401) return undefined;
        this.offline = failure instanceof Failure && failure.offline;
        this.changed();
        await new Promise((done) => setTimeout(done, wait));
      }
    }
    return undefined;
  }

  /** Asks for what changed, now. Two at a time are one. */
  poll(): Promise<void> {
    this.polling ??= this.changes().finally(() => {
      this.polling = undefined;
    });
    return this.polling;
  }

  private async changes(): Promise<void> {
    let more = true;
    while (more) {
      const query = new URLSearchParams({ fields: "all" });
      if (this.cursor) query.set("since", this.cursor);
      const found = await this.client.get<Changes>(`/api/changes?${query}`);
      this.told(found.as_of);
      for (const row of found.rows) this.arrive(found.columns, row);
      for (const id of found.removed) this.remove(id);
      if (found.rows.length > 0) this.kept?.putRows(found.columns, found.rows);
      if (found.removed.length > 0) this.kept?.removeRows(found.removed);
      this.cursor = found.cursor;
      this.kept?.put("cursor", found.cursor);
      more = found.more;
      if (found.rows.length + found.removed.length > 0) this.came(false);
    }
    if (this.offline) {
      this.offline = false;
      this.changed();
    }
  }

  private told(asOf: string): void {
    this.asOf = [Date.parse(asOf), Date.now()];
  }

  private again(): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(async () => {
      try {
        if (!document.hidden) await this.poll();
      } catch (failure) {
        const offline = failure instanceof Failure && failure.offline;
        if (offline !== this.offline) {
          this.offline = offline;
          this.changed();
        }
      }
      this.again();
    }, POLL);
  }
}

/** The month before. */
export function before(month: string): string {
  const [year = 2000, of = 1] = month.split("-").map(Number);
  return of === 1 ? `${year - 1}-12` : `${year}-${String(of - 1).padStart(2, "0")}`;
}
