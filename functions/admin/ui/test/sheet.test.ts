import { openXlsx, readXlsx, saveXlsx } from "hucre/xlsx";
import { describe, expect, it } from "vitest";
import { read, write } from "../src/store/excel";
import type { Column, Kind } from "../src/store/kinds";
import { type Change, changesOf, type Returned } from "../src/store/sheet";
import { typed } from "../src/store/values";

const column = (key: string, kind: Kind, more: Partial<Column> = {}): Column => ({
  key,
  title: `题${key}`,
  kind,
  options: [],
  way: "edit",
  step: false,
  computed: false,
  limit: false,
  width: 100,
  ...more,
});
const COLUMNS = [
  column("number", "text", { way: "none" }),
  column("customer_phone", "face"),
  column("description", "words"),
  column("produced_on", "date"),
  column("received_at", "moment", { way: "none" }),
  column("class", "choice", { options: [["grave", "严重"], ["light", "一般"]], way: "classify" }),
  column("wishes", "choices", { options: [["refund", "退款"], ["repair", "修理"]] }),
  column("quantity", "number"),
  column("claim", "money"),
  column("urgent", "flag", { options: [["true", "是"], ["false", "否"]] }),
];
const ROWS: Record<string, string[]> = {
  a: ["KS-1", "01380013", "=1+1\n第二行", "2026-03-01", "2026-03-10T10:07:31+08:00", "grave", "refund\nrepair", "12.5", "1999999999.99", "true"],
  b: ["KS-2", "", "@SUM(A1)", "", "2025-12-31T23:59:00+08:00", "light", "", "1e3", "12 USD", ""],
  c: ["KS-3", "138", "长".repeat(20_000), "1999-12-31", "", "", "repair", "0", "", "false"],
};

async function sheet(): Promise<Uint8Array> {
  return write({
    title: "台账",
    installation: "house",
    at: "2026-03-10T10:00:00+08:00",
    columns: COLUMNS,
    rows: Object.entries(ROWS).map(([id, kept], at) => ({ id, version: at + 3, kept })),
    frozen: 1,
    locked: (one) => one.way === "none",
    wrong: { title: "不在列表中", message: "请选择" },
  });
}

/** Changes cells as a person would: by row and column of the sheet, from 0. */
async function edited(change: (rows: unknown[][]) => void): Promise<Returned> {
  const book = await openXlsx(await sheet());
  const rows = book.sheets[0]?.rows as unknown[][];
  change(rows);
  const back = await read(await saveXlsx(book), "house");
  if (typeof back === "string") throw new Error(back);
  return back;
}

function changes(returned: Returned, now: Record<string, Record<string, string>> = {}) {
  return changesOf(returned, {
    columns: new Map(COLUMNS.map((one) => [one.key, one])),
    now: (id, key) => now[id]?.[key] ?? ROWS[id]?.[COLUMNS.findIndex((one) => one.key === key)],
    lock: (_, one) => (one.way === "none" ? "locked" : undefined),
    read: (one, text) => typed(one, text, "2026-03-10", "+08:00"),
    say: (code) => code,
    cut: "cut",
  });
}
const told = (one: Change) => [one.id, one.key, one.as, one.text.slice(0, 20), one.reason ?? one.rival].filter((part) => part !== undefined).join(" ");

