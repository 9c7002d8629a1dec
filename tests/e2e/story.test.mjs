// One complaint is worked to its end in the workbook's panel, by the persons whose desks the procedure asks for.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { site } from "./world.mjs";

describe("one complaint in the workbook", () => {
  let here;
  let officer;
  let worker;
  let chairman;
  let hired;
  let number;
  let id;
  before(async () => {
    here = await site(3);
    const administrator = await here.person();
    hired = await here.hire(administrator, {
      officer: { role: "officer", desks: ["市场部", "品质部", "客户部", "客服部"] },
      worker: { role: "department", department: "生产部" },
      chairman: { role: "approver", desks: ["董事长"] },
    });
    officer = await here.person(hired.officer);
  });
  after(async () => here?.stop());

  /** Opens the complaint in a person's panel: the newest stands in the first row. */
  const open = async (person) => {
    await person.settled();
    await person.press("Control+Home");
    await person.page.waitForFunction((number) => document.querySelector(".formula .where").textContent.includes(number), number);
    await person.press("Control+Enter");
    await person.page.waitForSelector(`.panel h2:has-text("${number}")`);
  };
  const steps = (person) => person.page.$$eval(".panel details.step > summary", (all) => all.map((one) => one.textContent));
  const done = async (person, kind, inputs) => assert.equal(await person.step(kind, inputs), undefined, kind);
  const shown = async () => (await officer.api("GET", `/api/complaints/${id}`)).body;

  it("is taken down from a call and registered", async () => {
    const { page } = officer;
    await page.click("role=tab[name='登记来电']");
    await page.fill("[name=description]", "注塑机使用三天就漏油，产品质量差，要求索赔6000元");
    await page.fill("[name='customer.name']", "王先生");
    await page.fill("[name='product.name']", "注塑机");
    await page.click(".intake button.main");
    const heading = await page.textContent(".intake [role=status] h2");
    number = /已登记：(\S+)/.exec(heading)[1];
    await page.click(".intake button.main");
    await page.waitForSelector(`.panel h2:has-text("${number}")`);
    id = (await officer.api("GET", `/api/complaints/${number}`)).body.id;
    await done(officer, "register");
    await done(officer, "route", { "c.department": "生产部" });
  });

  it("is investigated by the department that it was given to, which decides nothing", async () => {
    worker = await here.person(hired.worker);
    await open(worker);
    const offered = await steps(worker);
    assert.ok(!offered.includes("结案") && !offered.includes("批准"), offered.join());
    // The officer's connection hangs, so that he does not see what comes.
    await officer.page.route("**/api/changes*", (route) => route.abort());
    await done(worker, "investigate", { "c.result": "密封圈老化", "c.cause_main": "material" });
  });

  it("is judged, and its solution goes to the chairman, since the claim is large", async () => {
    assert.match(await officer.step("verify", { "c.upheld": "yes" }), /别人已办理此件/);
    await officer.page.unroute("**/api/changes*");
    // What was chosen still stands in the form.
    await officer.page.click(".panel [data-step=verify] button.main");
    await officer.page.waitForSelector(".panel > .good");
    await done(officer, "judge", { "c.party": "company" });
    await done(officer, "propose", { "c.treatment": "exchange", "c.amount": "6000" });
    await done(officer, "submit");
    assert.equal((await shown()).stage, "waiting_approval");
  });

  it("is approved with the password again, and with no other", async () => {
    chairman = await here.person(hired.chairman);
    await open(chairman);
    assert.match(await chairman.step("approve", { "c.password": "not-the-password" }), /密码/);
    assert.equal((await shown()).stage, "waiting_approval");
    await chairman.page.fill(".panel [data-step=approve] [name='c.password']", hired.chairman.password);
    await chairman.page.click(".panel [data-step=approve] button.main");
    await chairman.page.waitForSelector(".panel > .good");
    const { approvals } = await shown();
    assert.deepEqual(approvals.map((one) => [one.approver, one.decision?.granted ?? one.granted]), [["董事长", true]]);
  });

  it("is carried out, answered, and the customer is content", async () => {
    await done(officer, "execute", { "c.note": "换新" });
    await done(officer, "reply", { "c.text": "已为您更换。", "c.channel": "telephone", "c.formal": "yes" });
    await done(officer, "react", { "c.reaction": "accepted" });
  });

  it("is closed with a reason once the corrective action is begun, and stands closed in the register", async () => {
    assert.ok(!(await steps(officer)).includes("关闭"), "the company's own fault is not closed without one");
    await done(officer, "capa_open");
    await done(officer, "close", { "c.reason": "signed_off" });
    assert.equal((await shown()).stage, "closed");
    await officer.settled();
    assert.match(await officer.page.textContent(".panel .stage"), /已关闭/);
  });

  it("has its whole story in the panel, and no error was seen by anybody", async () => {
    const log = await officer.page.$$eval(".panel ol.log li", (all) => all.map((one) => one.textContent));
    assert.ok(log.length >= 12, `${log.length}`);
    for (const person of [officer, worker, chairman]) assert.deepEqual([person.errors, person.foreign], [[], []]);
  });
});
