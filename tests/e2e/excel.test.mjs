// A view goes to Excel, is changed there, and comes back: what was changed is shown, entered, refused or asked about.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { openXlsx, saveXlsx } from "hucre/xlsx";
import { site } from "./world.mjs";

describe("a view in Excel", () => {
  let here;
  let me;
  let sheet;
  let keys;
  let batch;
  before(async () => {
    here = await site(30);
    me = await here.person(undefined, { acceptDownloads: true });
    const { body } = await me.api("GET", "/api/book?lang=zh-Hans");
    batch = body.fields.find((field) => field.key === "batch_no").title;
    mkdirSync("out", { recursive: true });
  });
  after(async () => here?.stop());

  const at = (row, key) => sheet.sheets[0].rows[row + 1][keys.indexOf(key)];
  const set = (row, key, value) => {
    sheet.sheets[0].rows[row + 1][keys.indexOf(key)] = value;
  };
  const give = async (name) => {
    await me.page.click(".tools >> text=Excel");
    await me.page.setInputFiles(".popup.excel input[type=file]", name);
    await me.page.waitForSelector(".popup.excel h3");
  };
  const stored = async (row) => (await me.api("GET", `/api/complaints/${at(row, "number")}`)).body;

  it("is saved with everything that is shown", async () => {
    await me.page.click(".tools >> text=Excel");
    const [download] = await Promise.all([me.page.waitForEvent("download"), me.page.click(".popup.excel button")]);
    assert.match(download.suggestedFilename(), /^台账-2026-03-10\.xlsx$/);
    sheet = await openXlsx(new Uint8Array(readFileSync(await download.path())));
    keys = sheet.sheets[0].rows[0];
    const complaints = sheet.sheets[0].rows.slice(2);
    assert.equal(complaints.length, Number(/(\d+) 条记录/.exec(await me.status())[1]));
    assert.ok(complaints.every((row) => row[keys.indexOf("received_at")] instanceof Date));
    assert.equal(at(1, "number"), (await (await me.go("投诉编号", 1), me.cell())).text);
  });

  it("comes back with what was changed in it, and nothing is entered before the person says so", async () => {
    set(1, "batch_no", "XLS-1");
    set(2, "batch_no", "XLS-2");
    set(3, "batch_no", "XLS-3");
    set(4, "stage", "随便");
    // Meanwhile a colleague writes into the third.
    const third = await stored(3);
    const told = await me.api("POST", `/api/complaints/${third.id}/commands`, {
      version: third.version,
      command: { type: "edit", fields: { batch_no: "OTHER" } },
    });
    assert.equal(told.status, 200);
    // His edit has come here before the file is compared.
    await me.go(batch, 3);
    await me.page.waitForFunction(() => document.querySelector("textarea.hands").getAttribute("aria-label").includes("OTHER"), undefined, { timeout: 60_000 });
    writeFileSync("out/changed.xlsx", await saveXlsx(sheet));
    await give("out/changed.xlsx");
    const lines = await me.page.$$eval(".popup.excel tbody tr", (all) => all.map((row) => [row.className, row.textContent]));
    assert.deepEqual(lines.map(([as]) => as), ["conflict", "refused", "change", "change"], JSON.stringify(lines));
    assert.match(lines[0][1], /XLS-3.*OTHER/);
    assert.match(lines[1][1], /随便.*处理步骤/);
    await me.page.screenshot({ path: "out/excel.png" });
    assert.notEqual((await stored(1)).fields.batch_no, "XLS-1");
  });

  it("is entered as one deed that is taken back as one", async () => {
    const before_ = (await stored(1)).fields.batch_no;
    await me.page.click(".popup.excel button.main");
    await me.settled();
    assert.deepEqual([(await stored(1)).fields.batch_no, (await stored(2)).fields.batch_no, (await stored(3)).fields.batch_no], ["XLS-1", "XLS-2", "OTHER"]);
    await me.press("Control+z");
    await me.settled();
    assert.equal((await stored(1)).fields.batch_no, before_);
  });

  it("is told apart from a file that was not made here", async () => {
    await me.page.click(".tools >> text=Excel");
    writeFileSync("out/noise.xlsx", "no workbook");
    await me.page.setInputFiles(".popup.excel input[type=file]", "out/noise.xlsx");
    assert.match(await me.page.textContent(".popup.excel .bad"), /无法读取/);
    assert.deepEqual([me.errors, me.foreign], [[], []]);
  });
});
