// Customers who are written in several ways: they are said to be one, counted as one everywhere, and taken apart again.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

describe("customers who are written in several ways", () => {
  let here;
  let me;
  before(async () => {
    here = await site(8);
    me = await here.person();
    mkdirSync("out", { recursive: true });
    let n = 0;
    for (const name of ["北方机电", "北方机电", "北方机电有限公司", "北机", "Nordwind Co., Ltd.", "ＮＯＲＤＷＩＮＤ（上海）", "Nordwind"]) {
      const customer = { name, phone: `1380000000${n++}` };
      // The trial's clock stands still; what came in this very moment is not counted yet.
      const { status } = await me.api("POST", "/api/intake", { channel: "telephone", received_at: "2026-03-09T09:00:00+08:00", description: "机器漏油", customer, product: { name: "注塑机" } });
      assert.equal(status, 201);
    }
  });
  after(async () => here?.stop());

  const tab = async (name, who = me) => {
    await who.page.click(`role=tab[name='${name}']`);
    await who.page.waitForSelector(`role=tab[name='${name}'][selected]`);
    await who.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
  };
  /** Goes to a customer, and gives what the row says of him, by column. */
  const customer = async (name, who = me) => {
    await who.press("Control+f");
    await who.page.fill(".find input", name);
    // The name may be a part of another's.
    for (let tries = 0; tries < 20 && (await who.page.textContent(".side h3")) !== name; tries++) {
      await who.press("Enter");
      await who.page.waitForTimeout(50);
    }
    await who.press("Escape");
    await who.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    assert.equal(await who.page.textContent(".side h3"), name);
    return Object.fromEntries(await who.page.$$eval(".side dl.facts div", (all) => all.map((one) => [one.children[0].textContent, one.children[1].textContent])));
  };
  const count = async (who = me) => Number(/(\d+) 条记录/.exec(await who.status())[1]);
  const merged = async () => (await me.api("GET", "/api/customers")).body.merged.map(({ name, into }) => `${name} → ${into}`).sort();
  const pick = async (name) => {
    await customer(name);
    await me.page.click(".merging >> text=选入合并");
  };

  it("are picked one after the other and said to be one, under the name that a person chooses", async () => {
    await tab("客户");
    await me.page.click(".tools >> text=刷新");
    await me.page.waitForFunction(() => document.querySelector(".tools").textContent.includes("可能相同（2）"));
    const all = await count();
    await pick("北机");
    await pick("北方机电");
    assert.equal(await me.page.$(".merging input:checked ~ *") === null, false);
    await me.page.click('.merging label:has-text("北方机电")');
    await me.page.screenshot({ path: "out/customers-picked.png" });
    await me.page.click(".merging >> text=合并这 2 个");
    await me.page.waitForFunction((n) => document.querySelector(".status").textContent.includes(`${n} 条记录`), all - 1);
    assert.deepEqual(await merged(), ["北机 → 北方机电"]);
    assert.equal((await customer("北方机电"))["投诉"], "3");
    assert.match(await me.page.textContent(".side .merging"), /北机 ×1/);
  });

  it("are shown together in the register, where each complaint says what it said", async () => {
    await customer("北方机电");
    await me.press("Enter");
    await me.page.waitForSelector("role=tab[name='台账'][selected]");
    await me.page.waitForFunction(() => /找到 3 条/.test(document.querySelector(".status").textContent));
    await me.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    const { fields } = (await me.api("GET", "/api/book")).body;
    await me.go(fields.find((one) => one.key === "customer_name").title, 1);
    await me.press("Control+ ");
    assert.deepEqual((await me.copied()).split("\r\n").sort(), ["北方机电", "北方机电", "北机"]);
  });

  it("are proposed where names differ in what companies carry, and merged by one click and never by themselves", async () => {
    await tab("客户");
    assert.deepEqual(await merged(), ["北机 → 北方机电"]);
    await me.page.click(".tools >> text=可能相同（2）");
    const proposals = await me.page.$$eval(".alike .proposal p", (all) => all.map((one) => one.textContent));
    assert.deepEqual(proposals.map((one) => one.split("；").sort()), [["北方机电 ×3", "北方机电有限公司 ×1"], ["Nordwind Co., Ltd. ×1", "Nordwind ×1", "ＮＯＲＤＷＩＮＤ（上海） ×1"]]);
    await me.page.screenshot({ path: "out/customers-alike.png" });
    await me.page.click('.alike .proposal button:has-text("Nordwind")');
    await me.page.waitForFunction(() => document.querySelectorAll(".alike .proposal").length === 1);
    await me.page.click('.alike .proposal button:has-text("北方机电有限公司")');
    await me.page.waitForFunction(() => document.querySelectorAll(".alike .proposal").length === 0);
    await me.page.click(".alike >> text=关闭");
    // What was one already comes along.
    assert.equal((await customer("北方机电有限公司"))["投诉"], "4");
    assert.match(await me.page.textContent(".side .merging"), /北机 → 北方机电/);
    assert.equal((await customer("Nordwind Co., Ltd."))["投诉"], "3");
  });

  it("are counted as one by the figures of the period", async () => {
    await me.page.click("role=tab[name='汇总']");
    await me.page.waitForSelector(".report", { timeout: 60_000 });
    const rows = await me.page.$$eval(".lists table", (all) => {
      const own = all.find((one) => one.caption?.textContent === "投诉较多的客户");
      return [...own.tBodies[0].rows].map((row) => [row.cells[0].textContent, row.cells[1].textContent]);
    });
    const told = new Map(rows);
    assert.deepEqual([told.get("北方机电有限公司"), told.get("Nordwind Co., Ltd.")], ["4", "3"], JSON.stringify(rows));
    assert.equal(told.has("北方机电"), false);
  });

  it("are taken apart again, and the middle of a chain leaves what was said before it", async () => {
    await tab("客户");
    await customer("北方机电有限公司");
    await me.page.click("button[aria-label='取消合并 北方机电']");
    await me.page.waitForFunction(() => document.querySelector(".tools").textContent.includes("可能相同（1）"));
    assert.equal((await customer("北方机电有限公司"))["投诉"], "1");
    assert.ok((await merged()).includes("北机 → 北方机电"));
    // A circle is refused with words.
    const refused = await me.api("POST", "/api/customers/merge", { names: ["北方机电"], into: "北机" });
    assert.equal(refused.status, 422);
    assert.match(refused.body.error.message, /`北机` 已经按 `北方机电` 统计/);
  });

  it("are told to whoever sees the whole house, and merged only by those who may", async () => {
    const hired = await here.hire(me, { shen: { role: "auditor" }, bu: { role: "department", department: "品质部" } });
    const auditor = await here.person(hired.shen);
    await tab("客户", auditor);
    assert.equal((await customer("北方机电", auditor))["投诉"], "3");
    assert.equal(await auditor.page.$("text=选入合并"), null);
    assert.equal(await auditor.page.$("text=取消合并"), null);
    assert.equal(await auditor.page.$(".tools >> text=可能相同"), null);
    const department = await here.person(hired.bu);
    await tab("客户", department);
    await department.page.waitForFunction(() => /\d+ 条记录/.test(document.querySelector(".status").textContent));
    assert.equal(await department.page.$(".tools .bad"), null);
    assert.equal((await department.api("GET", "/api/customers")).status, 403);
    for (const who of [me, auditor, department]) assert.deepEqual([who.errors, who.foreign], [[], []]);
  });
});
