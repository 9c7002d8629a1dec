// Stories of the workbook in a browser.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

describe("the workbook", () => {
  let here;
  let me;
  // The procedure may call the column by a name of its own.
  let BATCH;
  before(async () => {
    here = await site();
    me = await here.person();
    const { body } = await me.api("GET", "/api/book?lang=zh-Hans");
    BATCH = body.fields.find((field) => field.key === "batch_no").title;
    mkdirSync("out", { recursive: true });
  });
  after(async () => here?.stop());

  const stored = async (row, field) => {
    await me.go("投诉编号", row);
    const number = (await me.cell()).text;
    const { body } = await me.api("GET", `/api/complaints/${number}`);
    return body.fields[field];
  };

  it("types into a cell, saves it as a command, and undoes and redoes it", async () => {
    await me.go(BATCH, 2);
    const old = (await me.cell()).text;
    await me.page.keyboard.type("E2E-77");
    await me.press("Enter");
    await me.settled();
    assert.equal((await me.cell()).row, 3, "Enter goes down");
    assert.equal(await stored(2, "batch_no"), "E2E-77");
    await me.press("Control+z");
    await me.settled();
    assert.equal((await stored(2, "batch_no")) ?? "(空)", old);
    await me.press("Control+y");
    await me.settled();
    assert.equal(await stored(2, "batch_no"), "E2E-77");
  });

  it("keeps the first letter of a Chinese word that begins on a selected cell", async () => {
    await me.go(BATCH, 3);
    const cdp = await me.page.context().newCDPSession(me.page);
    const key = (type) => cdp.send("Input.dispatchKeyEvent", { type, key: "Process", code: "KeyP", windowsVirtualKeyCode: 229 });
    await key("rawKeyDown");
    await cdp.send("Input.imeSetComposition", { text: "p", selectionStart: 1, selectionEnd: 1 });
    await cdp.send("Input.imeSetComposition", { text: "pi'hao", selectionStart: 6, selectionEnd: 6 });
    // The Enter that an input method uses to confirm is none of the grid's.
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
    assert.equal((await me.cell()).row, 3, "still in the cell");
    await cdp.send("Input.insertText", { text: "批号甲" });
    await me.press("Enter");
    await me.settled();
    assert.equal(await stored(3, "batch_no"), "批号甲");
  });

  it("pastes 50 rows of 4 columns with quotes and line breaks, and takes all of it back at once", async () => {
    await me.go("产品名称", 1);
    const line = (at) => [`"产品 ""${at}"""`, "x", "x", "x"].join("\t");
    await me.paste(Array.from({ length: 50 }, (_, at) => line(at)).join("\r\n"));
    // Beside the product stand columns that are worked out: they are left out and counted.
    assert.match(await me.status(), /150 个单元格不可填写/);
    assert.match(await me.copied(), /^"产品 ""0"""\t/);
    assert.equal(await stored(50, "product_name"), '产品 "49"');
    await me.press("Control+z");
    await me.settled();
    assert.match(await stored(50, "product_name"), /^样品/);
  });

  it("shows a refusal in the cell and puts back what stood there", async () => {
    await me.go("最近期限", 1);
    await me.page.keyboard.type("x");
    assert.match(await me.status(), /不能直接填写/);
    await me.go("紧急", 1);
    const old = (await me.cell()).text;
    await me.page.keyboard.type("也许");
    await me.press("Enter");
    await me.press("ArrowUp");
    const now = await me.cell();
    assert.match(now.label, /须为“是”或“否”/);
    assert.equal(now.text.split(";")[0], old);
    await me.press("Enter");
    await me.page.waitForSelector(".note-cell");
    assert.match(await me.page.textContent(".note-cell"), /也许/);
    await me.press("Escape");
    await me.press("Escape");
  });

  it("merges two people's edits of different fields and shows both values of one field", async () => {
    const other = await here.person();
    await me.go("投诉编号", 5);
    const number = (await me.cell()).text;
    const { body: head } = await me.api("GET", `/api/complaints/${number}`);
    // The other's connection hangs, so that he edits what he saw.
    await other.page.route("**/api/changes*", (route) => route.abort());
    const write = (fields, version) => me.api("POST", `/api/complaints/${head.id}/commands`, { version, command: { type: "edit", fields } });
    assert.equal((await write({ model_spec: "M-1", batch_no: "THEIRS" }, head.version)).status, 200);
    await other.go("产品名称", 5);
    await other.page.keyboard.type("别的产品");
    await other.press("Enter");
    await other.go(BATCH, 5);
    await other.page.keyboard.type("MINE");
    await other.press("Enter");
    await other.page.waitForTimeout(300);
    await other.page.unroute("**/api/changes*");
    await other.page.waitForFunction(() => /冲突/.test(document.querySelector(".status").textContent), undefined, { timeout: 30_000 });
    await other.settled();
    const { body: now } = await me.api("GET", `/api/complaints/${number}`);
    assert.deepEqual([now.fields.product_name, now.fields.model_spec, now.fields.batch_no], ["别的产品", "M-1", "THEIRS"]);
    await other.go(BATCH, 5);
    await other.press("Enter");
    await other.page.waitForSelector(".note-cell");
    assert.match(await other.page.textContent(".note-cell"), /THEIRS[\s\S]*MINE/);
    await other.page.click(".note-cell button:not(.main)");
    await other.settled();
    await other.page.waitForTimeout(500);
    assert.equal((await me.api("GET", `/api/complaints/${number}`)).body.fields.batch_no, "MINE");
    assert.deepEqual(other.errors, []);
    await other.page.context().close();
  });

  it("filters by ticks, sorts, and finds", async () => {
    await me.page.click("text=视图 ▾");
    await me.page.click(".views >> text=逾期未结");
    await me.page.waitForFunction(() => /在 \d+ 条记录中找到/.test(document.querySelector(".status").textContent));
    await me.go("时限状态", 1);
    assert.equal((await me.cell()).text, "逾期");
    await me.page.click("text=清除全部筛选");
    await me.press("Control+f");
    await me.page.keyboard.type("产品");
    await me.page.waitForTimeout(200);
    assert.match(await me.page.textContent(".find span"), /\d+ \/ \d+|未找到/);
    await me.press("Escape");
    await me.page.click("text=视图 ▾");
    await me.page.click(".views >> text=标准视图");
  });

  it("keeps edits that were made offline and sends them when the connection is back", async () => {
    await me.page.waitForTimeout(200);
    await me.go(BATCH, 7);
    await me.page.context().setOffline(true);
    await me.page.keyboard.type("OFF-1");
    await me.press("Enter");
    await me.page.waitForSelector(".off");
    assert.match(await me.status(), /1 处修改待发送/);
    await me.page.context().setOffline(false);
    await me.page.waitForFunction(() => !/待发送/.test(document.querySelector(".status").textContent), undefined, { timeout: 20_000 });
    await me.settled();
    await me.page.waitForFunction(() => !document.querySelector(".off"), undefined, { timeout: 20_000 });
    assert.equal(await stored(7, "batch_no"), "OFF-1");
  });

  it("takes a call and works on the complaint through the panel", async () => {
    await me.page.click("role=tab[name='登记来电']");
    await me.page.fill("[name=description]", "机器漏油,要求维修");
    await me.page.fill("[name='customer.name']", "王先生");
    await me.page.fill("[name='customer.phone']", "13800000123");
    await me.page.fill("[name='product.name']", "注塑机");
    await me.page.click(".intake button.main");
    await me.page.waitForSelector(".intake .code");
    await me.page.screenshot({ path: "out/intake.png" });
    await me.page.click(".intake button.main");
    await me.page.waitForSelector(".panel .steps details");
    await me.page.click(".panel details.step >> text=登记");
    const before = await me.page.$$eval(".panel ol.log li", (all) => all.length);
    await me.page.click(".panel [data-step=register] button.main");
    await me.page.waitForFunction((before) => document.querySelectorAll(".panel ol.log li").length > before, before);
    await me.page.screenshot({ path: "out/panel.png" });
  });

  it("speaks three languages, lists what is due, and loads nothing from elsewhere", async () => {
    for (const [name, word] of [
      ["English", "Register"],
      ["繁體", "台帳"],
      ["简体", "台账"],
    ]) {
      await me.page.click(`.languages >> text=${name}`);
      await me.page.waitForSelector(`role=tab[name='${word}']`);
    }
    await me.page.click("role=tab[name='待办']");
    await me.page.click("text=全部");
    await me.page.waitForTimeout(600);
    assert.match(await me.status(), /[1-9]\d* 条记录/);
    await me.page.screenshot({ path: "out/due.png" });
    await me.page.click("role=tab[name='台账']");
    await me.page.waitForTimeout(600);
    await me.page.screenshot({ path: "out/register.png" });
    assert.deepEqual(me.foreign, []);
    assert.deepEqual(me.errors, []);
  });

  it("leaves nothing in the browser after signing out", async () => {
    await me.page.click("text=退出");
    await me.page.waitForSelector("[name=password]");
    const names = await me.page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
    assert.deepEqual(names, []);
  });
});
