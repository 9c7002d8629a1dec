// What-if: other rules are tried on the year's complaints, what would differ opens, nothing is written; it can be stopped.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { openXlsx } from "hucre/xlsx";
import { site } from "./world.mjs";

const LONG = { timeout: 60_000 };

describe("what-if", () => {
  let here;
  let me;
  before(async () => {
    here = await site(30);
    me = await here.person(undefined, { acceptDownloads: true });
    mkdirSync("out", { recursive: true });
  });
  after(async () => here?.stop());

  /** Opens the tab as it is at first. */
  const open = async () => {
    await me.page.click("role=tab[name='程序']");
    await me.page.click(".tools >> text=模拟修改");
    await me.page.waitForSelector(".whatif-idle");
    await me.page.waitForSelector(".changes option[value='deadline T19.7']", { state: "attached" });
  };
  const run = async () => {
    await me.page.click(".whatif > .tools button.main");
    await me.page.waitForSelector(".whatif-working, .changes .bad, .whatif-head");
    await me.page.waitForFunction(() => !document.querySelector(".whatif-working"), undefined, LONG);
  };
  const deadline = async (rule, count) => {
    await me.page.selectOption(".changes .add > select", `deadline ${rule}`);
    await me.page.fill(".changes input.short", count);
  };
  const sum = async (title) => Number((await me.page.textContent(`.whatif .count:has-text("${title}") b.big`)).replace(/\D/g, ""));
  const complaints = async () => (await me.api("GET", "/api/complaints?month=2025-06&fields=all")).body;

  it("finds no difference under the procedure that governed, and says so", async () => {
    await open();
    const { procedures } = (await me.api("GET", "/api/procedures")).body;
    const own = procedures.find((one) => one.id === "P19" && one.in_force);
    await me.page.selectOption(".whatif > .tools label:has-text('改按') select", `P19@${own.version}`);
    await run();
    await me.page.waitForSelector(".whatif .empty h2:has-text('没有任何不同')");
    assert.ok((await sum("看了的投诉")) > 5);
    assert.equal(await sum("会有不同的投诉"), 0);
    assert.equal(await me.page.$(".whatif .register"), null);
  });

  it("tries another deadline that is chosen from the procedure's, and lists what would differ", async () => {
    await open();
    const before_ = await complaints();
    await deadline("T19.7", "30");
    assert.equal(await me.page.textContent(".changes .add code"), "deadline.T19.7.within=30 days");
    // It counts though nobody pressed the button beside it.
    await run();
    assert.equal(await me.page.textContent(".changes .lines li span"), "T19.7 向总经理报告 3 天 → 30 天");
    const differ = await sum("会有不同的投诉");
    assert.ok(differ > 0, `${differ}`);
    assert.equal(Number(/(\d+) 条记录/.exec(await me.status())[1]), differ);
    await me.page.screenshot({ path: "out/whatif.png" });
    assert.deepEqual(await complaints(), before_, "nothing is written");
  });

  it("narrows the list to one kind of difference", async () => {
    const chip = me.page.locator(".whatif .choice button", { hasText: "时限" });
    const n = Number(/\d+/.exec(await chip.textContent())[0]);
    await chip.click();
    await me.page.waitForFunction((n) => document.querySelector(".status").textContent.includes(`${n} 条记录`), n);
    await chip.click();
  });

  it("opens the complaint of a row beside what would differ in it", async () => {
    await me.page.click(".whatif .sheet", { position: { x: 120, y: 60 } });
    await me.press("Control+Home");
    const number = (await me.cell()).text;
    await me.page.waitForSelector(`.whatif-sides h3:text-is("${number}")`);
    assert.match(await me.page.textContent(".whatif-sides .part"), /T19\.7 向总经理报告.*\d{4}-\d\d-\d\d.* → /);
    await me.press("Enter");
    await me.page.waitForSelector(`.panel h2:has-text("${number}")`);
    await me.page.click(".panel header button");
  });

  it("gives the list as a file of Excel", async () => {
    const [download] = await Promise.all([me.page.waitForEvent("download"), me.page.click(".whatif .tools >> text=存为 Excel")]);
    assert.equal(download.suggestedFilename(), "模拟-2025.xlsx");
    const [head, ...rows] = (await openXlsx(new Uint8Array(readFileSync(await download.path())))).sheets[0].rows;
    assert.deepEqual(head.slice(0, 4), ["投诉编号", "接收时间", "不同之处", "时限"]);
    assert.equal(rows.length, await sum("会有不同的投诉"));
    assert.ok(rows.every((row) => row[1] instanceof Date && /T19\.7/.test(row.slice(3).join(" "))));
  });

  it("says at its place why a change cannot be, and keeps what was found before", async () => {
    await deadline("T19.1", "10");
    await run();
    assert.match(await me.page.textContent(".changes .bad"), /T19\.1/);
    await me.page.waitForSelector(".whatif-head .stale");
    await me.page.click('.changes .lines li:has-text("T19.1") button');
    await me.page.waitForFunction(() => !document.querySelector(".changes .bad"));
    assert.equal(await me.page.$(".whatif-head .stale"), null);
    // A line of one's own, begun from an example.
    await me.page.selectOption(".changes .add > select", "line");
    await me.page.click(".path-help button.link >> nth=0");
    assert.match(await me.page.inputValue(".changes input.long"), /^deadline\.\S+\.within=2 weeks$/);
    await me.page.fill(".changes input.long", "deadline.T19.7.witin=2 weeks");
    await me.press("Enter");
    await run();
    assert.match(await me.page.textContent(".changes .bad"), /witin/);
  });

  it("stops when it is told to, and asks no further", async () => {
    await open();
    let release;
    const held = new Promise((done) => (release = done));
    let asked = 0;
    await me.page.route("**/api/simulate", async (route) => {
      asked++;
      await held;
      // As if there were more of them.
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), next: "0.0." } });
    });
    await me.page.click(".whatif > .tools button.main");
    await me.page.waitForSelector(".whatif-working progress");
    const answered = me.page.waitForResponse("**/api/simulate");
    await me.page.click(".whatif > .tools >> text=取消");
    await me.page.waitForSelector(".whatif-idle");
    assert.match(await me.page.textContent(".stopped"), /已停止/);
    release();
    await answered;
    await me.page.waitForTimeout(300);
    await me.page.unroute("**/api/simulate");
    assert.equal(asked, 1);
    assert.ok(await me.page.$(".whatif-idle"));
  });

  it("stands in three languages without a missing text", async () => {
    await deadline("T19.7", "30");
    await run();
    for (const language of ["English", "繁體", "简体"]) {
      await me.page.click(`.languages >> text=${language}`);
      await me.page.waitForTimeout(500);
      await me.page.selectOption(".changes .add > select", "line");
      const text = await me.page.evaluate(() => document.querySelector("main").innerText + [...document.querySelectorAll("main [aria-label]")].map((one) => one.getAttribute("aria-label")).join(" "));
      // One of the examples is no missing text.
      const words = text.replace("procedure.hours=", "");
      assert.doesNotMatch(words, /\b(whatif|amount|rollup|procedure|column|setting)\.[a-z_]+/, language);
      assert.doesNotMatch(words, language === "English" ? /超期|到期前|改按/ : /\b(overdue|due_soon|warning|later)\b/, language);
    }
  });

  it("fits a telephone", async () => {
    await me.page.setViewportSize({ width: 390, height: 800 });
    await me.page.waitForTimeout(200);
    assert.equal(await me.page.evaluate(() => document.documentElement.scrollWidth), 390, "nothing stands out at the side");
    const { height } = await me.page.locator(".whatif .register").boundingBox();
    assert.ok(height > 400, `${height}`);
    await me.page.screenshot({ path: "out/whatif-phone.png" });
    await me.page.setViewportSize({ width: 1440, height: 860 });
  });

  it("is for those who weigh a change of the procedure", async () => {
    const { sun } = await here.hire(me, { sun: { role: "officer" } });
    const officer = await here.person(sun);
    const tabs = await officer.page.$$eval("[role=tab]", (all) => all.map((one) => one.textContent));
    assert.ok(tabs.includes("程序") && !tabs.includes("模拟"));
    await officer.page.click("role=tab[name='程序']");
    await officer.page.waitForSelector(".tools >> text=全部程序与版本");
    assert.equal(await officer.page.$(".tools >> text=模拟修改"), null);
    assert.deepEqual([me.errors, me.foreign, officer.errors], [[], [], []]);
  });
});

