// The tab of figures: what it counts is what the register shows, a period is counted and kept.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

describe("the tab of figures", () => {
  let here;
  let me;
  before(async () => {
    here = await site(60);
    me = await here.person();
    mkdirSync("out", { recursive: true });
  });
  after(async () => here?.stop());

  const open = async () => {
    await me.page.click("role=tab[name='汇总']");
    await me.page.waitForSelector(".report", { timeout: 60_000 });
  };
  const to = async (period) => {
    while ((await me.page.textContent(".rollups .period")) !== period) await me.page.click("button[aria-label='前一期']");
    await me.page.waitForSelector(`.report-head h2:has-text('${period}')`, { timeout: 60_000 });
  };
  const figure = (text) => Number(text.replace(/\D/g, ""));
  /** Clicks a count, and gives how many rows the register then shows. */
  const leads = async (button) => {
    await button.click();
    await me.page.waitForSelector("role=tab[name='台账'][selected]");
    await me.page.waitForFunction(() => /条记录/.test(document.querySelector(".status")?.textContent ?? ""));
    await me.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    const [, found] = /(?:找到 )?(\d+) 条(?:记录)?$/.exec(/(?:在 \d+ 条记录中找到 \d+ 条|\d+ 条记录)/.exec(await me.status())[0]);
    return Number(found);
  };

  it("counts what the register shows: received, a class, a product, a month", async () => {
    await open();
    await to("2025");
    await me.page.screenshot({ path: "out/rollups.png" });
    const received = me.page.locator(".count.is-received .big");
    const all = figure(await received.textContent());
    assert.ok(all > 10, `${all}`);
    assert.equal(await leads(received), all);
    for (const axis of ["class", "product"]) {
      await open();
      await to("2025");
      const { axes } = (await me.api("GET", "/api/rollups/2025?procedure=P19")).body;
      const own = axes.find((one) => one.axis === axis);
      await me.page.click(`.chart-card .choice button:text-is("${own.title}")`);
      const first = me.page.locator(".chart-card >> nth=0").locator("tbody tr:first-child button.link");
      assert.equal(figure(await first.textContent()), own.rows[0].n);
      assert.equal(await leads(first), own.rows[0].n, axis);
    }
    await open();
    await to("2025");
    // The drawing leads there as well.
    const bar = me.page.locator(".chart-card >> nth=0").locator(".bar-group.goes >> nth=0");
    const n = figure(await bar.locator(".value").textContent());
    assert.equal(await leads(bar.locator(".bar-rect")), n);
  });

  it("tells closed and open as they stood at the period's end", async () => {
    await open();
    await to("2025");
    const { complaints } = (await me.api("GET", "/api/rollups/2025?procedure=P19")).body;
    const told = Object.fromEntries(complaints.map((one) => [one.key, one.n]));
    for (const key of ["closed", "open_at_end"]) {
      if (told[key] === 0) continue;
      await open();
      await to("2025");
      const rows = await leads(me.page.locator(`.count.is-${key} button.big`));
      assert.equal(rows, told[key], key);
    }
  });

  it("has a table beside each drawing that says the same", async () => {
    await open();
    await to("2025");
    const cards = await me.page.$$(".chart-card");
    assert.ok(cards.length >= 2);
    for (const card of cards) {
      assert.equal(await card.$eval("svg", (svg) => svg.getAttribute("aria-hidden")), "true");
      assert.ok((await card.$$eval("tbody tr", (rows) => rows.length)) > 0);
    }
  });

  it("counts a period that has ended, keeps it, and gives it as a workbook to sign", async () => {
    await open();
    await me.page.click(".tools >> text=季");
    await to("2025Q4");
    await me.page.click(".tools >> text=现在统计");
    await me.page.waitForFunction(() => [...document.querySelectorAll(".tools option")].some((one) => one.textContent.startsWith("2025Q4")), undefined, { timeout: 60_000 });
    const kept = (await me.api("GET", "/api/rollups")).body.rollups.find((one) => one.period === "2025Q4");
    assert.equal(kept.version, 1);
    const [status, head] = await me.page.evaluate(async () => {
      const file = await fetch(document.querySelector(".tools a[download]").href);
      return [file.status, String.fromCharCode(...new Uint8Array(await file.arrayBuffer()).slice(0, 2))];
    });
    assert.deepEqual([status, head], [200, "PK"]);
  });

  it("prints the report and nothing of the workbook around it", async () => {
    await open();
    await me.page.emulateMedia({ media: "print" });
    assert.equal(await me.page.isVisible(".report-head h2"), true);
    for (const other of [".bar", ".tabs", ".tools"]) assert.equal(await me.page.isVisible(other), false, other);
    const { overflow, height } = await me.page.evaluate(() => ({ overflow: getComputedStyle(document.body).overflow, height: document.querySelector(".report").clientHeight }));
    assert.ok(overflow === "visible" && height > 300, `${overflow} ${height}`);
    await me.page.emulateMedia({ media: "screen" });
  });

  it("stands in three languages without a missing text, and says what to do in a period without complaints", async () => {
    for (const language of ["English", "繁體", "简体"]) {
      await me.page.click(`.languages >> text=${language}`);
      await me.page.waitForTimeout(800);
      assert.doesNotMatch(await me.page.textContent("main"), /\b(rollup|rollup_axis|rollup_figure|customer|import|first)\.[a-z_]+/, language);
    }
    await me.page.click(".tools >> text=年");
    for (let n = 0; n < 9; n++) await me.page.click("button[aria-label='前一期']");
    await me.page.waitForSelector(".empty, .report");
    assert.deepEqual([me.errors, me.foreign], [[], []]);
  });
});
