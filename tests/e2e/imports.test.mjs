// An old register goes in by the import tab: dropped, looked over, corrected, taken in, seen in the register, and taken back.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

const LEDGERS = "../../samples/ledgers";
const DOUBTFUL = "15-instruments-doubtful.xlsx";

describe("an old register", () => {
  let here;
  let me;
  before(async () => {
    here = await site(5);
    me = await here.person();
  });
  after(async () => here?.stop());

  const sum = async () => (await me.page.textContent(".sum p")).replace(/\s+/g, " ");
  const part = (name) => me.page.click(`.page .tools button:has-text("${name}")`);
  const find = async (text) => {
    if (!(await me.page.$("role=tab[name='台账'][selected]"))) await me.page.click("role=tab[name='台账']");
    await me.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    await me.press("Control+f");
    await me.page.fill(".find input", text);
    await me.page.waitForTimeout(300);
    const said = await me.page.textContent(".find span");
    await me.press("Escape");
    return said;
  };
  const back = async () => {
    await me.page.click("role=tab[name='导入']");
    await me.page.click(`.wide button.link:text-is("${DOUBTFUL}")`);
    await me.page.waitForSelector(".deeds .buttons");
  };

  it("is wanted by a tab that says how, and dropped onto it", async () => {
    await me.page.click("role=tab[name='导入']");
    await me.page.waitForSelector(".how li:nth-child(4)");
    const bytes = [...readFileSync(`${LEDGERS}/${DOUBTFUL}`)];
    await me.page.evaluate(
      ([name, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name));
        document.querySelector(".page").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      [DOUBTFUL, bytes],
    );
    await me.page.waitForSelector(".mapping", { timeout: 60_000 });
    assert.match(await sum(), /8 行 = 新建 5 \+ 并入 0 \+ 无变化 0 \+ 跳过 2 \+ 退回 1/);
  });

  it("is asked about where a header may mean two things, and read anew as a person says", async () => {
    const { page } = me;
    const asked = await page.$$eval(".columns tr.asked th", (all) => all.map((one) => one.textContent));
    assert.ok(asked.includes("型号") && asked.includes("责任部门") && !asked.includes("客户"), asked.join());
    assert.equal(await page.inputValue(".columns select[aria-label='责任单位']"), "extra");
    await page.selectOption(".columns select[aria-label='责任部门']", "ignore");
    await page.selectOption(".columns select[aria-label='责任单位']", "resp_dept");
    await page.click(".mapping .buttons button.main");
    await page.waitForFunction(() => document.querySelectorAll(".columns tr.asked").length === 1, undefined, { timeout: 60_000 });
    await part("样例");
    assert.match(await page.textContent("table.sample"), /湖北分公司/);
  });

  it("accounts for every row, and gives a copy in which the doubtful cells are marked", async () => {
    const { page } = me;
    await part("逐行说明");
    await page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    await me.press("Control+Home", "Control+a");
    const told = await me.copied();
    assert.equal(told.trim().split("\n").length, 8);
    assert.match(told, /^退回\tSheet1\t7\t/);
    const [size, kind] = await page.evaluate(async () => {
      const copy = await fetch(document.querySelector(".deeds a[download]").href);
      return [(await copy.blob()).size, copy.headers.get("content-disposition")];
    });
    assert.ok(size > 2000 && /attachment/.test(kind), `${size} ${kind}`);
    assert.match(await find("FW-0601"), /未找到/, "nothing is in before it is wanted");
  });

  it("is taken in, and its rows stand in the register under their old numbers", async () => {
    await back();
    await me.page.click(".deeds button.main:has-text('导入 5 行')");
    await me.page.waitForSelector(".deeds .good", { timeout: 60_000 });
    assert.match(await me.page.textContent(".deeds .good"), /新建 5 条/);
    const { body } = await me.api("GET", "/api/complaints/FW-0601");
    assert.deepEqual([body.number, body.milestones[0].at.slice(0, 10)], ["FW-0601", "2017-06-05"]);
    assert.match(await find("FW-0601"), /\d+ \/ 1/);
    assert.equal((await me.api("GET", "/api/complaints/FW-0602")).body.fields.responsible_dept, "湖北分公司");
  });

  it("is taken back but for what was touched, which is listed and stays", async () => {
    const { page } = me;
    const { body } = await me.api("GET", "/api/complaints/FW-0602");
    const told = await me.api("POST", `/api/complaints/${body.id}/commands`, { version: body.version, command: { type: "note", text: "客户又来电" } });
    assert.equal(told.status, 200, JSON.stringify(told.body));
    await back();
    await page.click(".deeds button:has-text('撤销导入')");
    assert.match(await page.textContent(".ask"), /之后有人处理过的会保留/);
    await page.click(".ask button.main");
    await page.waitForSelector(".chip.is-undone", { timeout: 60_000 });
    assert.match(await page.textContent(".deeds .good"), /移除 4 条，恢复 0 条，保留 1 条/);
    await page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    await me.press("Control+Home");
    assert.equal((await me.cell()).text, "FW-0602");
    await me.press("ArrowRight");
    assert.equal((await me.cell()).text, "之后有人处理过");
    await me.press("Enter");
    await page.waitForSelector(".panel h2:has-text('FW-0602')");
    await page.click(".panel header button");
    assert.match(await find("FW-0601"), /未找到/);
    assert.match(await find("FW-0602"), /\d+ \/ 1/);
  });

  it("is remembered by its header, can be uploaded beside others, and a file that is none says why", async () => {
    const { page } = me;
    await page.click("role=tab[name='导入']");
    const files = [`${LEDGERS}/${DOUBTFUL}`, `${LEDGERS}/02-display-panels-2019.xlsx`].map((path) => ({ name: path.split("/").at(-1), mimeType: "", buffer: readFileSync(path) }));
    files[0].name = "again.xlsx";
    await page.setInputFiles("input[type=file]", [...files, { name: "picture.xlsx", mimeType: "", buffer: Buffer.from("%PDF-1.7\n\0\x01\x02") }]);
    await page.waitForFunction(() => document.querySelectorAll(".chip.is-busy").length === 0 && document.querySelectorAll(".wide tbody tr").length === 4, undefined, { timeout: 60_000 });
    await page.click(".wide button.link:text-is('again.xlsx')");
    await page.waitForSelector(".deeds .sum");
    assert.match(await page.textContent(".deeds"), /1 个表的列按以前的设定读取/);
    await page.click(".page-head button");
    await page.click(".wide button.link:text-is('picture.xlsx')");
    await page.waitForSelector(".deeds .bad");
    assert.equal(await page.$(".deeds button.main"), null);
    await page.click(".page-head button");
    await page.click(".wide button.link:text-is('02-display-panels-2019.xlsx')");
    await part("各工作表");
    assert.match(await page.textContent(".page-scroll"), /本月合计.*✓ 一致/);
    assert.deepEqual([me.errors, me.foreign], [[], []]);
  });
});