describe("the watermark", () => {
  let here;
  after(async () => here?.stop());

  it("stands over screen and paper with who reads and the day, where it is switched on", async () => {
    here = await site(3, "watermark = true\n");
    const me = await here.person();
    const mark = me.page.locator("svg.watermark");
    assert.equal(await mark.getAttribute("aria-hidden"), "true");
    assert.match(await mark.textContent(), new RegExp(`^\\s*${here.account.email} 2026-03-10`));
    assert.deepEqual(await mark.boundingBox(), { x: 0, y: 0, width: 1440, height: 860 });
    // It lets every click through.
    await me.page.click("role=tab[name='汇总']");
    await me.page.waitForSelector(".report, .empty", LONG);
    await me.page.screenshot({ path: "out/watermark.png" });
    await me.page.emulateMedia({ media: "print" });
    assert.equal(await mark.isVisible(), true);
    // A plain page has it as well, under its own policy.
    await me.page.goto(`${here.base}/admin/due`);
    assert.equal(await mark.isVisible(), true);
    assert.match(await mark.textContent(), new RegExp(`^${here.account.email} 2026-03-10`));
    await me.page.emulateMedia({ media: "screen" });
    await me.page.screenshot({ path: "out/watermark-plain.png" });
    await me.page.click("nav a[href='/admin/slips']");
    assert.deepEqual([me.errors, me.foreign], [[], []]);
  });

  it("is not there otherwise", async () => {
    const other = await site(0);
    try {
      const me = await other.person();
      assert.equal(await me.page.$(".watermark"), null);
    } finally {
      await other.stop();
    }
  });
});