describe("a view that went to Excel", () => {
  it("comes back untouched without a single change", async () => {
    expect(changes(await edited(() => undefined))).toEqual({ changes: [], strangers: 0, twice: 0, missing: 0 });
  });

  it("has its keys hidden, its head frozen, real days and numbers, and texts that nothing computes", async () => {
    const book = await readXlsx(await sheet(), { readStyles: true });
    const [first, copy, lists] = book.sheets;
    expect(book.sheets.map((one) => [one.name, one.hidden ?? false])).toEqual([["台账", false], ["_kesu", true], ["_lists", true]]);
    expect(first?.columns?.slice(0, 3).map((one) => one.hidden ?? false)).toEqual([true, true, false]);
    expect(first?.rowDefs?.get(0)?.hidden).toBe(true);
    expect(first?.freezePane).toEqual({ rows: 2, columns: 3 });
    expect(first?.rows[2]?.slice(2, 7)).toEqual(["KS-1", "01380013", "=1+1\n第二行", new Date("2026-03-01T00:00:00Z"), new Date("2026-03-10T10:07:00Z")]);
    expect(first?.rows[2]?.slice(7)).toEqual(["严重", "退款\n修理", 12.5, 1999999999.99, "是"]);
    expect(first?.cells && [...first.cells.values()].some((one) => one.formula !== undefined)).toBeFalsy();
    expect(first?.dataValidations?.map((one) => [one.type, one.range, one.formula1])).toEqual([
      ["list", "H3:H5", "_lists!$A$1:$A$2"],
      ["list", "L3:L5", "_lists!$B$1:$B$2"],
    ]);
    expect(lists?.rows).toEqual([["严重", "是"], ["一般", "否"]]);
    expect(copy?.rows[0]?.slice(0, 4)).toEqual(["kesu-sheet", "1", "house", "2026-03-10T10:00:00+08:00"]);
  });

  it("tells what was typed, whatever kind of cell Excel made of it", async () => {
    const back = await edited((rows) => {
      const a = rows[2] as unknown[];
      a[3] = 13800138000;
      a[5] = new Date("2026-03-02T00:00:00Z");
      a[7] = "一般";
      a[8] = "修理";
      a[9] = 13;
      a[11] = null;
    });
    expect(changes(back).changes.map(told)).toEqual([
      "a customer_phone change 13800138000",
      "a produced_on change 2026-03-02",
      "a class change 一般",
      "a wishes change 修理",
      "a quantity change 13",
      "a urgent change ",
    ]);
  });

  it("refuses what cannot be typed, and says why", async () => {
    const back = await edited((rows) => {
      (rows[2] as unknown[])[2] = "KS-9";
      (rows[2] as unknown[])[5] = "月初";
      (rows[2] as unknown[])[7] = "很严重";
      (rows[4] as unknown[])[4] = "短";
    });
    expect(changes(back).changes.map(told)).toEqual([
      "a number refused KS-9 locked",
      "a produced_on refused 月初 not_a_date",
      "a class refused 很严重 not_in_list",
      "c description refused 短 cut",
    ]);
  });

  it("leaves alone what others changed, and asks where two changed the same cell", async () => {
    const back = await edited((rows) => {
      (rows[2] as unknown[])[9] = 13;
      (rows[3] as unknown[])[7] = "严重";
    });
    // The others: another cell of the same row, the same cell otherwise, and the same cell to the same value.
    const now = { a: { customer_phone: "139", quantity: "14" }, b: { class: "grave" } };
    expect(changes(back, now).changes.map(told)).toEqual(["a quantity conflict 13 14"]);
  });

  it("follows rows and columns that were moved, and counts new, doubled and deleted rows", async () => {
    const back = await edited((rows) => {
      const [heads, titles, a, b] = rows as [unknown[], unknown[], unknown[], unknown[]];
      for (const row of [heads, titles, a, b]) [row[3], row[9]] = [row[9], row[3]];
      b[9] = "555";
      rows.splice(2, 3, b, a, [...a], ["", "", "新行"], [null, null, ""]);
    });
    const found = changes(back);
    expect(found.changes.map(told)).toEqual(["b customer_phone change 555"]);
    expect([found.strangers, found.twice, found.missing]).toEqual([1, 1, 1]);
  });

  it("is told apart from other files", async () => {
    const noise = new TextEncoder().encode("no workbook");
    expect(await read(noise, "house")).toBe("unreadable");
    expect(await read(await sheet(), "another")).toBe("other_house");
    const book = await openXlsx(await sheet());
    book.sheets = book.sheets.slice(0, 1);
    expect(await read(await saveXlsx(book), "house")).toBe("no_sheet");
  });
});
