// Figures by month: files as people keep them are understood or told apart, and what is typed goes out as one request.
import { writeXlsx } from "hucre/xlsx";
import { describe, expect, it } from "vitest";
import { Client, Failure } from "../src/api/client";
import { readAny } from "../src/store/excel";
import { FigureSheet, MONTH } from "../src/store/figures";
import { changesOf, monthOf, text, understood } from "../src/store/figures_file";

const FIGURES = [
  { name: "units", title: "交付数量" },
  { name: "sales", title: "销售额" },
];

describe("a month", () => {
  it("is read as people write it", () => {
    const all = ["2026-03", "2026/3", "2026.03", "2026年3月", "２０２６年３月份", "202603", 202603, "3月", "三月", "Mar 2026", "March", "03/2026", "2026-03-31", new Date("2026-03-01T00:00:00Z")];
    expect(all.map((one) => monthOf(one, "2026"))).toEqual(all.map(() => "2026-03"));
    expect(["十二月", "11月"].map((one) => monthOf(one, "2025"))).toEqual(["2025-12", "2025-11"]);
    expect([3, "3", "12"].map((one) => monthOf(one, "2026", true))).toEqual(["2026-03", "2026-03", "2026-12"]);
    for (const none of ["合计", "2026-13", "13月", 3, "", null, undefined, true, "2026", "1200", "Q1", "marvellous figure"]) expect([none, monthOf(none, "2026")]).toEqual([none, undefined]);
  });
});

describe("a file", () => {
  it("is understood below its title, with its units, its total and its slips", () => {
    const rows = [["2025 年出货统计"], [], ["月份", "出货量(台)", "销售额（元）", "备注"], ["1月", 1200, "1,000.50", ""], ["2月", "未报", -5, "春节"], ["1月", 9, 9, ""], ["合计", 1200, 995.5, ""]];
    const found = understood([{ title: "说明", rows: [["无"]] }, { title: "出货", rows }], FIGURES, "2026");
    expect(found?.heads).toEqual([
      { at: 1, title: "出货量(台)", figure: "units" },
      { at: 2, title: "销售额（元）", figure: "sales" },
      { at: 3, title: "备注", figure: undefined },
    ]);
    expect(found?.months.map(({ row, month }) => [row, month])).toEqual([[4, "2025-01"], [5, "2025-02"]]);
    expect(found?.strange).toEqual([{ row: 6, text: "2025-01", reason: "twice" }, { row: 7, text: "合计", reason: "no_month" }]);
  });

  it("may have its months side by side, and bare numbers under a head of months", () => {
    const side = understood([{ title: "", rows: [["指标", "2026年1月", "2026年2月"], ["销售额", 7, 8]] }], FIGURES, "2020");
    expect([side?.months.map((one) => one.month), side?.heads.map((one) => one.figure)]).toEqual([["2026-01", "2026-02"], ["sales"]]);
    const bare = understood([{ title: "", rows: [["年", "月", "销量"], [2026, 1, 5], [2026, 2, 6]] }], FIGURES, "2026");
    expect(bare?.months.map((one) => one.month)).toEqual(["2026-01", "2026-02"]);
    expect(bare?.heads.find((one) => one.title === "销量")?.figure).toBe("units");
    expect(understood([{ title: "", rows: [["a", "b"], [1, 2]] }], FIGURES, "2026")).toBeUndefined();
  });

  it("tells what would change, what stands there, and what no cell can be", () => {
    const sheet = new FigureSheet(new Client(() => "en", () => undefined), undefined, () => ({ today: "2026-03-10", offset: "+08:00", offline: false }), "2026");
    for (const { name, title } of FIGURES) sheet.columns.set(name, { key: name, title, kind: "number", width: 1, options: [], way: "edit", step: false, computed: false, limit: false });
    const file = understood([{ title: "", rows: [["月份", "units", "销售额"], ["2026-01", "１,２００", "7.50"], ["2026-02", "", -1], ["2026-03", "viele", 8]] }], FIGURES, "2026");
    if (!file) throw new Error("not understood");
    const held = (month: string, figure: string) => (month === "2026-01" && figure === "sales" ? "7.5" : "");
    const { changes, refused, same } = changesOf(file, file.heads, sheet.columns, held, (column, text) => sheet.reads(column, text));
    expect(changes.map(({ month, figure, to }) => [month, figure, to])).toEqual([["2026-01", "units", "1200"], ["2026-03", "sales", "8"]]);
    expect(refused.map(({ row, code }) => [row, code])).toEqual([[3, "negative"], [4, "not_a_number"]]);
    expect(same).toBe(1);
  });

  it("is read from workbooks and from texts in the encodings of spreadsheets", async () => {
    const book = await writeXlsx({ sheets: [{ name: "出货", rows: [["月份", "销售额"], [new Date("2026-03-01T00:00:00Z"), null]], cells: new Map([["1,1", { formula: "4.1+4.2", formulaResult: 8.299999999999999 }]]) }] });
    const leaves = await readAny(book);
    if (typeof leaves === "string") throw new Error(leaves);
    expect(understood(leaves, FIGURES, "2026")?.months[0]).toMatchObject({ row: 2, month: "2026-03" });
    expect(text(leaves[0]?.rows[1]?.[1])).toBe("8.3");
    const gbk = new Uint8Array([0xd4, 0xc2, 0xb7, 0xdd, 0x2c, 0xcf, 0xfa, 0xca, 0xdb, 0xb6, 0xee, 0x0d, 0x0a, ...new TextEncoder().encode('2026-03,"1,200"\r\n')]);
    const utf8 = new TextEncoder().encode("\ufeff月份;销售额\n2026-03;1,200\n");
    for (const file of [gbk, utf8]) expect(await readAny(file)).toEqual([{ title: "", rows: [["月份", "销售额"], ["2026-03", "1,200"]] }]);
    expect(await readAny(new Uint8Array([0x50, 0x4b, 3, 4, 5]))).toBe("no_table");
    expect(await readAny(new Uint8Array([0, 1, 2, 255, 254]))).toBe("no_table");
  });
});

