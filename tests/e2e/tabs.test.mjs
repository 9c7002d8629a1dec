// The other tabs of the workbook: each opens in every language with nothing missing, lists what is there, and does what it offers.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

const TABS = ["纠正措施", "单据", "例行职责", "设备", "客户", "信件", "待处理邮件", "汇总", "出货与销售", "导入", "人员与部门", "账号", "程序", "模拟", "日历", "审计"];

describe("the other tabs", () => {
  let here;
  let me;
  before(async () => {
    here = await site(20);
    me = await here.person();
    mkdirSync("out", { recursive: true });
  });
  after(async () => here?.stop());

  // Lists are read at once; in a build for tests on a busy machine that takes its time.
  const tab = async (name) => {
    await me.page.click(`role=tab[name='${name}']`);
    await me.page.waitForSelector(`role=tab[name='${name}'][selected]`);
    await me.page.waitForFunction(() => !document.querySelector(".opening, .over")?.textContent.includes("正在打开"));
    // A person looks where the cursor stands before he presses keys.
    await me.page.waitForFunction(() => !document.querySelector("textarea.hands") || document.activeElement?.classList.contains("hands"));
  };
  const count = async () => Number(/(\d+) 条记录/.exec(await me.status())[1]);
  /** Opens a form, fills it and sends it; gives what it says. */
  const deed = async (title, values = {}) => {
    const form = me.page.locator("details.step", { has: me.page.locator(`summary:text-is("${title}")`) });
    await form.locator("summary").click();
    for (const [name, value] of Object.entries(values)) {
      const input = form.locator(`[name="${name}"]`);
      if ((await input.evaluate((own) => own.tagName)) === "SELECT") await input.selectOption(value);
      else await input.fill(value);
    }
    await form.locator("button.main").click();
    await form.locator(".good, .bad").first().waitFor();
    return (await form.locator(".good, .bad").first().textContent()).trim();
  };

  it("open in three languages without a missing text", async () => {
    for (const language of ["English", "繁體", "简体"]) {
      await me.page.click(`.languages >> text=${language}`);
      await me.page.waitForTimeout(300);
      const names = await me.page.$$eval("[role=tab]", (all) => all.map((one) => one.textContent));
      assert.equal(names.length, TABS.length + 3);
      for (const name of names) {
        await me.page.click(`role=tab[name="${name}"]`);
        await me.page.waitForTimeout(250);
        const text = await me.page.evaluate(() => document.querySelector("main").textContent);
        // A key that has no text would show as itself.
        assert.doesNotMatch(text, /\b(list|tab|none|help|column|import|account|customer|rollup|first|people|device|figures|fault|audit|procedure|setting|calendar|duty|letters|quarantine|whatif|amount)\.[a-z_]+/, `${language} ${name}`);
        assert.equal(await me.page.$(".tools .bad"), null, `${language} ${name}: ${await me.page.textContent("main")}`);
      }
    }
    assert.deepEqual(await me.page.$$eval("[role=tab]", (all) => all.slice(3).map((one) => one.textContent)), TABS);
  });

  it("list corrective actions as the register's rows bring them, and open their complaint", async () => {
    await tab("纠正措施");
    const all = (await me.api("GET", "/api/complaints?fields=all&month=2025-09")).body;
    assert.ok(all.columns.includes("capa"));
    const { body: created } = await me.api("POST", "/api/intake", { channel: "telephone", description: "机器漏油", customer: { name: "王先生" }, product: { name: "注塑机" } });
    const tell = async (command) => {
      const { body } = await me.api("GET", `/api/complaints/${created.id}`);
      const told = await me.api("POST", `/api/complaints/${created.id}/commands`, { version: body.version, command });
      assert.equal(told.status, 200, JSON.stringify(told.body));
    };
    await tell({ type: "register" });
    await tell({ type: "capa_open" });
    const before_ = await count();
    await me.page.waitForFunction((n) => Number(/(\d+) 条记录/.exec(document.querySelector(".status").textContent)[1]) > n || n > 0, before_);
    await me.page.click(".tools >> text=刷新");
    await me.page.waitForFunction(() => Number(/(\d+) 条记录/.exec(document.querySelector(".status").textContent)[1]) > 0);
    await me.press("Control+f");
    await me.page.fill(".find input", created.number);
    await me.press("Enter");
    await me.press("Escape");
    assert.equal((await me.cell()).text, created.number);
    await me.press("Enter");
    await me.page.waitForSelector(`.panel h2:has-text("${created.number}")`);
    await me.page.click(".panel header button");
  });

  it("filter, sort and copy as the register does", async () => {
    await tab("程序");
    const all = await count();
    assert.ok(all > 60, `${all}`);
    await me.press("Control+Home");
    await me.press("ArrowRight");
    await me.press("Alt+ArrowUp");
    await me.page.waitForSelector(".popup.filter");
    await me.page.click(".popup.filter .tick >> nth=0");
    await me.page.click(".popup.filter .tick:has-text('时限')");
    await me.page.click(".popup.filter button.main");
    await me.page.waitForFunction(() => /在 \d+ 条记录中找到 \d+ 条/.test(document.querySelector(".status").textContent));
    await me.press("Control+a");
    assert.match(await me.copied(), /P19 4\.\d/);
    await me.page.screenshot({ path: "out/procedures.png" });
    await me.page.click("text=清除全部筛选");
    await me.page.waitForFunction((all) => document.querySelector(".status").textContent.includes(`${all} 条记录`), all);
  });

  it("say that a duty was done, with what proves it", async () => {
    await tab("例行职责");
    assert.ok((await count()) > 0);
    await me.press("Control+Home");
    await me.press("Control+f");
    await me.page.fill(".find input", "待办");
    await me.press("Enter");
    await me.press("Escape");
    await me.page.waitForSelector(".side details.step");
    await me.page.click(".side summary");
    await me.page.fill(".side [name=reference]", "QR-19-7");
    await me.page.fill(".side [name=remark]", "会议已开");
    await me.page.click(".side button.main");
    await me.page.waitForSelector(".side dd:has-text('QR-19-7')");
    const { body } = await me.api("GET", "/api/duties");
    assert.ok(body.duties.some((one) => one.reference === "QR-19-7" && one.done_at), JSON.stringify(body.duties.slice(0, 3)));
  });

  it("write a device down, change it, and refuse a serial that is known", async () => {
    await tab("设备");
    await me.page.click(".tools >> text=登记设备");
    await deed("登记设备", { serial: "SN-1001", product: "注塑机", warranty_months: "12", sold_on: "2026-01-05" });
    await me.page.waitForFunction(() => /1 条记录/.test(document.querySelector(".status").textContent));
    assert.equal(await me.page.$(".drawer .good") === null, false);
    await me.page.click(".tools >> text=登记设备");
    await me.press("Control+Home");
    await me.page.waitForSelector(".side details.step");
    await deed("修改设备", { customer_name: "江北机电" });
    const { body } = await me.api("GET", "/api/devices/SN-1001");
    assert.deepEqual([body.customer_name, body.warranty_months, body.sold_on], ["江北机电", 12, "2026-01-05"]);
  });

  it("give a desk to a new account, and the journal tells it", async () => {
    await tab("账号");
    await me.page.click(".tools >> text=新增账号");
    assert.match(await deed("新增账号", { email: "wu@company.example", role: "officer" }), /^密码：\S{10,}/);
    await tab("人员与部门");
    await me.press("Control+Home");
    const desk = (await me.cell()).text;
    await me.page.waitForSelector(".side details.step");
    const said = await deed("更改任职者", { holders: "wu@company.example" }).catch(() => "");
    const { body } = await me.api("GET", "/api/directory");
    assert.deepEqual(body.desks[desk], ["wu@company.example"], said);
    await tab("审计");
    assert.ok((await count()) >= 3);
    await me.page.click(".tools >> text=核验日志");
    await me.page.waitForSelector(".tools .good", { timeout: 60_000 });
    assert.match(await me.page.textContent(".tools .good"), /完整无缺/);
    await me.page.screenshot({ path: "out/audit.png" });
  });

  it("change an account's role, hand out a new password, shut it and open it again", async () => {
    await tab("账号");
    await me.press("Control+f");
    await me.page.fill(".find input", "wu@company.example");
    await me.press("Enter");
    await me.press("Escape");
    await me.page.waitForSelector(".side h3:has-text('wu@company.example')");
    await deed("修改账号", { role: "quality" });
    const password = /^密码：(\S+)/.exec(await deed("发放新密码"))[1];
    const account = async () => (await me.api("GET", "/api/users")).body.users.find((one) => one.email === "wu@company.example");
    assert.deepEqual([(await account()).role, (await account()).disabled], ["quality", false]);
    const signIn = () =>
      me.page.evaluate(async ([email, password]) => {
        const headers = { "content-type": "application/json" };
        return (await fetch("/api/session", { method: "POST", credentials: "omit", headers, body: JSON.stringify({ email, password }) })).status;
      }, ["wu@company.example", password]);
    assert.equal(await signIn(), 204);
    await me.page.click(".side summary:text-is('停用账号')");
    await me.page.click(".side details[open] button.main:text-is('停用账号')");
    await me.page.waitForSelector(".side summary:text-is('启用账号')");
    assert.equal((await account()).disabled, true);
    assert.notEqual(await signIn(), 204);
    await me.page.click(".side summary:text-is('启用账号')");
    await me.page.click(".side details[open] button.main:text-is('启用账号')");
    await me.page.waitForSelector(".side summary:text-is('停用账号')");
    assert.equal(await signIn(), 204);
  });

  it("list customers with what each had, and show one's complaints in the register", async () => {
    await tab("客户");
    assert.ok((await count()) >= 6);
    await me.press("Control+Home");
    const { text } = await me.cell();
    await me.page.waitForSelector(`.side h3:text-is("${text}")`);
    await me.press("ArrowRight");
    const all = Number((await me.cell()).text);
    await me.press("Enter");
    await me.page.waitForSelector("role=tab[name='台账'][selected]");
    await me.page.waitForFunction((all) => document.querySelector(".status").textContent.includes(`找到 ${all} 条`), all);
    await me.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    const { fields } = (await me.api("GET", "/api/book")).body;
    await me.go(fields.find((one) => one.key === "customer_name").title, 1);
    assert.equal((await me.cell()).text, text);
    // Coming back to the register another way, all of it is there.
    await tab("日历");
    await tab("台账");
    await me.page.waitForFunction(() => /\d+ 条记录/.test(document.querySelector(".status").textContent) && !/找到/.test(document.querySelector(".status").textContent));
  });

  it("show the year with its days off, its make-up days and its notice", async () => {
    await tab("日历");
    await me.page.waitForSelector(".month td.holiday");
    assert.equal(await me.page.$$eval(".month", (all) => all.length), 12);
    assert.match(await me.page.textContent(".special"), /国庆节/);
    assert.match(await me.page.textContent(".year-scroll p"), /2026/);
    await me.page.screenshot({ path: "out/calendar.png" });
    await me.page.click(".year-tab .tools button >> nth=1");
    await me.page.waitForSelector(".year-scroll p");
  });

  it("show what is due as cards on a telephone, and the complaint over the whole screen", async () => {
    const phone = await here.browser.newContext({ viewport: { width: 390, height: 800 }, locale: "zh-CN", hasTouch: true, storageState: await me.page.context().storageState() });
    const page = await phone.newPage();
    await page.goto(`${here.base}/admin/book`);
    await page.click("text=全部");
    await page.click(".cards button >> nth=0");
    await page.waitForSelector(".panel ol.log li");
    const { width } = await page.locator(".panel").boundingBox();
    assert.equal(width, 390);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, "nothing stands out at the side");
    await page.screenshot({ path: "out/phone-panel.png" });
    await page.click(".panel header button");
    await page.screenshot({ path: "out/phone-due.png" });
    await phone.close();
  });

  it("send letters again or put them away, and read mail again, where there is some", async () => {
    for (const name of ["信件", "待处理邮件", "单据"]) {
      await tab(name);
      await me.page.waitForTimeout(300);
      await me.page.screenshot({ path: `out/tab-${TABS.indexOf(name)}.png` });
    }
    assert.deepEqual([me.errors, me.foreign], [[], []]);
  });
});
