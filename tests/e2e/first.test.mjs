// An empty workbook says what to do: each step leads to its tab, and the code of the public form can be scanned and printed.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

describe("an empty workbook", () => {
  let here;
  let me;
  before(async () => {
    here = await site(0);
    me = await here.person();
    mkdirSync("out", { recursive: true });
  });
  after(async () => here?.stop());

  const back = async () => {
    await me.page.click("role=tab[name='台账']");
    await me.page.waitForSelector(".first-steps", { timeout: 30_000 });
  };

  it("tells the first steps, each of which leads to its tab", async () => {
    const { page } = me;
    await page.waitForSelector(".first-steps", { timeout: 30_000 });
    await page.waitForSelector(".first-steps .soon");
    assert.match(await page.textContent(".first-steps"), /P19.*P10/s);
    assert.match(await page.textContent(".first-steps .soon"), /\d+ 个岗位中已有 0 个有人/);
    await page.screenshot({ path: "out/first.png" });
    for (const [button, tab] of [["程序", "程序"], ["账号", "账号"], ["人员与部门", "人员与部门"], ["导入", "导入"], ["登记来电", "登记来电"]]) {
      await page.click(`.first-steps button.main:text-is("${button}")`);
      await page.waitForSelector(`role=tab[name='${tab}'][selected]`);
      await back();
    }
  });

  it("shows the public form's address as a code, which alone is printed", async () => {
    const { page } = me;
    const address = await page.textContent(".poster code");
    assert.equal(address, `${here.base}/`);
    assert.equal(await page.getAttribute(".poster svg", "aria-label"), `二维码：${address}`);
    // A code of that length has 25 or 29 modules a side, a quarter of them dark or more.
    const path = await page.getAttribute(".poster path", "d");
    assert.ok(path.split("M").length > 200, path.slice(0, 80));
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.isVisible(".poster svg"), true);
    for (const other of [".first > h2", ".bar", ".tabs", ".first-steps h3"]) assert.equal(await page.isVisible(other), false, other);
    await page.screenshot({ path: "out/poster.png" });
    await page.emulateMedia({ media: "screen" });
  });

  it("is in every language without a missing text, and gives way to the register with the first complaint", async () => {
    const { page } = me;
    for (const language of ["English", "繁體", "简体"]) {
      await page.click(`.languages >> text=${language}`);
      await page.waitForTimeout(300);
      assert.doesNotMatch(await page.textContent("main"), /\b(first|tab|empty)[._][a-z_]+/, language);
    }
    await me.api("POST", "/api/intake", { channel: "telephone", description: "机器漏油", customer: { name: "王先生" } });
    await page.waitForSelector(".status", { timeout: 30_000 });
    assert.match(await me.status(), /1 条记录/);
    assert.deepEqual([me.errors, me.foreign], [[], []]);
  });
});