describe("the sheet of figures", () => {
  /** A server that keeps figures, and refuses a cell of `2026-02`. */
  const server = () => {
    const sent: unknown[] = [];
    const held: Record<string, Record<string, string>> = { "2026-01": { sales: "8.50" } };
    const client = {
      get: async (path: string) => {
        const year = path.slice(-4);
        const months = Array.from({ length: 12 }, (_, at) => `${year}-${String(at + 1).padStart(2, "0")}`);
        return { year, names: FIGURES, months: months.map((month) => ({ month, figures: held[month] ?? {} })) };
      },
      put: async (_path: string, body: { months: { month: string; figures: Record<string, string | null> }[] }) => {
        sent.push(body);
        if (body.months.some(({ month, figures }) => month === "2026-02" && "units" in figures)) {
          throw new Failure(422, "wrong_figure", "no", "2026-02/units", undefined, [{ message: "no such units", field: "2026-02/units" }]);
        }
        for (const { month, figures } of body.months) {
          for (const [name, value] of Object.entries(figures)) {
            const of = (held[month] ??= {});
            if (value === null) delete of[name];
            else of[name] = value;
          }
        }
      },
    };
    const sheet = new FigureSheet(client as unknown as Client, undefined, () => ({ today: "2026-03-10", offset: "+08:00", offline: false }), "2026");
    return { sheet, sent, held };
  };
  const settled = () => new Promise((done) => setTimeout(done, 20));

  it("sends a paste as one request, undoes it as one, and knows the months by themselves", async () => {
    const { sheet, sent, held } = server();
    await sheet.need("2026");
    expect([sheet.held("2026-01", "sales"), sheet.held("2026-01", MONTH)]).toEqual(["8.5", "2026-01"]);
    sheet.enter("paste", ["2026-01", "2026-02", "2026-03"].map((id, at) => ({ id, key: "sales", text: String(10 + at) })));
    await settled();
    expect(sent).toEqual([{ months: ["10", "11", "12"].map((sales, at) => ({ month: `2026-0${at + 1}`, figures: { sales } })) }]);
    sheet.undo();
    await settled();
    expect(sent.length).toBe(2);
    expect(held).toEqual({ "2026-01": { sales: "8.5" }, "2026-02": {}, "2026-03": {} });
    expect(sheet.edits.count("waiting", "sent", "refused")).toBe(0);
  });

  it("keeps what is refused at its cell with the reason, and enters the rest", async () => {
    const { sheet, held } = server();
    await sheet.need("2026");
    sheet.enter("paste", [
      { id: "2026-02", key: "units", text: "5" },
      { id: "2026-02", key: "sales", text: "6" },
      { id: "2026-03", key: "units", text: "7" },
      { id: "2026-03", key: "sales", text: "-7" },
    ]);
    await settled();
    expect(held).toMatchObject({ "2026-02": { sales: "6" }, "2026-03": { units: "7" } });
    expect(sheet.edits.of("2026-02", "units")).toMatchObject({ state: "refused", reason: "no such units", to: "5" });
    expect(sheet.edits.of("2026-03", "sales")).toMatchObject({ state: "refused", to: "-7" });
    expect(sheet.held("2026-02", "units")).toBe("");
  });
});
