// Public pages, the way in, the workbook and the plain pages are fit for assistive programs: axe-core finds nothing grave.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds serious or critical: each with the first elements that have it. */
async function grave(page) {
  // Evaluated by the browser's own protocol, as a policy that forbids inline scripts would forbid a tag.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 4).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary.split("\n")[1] ?? ""}`).join(" | ")}`);
}

describe("axe-core", () => {
  let here;
  let me;
  let number;
  before(async () => {
    here = await site(12);
    me = await here.person();
    number = (await me.api("GET", "/api/complaints?month=2026-02")).body.rows[0][2];
    mkdirSync("out", { recursive: true });
    for (const name of ["北方机电", "北方机电有限公司"]) await me.api("POST", "/api/intake", { channel: "telephone", description: "机器漏油", customer: { name }, product: { name: "注塑机" } });
  });
  after(async () => here?.stop());

  const clean = async (page, what, bad) => {
    const found = await grave(page);
    if (found.length > 0) bad.push(`${what}: ${found.join("\n   ")}`);
  };

  for (const scheme of ["light", "dark"]) {
    it(`finds nothing grave on the public pages and the way in (${scheme})`, async () => {
      const bad = [];
      const context = await here.browser.newContext({ locale: "zh-CN", colorScheme: scheme });
      const page = await context.newPage();
      for (const path of ["/", "/?lang=en", "/track", "/nothing-here", "/admin/sign-in", "/admin/book"]) {
        await page.goto(`${here.base}${path}`);
        if (path === "/admin/book") await page.waitForSelector("[name=password]");
        await clean(page, path, bad);
      }
      await page.goto(here.base);
      await page.click("main button[type=submit]");
      await clean(page, "the form with what is wrong", bad);
      await context.close();
      assert.deepEqual(bad, []);
    });

    it(`finds nothing grave in the workbook (${scheme})`, async () => {
      const bad = [];
      const { page } = me;
      await page.emulateMedia({ colorScheme: scheme });
      const tabs = await page.$$("[role=tablist] [role=tab]");
      assert.ok(tabs.length >= 3);
      for (const tab of tabs) {
        const name = await tab.textContent();
        await tab.click();
        await page.waitForTimeout(500);
        await clean(page, name, bad);
      }
      await page.click("role=tab[name='汇总']");
      await page.waitForSelector(".report", { timeout: 60_000 });
      await clean(page, "figures", bad);
      await page.click(".tools >> text=出货与销售");
      await page.waitForSelector("select[aria-label='年份']");
      writeFileSync("out/access.csv", "月份,销售额,备注\n2026-01,5,x\n合计,viele,\n");
      await page.setInputFiles(".tools input[type=file]", "out/access.csv");
      await page.waitForSelector(".figures-file");
      await clean(page, "a file of what rates are set against", bad);
      await page.keyboard.press("Escape");
      await page.click("role=tab[name='客户']");
      await page.waitForSelector(".side .merging");
      await page.click(".side .merging >> text=选入合并");
      await clean(page, "customers who are picked", bad);
      await page.click(".tools >> text=可能相同");
      await page.waitForSelector(".alike .proposal");
      await clean(page, "customers who may be one", bad);
      await page.keyboard.press("Escape");
      await page.click("role=tab[name='模拟']");
      await page.selectOption(".changes .add > select", "deadline T19.7");
      await page.fill(".changes input.short", "30");
      await page.click(".whatif > .tools button.main");
      await page.waitForSelector(".whatif .register", { timeout: 60_000 });
      await page.selectOption(".changes .add > select", "line");
      await clean(page, "what would differ", bad);
      await page.click("role=tab[name='导入']");
      if (scheme === "light") await page.setInputFiles("input[type=file]", "../../samples/ledgers/15-instruments-doubtful.xlsx");
      else await page.click(".wide button.link >> nth=0");
      await page.waitForSelector(".mapping", { timeout: 60_000 });
      for (const part of ["栏目映射", "各工作表", "逐行说明", "样例"]) {
        await page.click(`.page .tools button:has-text("${part}")`);
        await clean(page, part, bad);
      }
      await page.click("role=tab[name='台账']");
      for (const menu of ["视图 ▾", "列 ▾"]) {
        await page.click(`.tools >> text=${menu}`);
        await page.waitForSelector(".popup");
        await clean(page, menu, bad);
        await page.keyboard.press("Escape");
      }
      await page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
      await me.press("Alt+ArrowUp");
      await page.waitForSelector(".popup.filter");
      await clean(page, "a column's menu", bad);
      await page.keyboard.press("Escape");
      await me.see(number);
      await page.waitForSelector(".panel ol.log li");
      await page.click(".panel details.step > summary");
      await clean(page, "the panel", bad);
      await page.click(".panel header button");
      assert.deepEqual(bad, []);
    });

    // The plain pages have one theme.
    if (scheme === "dark") continue;
    it("finds nothing grave on the plain pages", async () => {
      const bad = [];
      const page = await me.page.context().newPage();
      await page.emulateMedia({ colorScheme: scheme });
      const names = ["", "/due", "/duties", "/devices", "/letters", "/quarantine", "/forms", "/slips", "/telephone", "/people", "/password"];
      const { body } = await me.api("GET", `/api/complaints/${number}/told`);
      const paths = [...names.map((name) => `/admin${name}`), `/admin/complaints/${body.id}`, body.papers.find((one) => one.page).page];
      for (const path of paths) {
        await page.goto(`${here.base}${path}`);
        await clean(page, path, bad);
      }
      await page.close();
      assert.deepEqual(bad, []);
    });
  }
});
