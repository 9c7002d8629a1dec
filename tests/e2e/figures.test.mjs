// Shipments and sales: typed, pasted, taken back, read from a file of Excel or a text; bad cells are refused where they stand.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { writeXlsx } from "hucre/xlsx";
import { site } from "./world.mjs";

describe("the sheet of shipments and sales", () => {
  let here;
  let me;
  let names;
  before(async () => {
    here = await site(12);
    me = await here.person();
    mkdirSync("out", { recursive: true });
    names = (await me.api("GET", "/api/figures?year=2026&lang=zh-Hans")).body.names;
    assert.ok(names.length > 0);
  });
  after(async () => here?.stop());

  const open = async (who = me) => {
    await who.page.click("role=tab[name='出货与销售']");
    await who.page.waitForSelector("role=tab[name='出货与销售'][selected]");
    await who.page.waitForFunction(() => /12 条记录/.test(document.querySelector(".status")?.textContent ?? ""));
    await who.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
  };
  const year = async (wanted) => {
    await me.page.selectOption("select[aria-label='年份']", wanted);
    await me.press("Control+Home");
    await me.page.waitForFunction((wanted) => document.querySelector("textarea.hands").getAttribute("aria-label").includes(`${wanted}-01`), wanted);
  };
  const stored = async (of) => (await me.api("GET", `/api/figures?year=${of}`)).body.months.map(({ figures }) => figures[names[0].name] ?? "");
  const settled = async () => {
    await me.settled();
    await me.page.waitForFunction(() => !/正在保存/.test(document.querySelector(".status").textContent));
  };

  it("takes what is typed, pasted and cleared, each paste as one request", async () => {
    await open();
    await year("2026");
    await me.press("ArrowRight");
    assert.equal((await me.cell()).column, names[0].title);
    await me.page.keyboard.type("1,200");
    await me.press("Enter");
    await settled();
    assert.equal((await stored(2026))[0], "1200");
    assert.equal((await me.cell()).row, 2);
    const puts = [];
    me.page.on("request", (request) => request.method() === "PUT" && puts.push(request.url()));
    await me.paste("1250\n１３００\n1,350.50");
    await settled();
    assert.deepEqual((await stored(2026)).slice(0, 5), ["1200", "1250", "1300", "1350.5", ""]);
    assert.equal(puts.length, 1, puts.join());
    await me.press("Delete");
    await settled();
    assert.deepEqual((await stored(2026)).slice(0, 5), ["1200", "", "", "", ""]);
    await me.press("Control+z");
    await settled();
    assert.deepEqual((await stored(2026)).slice(0, 5), ["1200", "1250", "1300", "1350.5", ""]);
    await me.press("Control+z", "Control+y");
    await settled();
    assert.deepEqual((await stored(2026)).slice(0, 5), ["1200", "1250", "1300", "1350.5", ""]);
    await me.press("Control+Home", "Shift+ArrowDown", "Shift+ArrowRight");
    assert.equal(await me.copied(), "2026-01\t1,200\r\n2026-02\t1,250");
    await me.page.screenshot({ path: "out/figures.png" });
  });

  it("refuses what is no figure at its place, with the reason", async () => {
    await year("2026");
    await me.press("ArrowRight", "ArrowDown");
    await me.page.keyboard.type("很多");
    await me.press("Enter", "ArrowUp");
    assert.match((await me.cell()).label, /不是数字/);
    assert.match(await me.page.textContent(".formula"), /不是数字/);
    assert.match(await me.status(), /1 处未被接受/);
    await me.press("Enter");
    await me.page.waitForSelector(".note-cell");
    assert.match(await me.page.textContent(".note-cell"), /很多/);
    await me.page.click(".note-cell >> text=知道了");
    await me.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    await me.page.keyboard.type("-1");
    await me.press("Enter", "ArrowUp");
    assert.match((await me.cell()).label, /须为零或正数/);
    await me.press("Escape");
    assert.equal((await me.cell()).text, "1,250");
    assert.equal((await stored(2026))[1], "1250");
    // The months are given.
    await me.press("Home");
    await me.page.keyboard.type("2026-05");
    assert.match(await me.status(), /系统计算/);
    await me.press("Escape");
  });

  it("shows what a workbook would change before it is read, and takes it back as one", async () => {
    await year("2026");
    const rows = [
      ["2025年出货统计"],
      ["月份", `${names[0].title}（件）`, "备注"],
      ["11月", 900, ""],
      ["12月", 950, "旺季"],
      ["2026年1月", 1200, ""],
      ["2026年2月", "未报", ""],
      ["合计", 3050, ""],
    ];
    writeFileSync("out/figures.xlsx", await writeXlsx({ sheets: [{ name: "说明", rows: [["此表每月更新"]] }, { name: "出货", rows }] }));
    await me.page.setInputFiles(".tools input[type=file]", "out/figures.xlsx");
    await me.page.waitForSelector(".figures-file");
    const cells = (of) => me.page.$$eval(`${of} tbody tr`, (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
    assert.deepEqual(await cells(".changes-of-file"), [["2025-11", names[0].title, "（空）", "900"], ["2025-12", names[0].title, "（空）", "950"]]);
    assert.deepEqual(await cells(".strange"), [["6", `${names[0].title}（件）`, "未报", "不是数字"], ["7", "", "合计", "不是月份"]]);
    await me.page.screenshot({ path: "out/figures-file.png" });
    assert.deepEqual((await stored(2025)).slice(10), ["", ""], "nothing is entered before the person says so");
    await me.page.click(".figures-file button.main");
    await settled();
    assert.deepEqual((await stored(2025)).slice(10), ["900", "950"]);
    // The sheet shows the year that was entered.
    assert.equal(await me.page.inputValue("select[aria-label='年份']"), "2025");
    await me.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    await me.press("Control+z");
    await settled();
    assert.deepEqual((await stored(2025)).slice(10), ["", ""]);
  });

  it("reads a text with commas, whose column a person may name, and says what it cannot read", async () => {
    await year("2026");
    writeFileSync("out/figures.csv", "\ufeffmonth,shipped by us\r\n2024-01,70\r\n2024-02,\"1,071\"\r\n");
    await me.page.setInputFiles(".tools input[type=file]", "out/figures.csv");
    await me.page.waitForSelector(".figures-file");
    assert.equal(await me.page.$(".changes-of-file"), null);
    assert.ok(await me.page.isDisabled(".figures-file button.main"));
    await me.page.selectOption(".figures-file .heads select", names[0].name);
    await me.page.click(".figures-file button.main");
    await settled();
    assert.deepEqual((await stored(2024)).slice(0, 3), ["70", "1071", ""]);
    writeFileSync("out/none.csv", "a,b\r\n1,2\r\n");
    await me.page.setInputFiles(".tools input[type=file]", "out/none.csv");
    await me.page.waitForSelector(".tools .bad");
    assert.match(await me.page.textContent(".tools .bad"), /没有找到月份/);
    writeFileSync("out/noise.bin", Buffer.from([0, 255, 254, 0, 1]));
    await me.page.setInputFiles(".tools input[type=file]", "out/noise.bin");
    await me.page.waitForFunction(() => /无法读取/.test(document.querySelector(".tools .bad")?.textContent ?? ""));
  });

  it("is led to from the rollup, with its year, and read by the auditor who types nothing", async () => {
    await me.page.click("role=tab[name='汇总']");
    await me.page.waitForSelector(".report, .empty", { timeout: 60_000 });
    await me.page.click("button[aria-label='前一期']");
    await me.page.click(".rollups .tools >> text=出货与销售");
    await me.page.waitForSelector("select[aria-label='年份']");
    assert.equal(await me.page.inputValue("select[aria-label='年份']"), "2025");
    const { shen } = await here.hire(me, { shen: { role: "auditor" } });
    const auditor = await here.person(shen);
    await open(auditor);
    await auditor.press("Control+Home", "ArrowRight");
    assert.equal((await auditor.cell()).text, "1,200");
    await auditor.page.keyboard.type("7");
    assert.match(await auditor.status(), /只能查看/);
    assert.equal(await auditor.page.$(".tools input[type=file]"), null);
    for (const who of [me, auditor]) assert.deepEqual([who.errors, who.foreign], [[], []]);
  });

  it("waits while nobody answers, and sends what waits when somebody does", async () => {
    await me.page.click("role=tab[name='日历']");
    await open();
    await year("2026");
    await me.press("ArrowRight");
    await me.page.context().setOffline(true);
    await me.page.keyboard.type("1201");
    await me.press("Enter");
    await me.page.waitForFunction(() => /1 处修改待发送/.test(document.querySelector(".status").textContent));
    assert.equal((await (await me.press("ArrowUp"), me.cell())).text, "1,201");
    await me.page.context().setOffline(false);
    await me.page.waitForFunction(() => !/待发送/.test(document.querySelector(".status").textContent), undefined, { timeout: 30_000 });
    assert.equal((await stored(2026))[0], "1201");
  });
});
