// What rates are set against (分母), month by month: a sheet that is typed into as the register is, and kept by whole pastes.

import { type Client, Failure } from "../api/client";
import type { Figures, Outcomes } from "../api/types";
import { Edits, type Wish } from "./edits";
import { Entered } from "./entered";
import type { Kept } from "./kept";
import type { Column } from "./kinds";
import { kept, type Typed } from "./values";

/** The column of the months; no figure can be called so. */
export const MONTH = "@month";
/** The most months that the server takes at once. */
const MOST_MONTHS = 120;
/** Where edits that wait are kept. */
const WAITING = "figures";

interface OfMonth {
  month: string;
  figures: Record<string, string | null>;
}

type Sent = Parameters<ConstructorParameters<typeof Edits>[3]["post"]>[0];

export class FigureSheet extends Entered {
  columns = new Map<string, Column>();
  readonly edits: Edits;
  private readonly years = new Set<string>();
  private version = 0;

  constructor(
    private readonly client: Client,
    private readonly store: Kept | undefined,
    readonly when: () => { today: string; offset: string; offline: boolean },
    /** The year that is shown. */
    public year: string,
  ) {
    super();
    this.edits = new Edits(this.rows, () => this.columns, new Set(), {
      post: (body) => this.post(body),
      refresh: () => this.again(),
      keep: (wishes) => store?.put(WAITING, wishes),
      ended: (all) => this.ended(all),
    });
    this.edits.watch(() => this.changed());
  }

  /** Whose session it was that ended, so that nothing is sent until there is another. */
  private ended_: unknown;
  /** Tries again what waits; after a session has ended only under the next one. */
  retry(): void {
    if (this.edits.count("waiting") === 0) return;
    if (this.edits.paused) {
      this.ended_ ??= this.client.session;
      if (this.client.session === this.ended_) return;
      this.ended_ = undefined;
      this.edits.paused = false;
    }
    void this.edits.run();
  }

  get today(): string {
    return this.when().today;
  }

  get offset(): string {
    return this.when().offset;
  }

  get offline(): boolean {
    return this.when().offline || this.edits.offline;
  }

  protected override typed(column: Column, text: string): Typed {
    const read = super.typed(column, text);
    return read.ok && read.value.startsWith("-") ? { ok: false, code: "negative" } : read;
  }

  /** Reads what was typed as this sheet does; for files. */
  reads(column: Column, text: string): Typed {
    return this.typed(column, text);
  }

  /** Takes up what waited when the page was left. */
  async start(): Promise<void> {
    const waiting = (await this.store?.get<Wish[]>(WAITING)) ?? [];
    for (const year of new Set(waiting.map((one) => one.id.slice(0, 4)))) await this.need(year);
    const standing = waiting.filter((one) => this.held(one.id, one.key) === one.from);
    if (standing.length > 0) this.edits.wish(standing);
  }

  /** Reads a year that was not read yet. */
  async need(year: string): Promise<void> {
    if (!this.years.has(year)) await this.load(year);
  }

  /** Reads again everything that was read. */
  async again(): Promise<void> {
    for (const year of this.years) await this.load(year);
  }

  private async load(year: string): Promise<void> {
    const found = await this.client.get<Figures>(`/api/figures?year=${year}`);
    this.years.add(year);
    this.version++;
    for (const { name, title } of found.names) this.columns.set(name, figure(name, title));
    for (const { month, figures } of found.months) {
      const cells = Object.fromEntries(Object.entries(figures).map(([name, text]) => [name, kept("number", text)]));
      this.edits.arrived(month, this.version, { ...cells, [MONTH]: month });
    }
    this.changed();
  }

  /** What a month holds, as it is kept. */
  held(month: string, name: string): string {
    const row = this.rows.place(month);
    return row === undefined ? "" : this.rows.get(row, name);
  }

  /** One request for all that waits: figures of many months. Where some are refused nothing was entered, and the others go again. */
  private async post(sent: Sent): Promise<Outcomes> {
    const months = sent.map(({ id, command }): OfMonth => ({ month: id, figures: command["fields"] as OfMonth["figures"] }));
    const refused = new Map<string, { message: string; field?: string }>();
    for (let from = 0; from < months.length; from += MOST_MONTHS) {
      const some = months.slice(from, from + MOST_MONTHS);
      try {
        await this.client.put("/api/figures", { months: some });
      } catch (failure) {
        if (!(failure instanceof Failure) || failure.status !== 422) throw failure;
        const bad = new Map(failure.all.map((one) => placed(one)).filter(([month]) => some.some((own) => own.month === month)));
        if (bad.size === 0) throw failure;
        const good = some.filter((one) => !bad.has(one.month));
        if (good.length > 0) await this.client.put("/api/figures", { months: good });
        for (const [month, one] of bad) refused.set(month, one);
      }
    }
    return sent.map(({ id }) => {
      const refusal = refused.get(id);
      return refusal ? { id, status: 422, refusal } : { id, status: 200 };
    }) as Outcomes;
  }
}

/** A refusal of a cell: `2026-03/sales`. */
function placed({ message, field = "" }: { message: string; field?: string }): [string, { message: string; field?: string }] {
  const [month = "", name] = field.split("/");
  return [month, name === undefined ? { message } : { message, field: name }];
}

function figure(key: string, title: string): Column {
  return { key, title, kind: "number", width: 150, options: [], way: "edit", step: false, computed: false, limit: false };
}
