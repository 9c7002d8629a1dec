// What stays in this browser between two visits, for one person at one installation: rows, the place in the changes, edits
// that wait, views. All of it is erased at sign-out.

/** A page of rows as it came. */
export interface KeptPage {
  columns: string[];
  rows: unknown[][];
}

const PREFIX = "kesu-book-";

export class Kept {
  private constructor(
    private readonly base: IDBDatabase,
    private readonly name: string,
  ) {}

  /** Opens the store of a person, and erases those of others: what one may see another may not. */
  static async open(installation: string, user: string): Promise<Kept | undefined> {
    const name = `${PREFIX}${installation}-${user}`;
    try {
      await Kept.erase(name);
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => {
        for (const store of ["pages", "rows", "small"]) asked.result.createObjectStore(store);
      };
      return new Kept(await answer(asked), name);
    } catch {
      // A private window may have none: the workbook works without.
      return undefined;
    }
  }

  private static async erase(but: string): Promise<void> {
    const known = (await indexedDB.databases?.()) ?? [];
    for (const { name } of known) {
      if (name?.startsWith(PREFIX) && name !== but) indexedDB.deleteDatabase(name);
    }
  }

  /** Everything of this person goes. */
  forget(): void {
    this.base.close();
    indexedDB.deleteDatabase(this.name);
  }

  async get<T>(key: string): Promise<T | undefined> {
    return (await answer(this.base.transaction("small").objectStore("small").get(key))) as T | undefined;
  }

  put(key: string, value: unknown): void {
    this.base.transaction("small", "readwrite").objectStore("small").put(value, key);
  }

  /** All rows that were kept: the pages as they came, then what changed since. */
  async pages(): Promise<KeptPage[]> {
    const pages = (await answer(this.base.transaction("pages").objectStore("pages").getAll())) as KeptPage[];
    const later = (await answer(this.base.transaction("rows").objectStore("rows").getAll())) as KeptPage[];
    return [...pages, ...later];
  }

  putPage(key: string, page: KeptPage): void {
    this.base.transaction("pages", "readwrite").objectStore("pages").put(page, key);
  }

  /** Rows that changed after their page came; each by its id. */
  putRows(columns: string[], rows: unknown[][]): void {
    const store = this.base.transaction("rows", "readwrite").objectStore("rows");
    for (const row of rows) store.put({ columns, rows: [row] } satisfies KeptPage, String(row[0]));
  }

  removeRows(ids: readonly string[]): void {
    const store = this.base.transaction("rows", "readwrite").objectStore("rows");
    for (const id of ids) store.delete(id);
  }

  clearRows(): void {
    const work = this.base.transaction(["pages", "rows"], "readwrite");
    work.objectStore("pages").clear();
    work.objectStore("rows").clear();
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
