// The register in memory, column by column: each column holds numbers that point into a list of its different texts, so
// that 100,000 rows are small and a filter looks at each different text once.

/** One column. */
export class Texts {
  /** The different texts; the first is the empty one. */
  readonly dictionary: string[] = [""];
  private readonly index = new Map<string, number>([["", 0]]);
  codes = new Uint32Array(1024);

  code(text: string): number {
    const known = this.index.get(text);
    if (known !== undefined) return known;
    const fresh = this.dictionary.length;
    this.dictionary.push(text);
    this.index.set(text, fresh);
    return fresh;
  }

  get(row: number): string {
    return this.dictionary[this.codes[row] ?? 0] ?? "";
  }

  set(row: number, text: string): void {
    if (row >= this.codes.length) {
      const grown = new Uint32Array(Math.max(row + 1, this.codes.length * 2));
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[row] = this.code(text);
  }
}

/** All rows. A row keeps its place for as long as the page lives. */
export class Rows {
  readonly ids: string[] = [];
  readonly versions: number[] = [];
  private readonly places = new Map<string, number>();
  private readonly gone = new Set<number>();
  private readonly columns = new Map<string, Texts>();

  get length(): number {
    return this.ids.length;
  }

  /** How many are not removed. */
  get alive(): number {
    return this.ids.length - this.gone.size;
  }

  isGone(row: number): boolean {
    return this.gone.has(row);
  }

  place(id: string): number | undefined {
    const row = this.places.get(id);
    return row !== undefined && !this.gone.has(row) ? row : undefined;
  }

  column(key: string): Texts {
    let column = this.columns.get(key);
    if (!column) {
      column = new Texts();
      this.columns.set(key, column);
    }
    return column;
  }

  get(row: number, key: string): string {
    return this.columns.get(key)?.get(row) ?? "";
  }

  set(row: number, key: string, text: string): void {
    this.column(key).set(row, text);
  }

  /**
   * Puts a row in as the server has it: what `cells` does not name is empty, but for the columns in `keep`. An older
   * version than what is here is left alone. Gives the row, and whether anything was taken.
   */
  put(id: string, version: number, cells: Record<string, string>, keep: ReadonlySet<string>): [number, boolean] {
    let row = this.places.get(id);
    if (row !== undefined && !this.gone.has(row) && (this.versions[row] ?? 0) > version) return [row, false];
    if (row === undefined) {
      row = this.ids.length;
      this.ids.push(id);
      this.versions.push(version);
      this.places.set(id, row);
    }
    this.gone.delete(row);
    this.versions[row] = version;
    for (const [key, column] of this.columns) {
      if (!(key in cells) && !keep.has(key) && (column.codes[row] ?? 0) !== 0) column.set(row, "");
    }
    for (const [key, text] of Object.entries(cells)) {
      if (text !== "" || this.columns.has(key)) this.set(row, key, text);
    }
    return [row, true];
  }

  remove(id: string): void {
    const row = this.places.get(id);
    if (row !== undefined) this.gone.add(row);
  }
}
