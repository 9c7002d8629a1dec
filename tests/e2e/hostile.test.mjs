// What a customer writes runs nothing, loads nothing and breaks nothing: 200 hostile texts in every field that he can fill.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PAYLOADS } from "./payloads.mjs";
import { site } from "./world.mjs";

/** What a customer can fill with a text, by its place in the body. */
const FIELDS = ["description", "customer.name", "customer.phone", "customer.email", "customer.address", "customer.kind", "product.name", "product.model"]
  .concat(["product.serial", "product.batch", "product.order", "product.quantity", "answers.demand_reason", "answers.purchase_place"]);
/** Pages are opened for every tenth complaint (each shows texts of all kinds), or for all where `ALL` is set. */
const EVERY = process.env.ALL ? 1 : 10;

describe("200 hostile texts of customers", () => {
  let here;
  let me;
  const sent = [];
  const run = [];
  before(async () => {
    here = await site(0);
    me = await here.person();
    await watch(me.page);
  });
  after(async () => here?.stop());

  /** Notes whatever a page runs, asks or forbids. */
  const watch = async (page) => {
    page.on("dialog", (dialog) => {
      run.push(`${page.url()}: ${dialog.type()} ${dialog.message()}`);
      return dialog.dismiss();
    });
    await page.context().addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
  };

  /** Sends a complaint whose fields hold different texts, so that over 200 complaints each stands in each field. */
  const send = async (at) => {
    const text = (field) => PAYLOADS[(at + 17 * field) % PAYLOADS.length];
    const body = { customer: {}, product: {}, answers: {} };
    const put = (name, value) => {
      const [part, inner] = name.split(".");
      if (inner === undefined) body[part] = value;
      else if (value === undefined) delete body[part][inner];
      else body[part][inner] = value;
    };
    FIELDS.forEach((name, field) => put(name, text(field)));
    const refused = [];
    for (let round = 0; round < 4; round++) {
      const headers = { "content-type": "application/json", "idempotency-key": `hostile-${at}-${round}` };
      const answer = await fetch(`${here.base}/api/complaints`, { method: "POST", headers, body: JSON.stringify(body) });
      const told = await answer.json();
      if (answer.status === 201) return { ...told, refused };
      assert.equal(answer.status, 422, JSON.stringify(told));
      for (const { field, code, message } of told.errors) {
        const name = FIELDS.find((one) => one === field) ?? FIELDS.find((one) => one.endsWith(`.${field}`));
        assert.ok(name && name !== "description", `${field}: ${message}`);
        refused.push(`${name} ${code}`);
        put(name, name === "customer.name" ? "x" : undefined);
      }
    }
    return assert.fail(`${at}: ${refused}`);
  };
  const some = () => sent.filter((_, at) => at % EVERY === 0);
  const quiet = async (page) => {
    assert.equal(await page.evaluate(() => window.kesuHit), undefined, page.url());
    assert.doesNotMatch(await page.textContent("body"), /6391/, "a template worked something out");
  };

  it("are taken in; only what must be an address, a number or a code is refused", async () => {
    assert.equal(new Set(PAYLOADS).size, 200);
    for (let at = 0; at < PAYLOADS.length; at += 4) sent.push(...(await Promise.all([0, 1, 2, 3].map((near) => send(at + near)))));
    // Everything else was kept: only what is no address or no number, and what is longer than its field.
    const refused = new Set(sent.flatMap((one) => one.refused).filter((one) => !/ too_long$/.test(one)));
    assert.deepEqual([...refused].sort(), ["customer.email bad_email", "product.quantity wrong_type"]);
  });

  it("stand in the register's cells, menus and the formula bar as they were written", async () => {
    await me.page.waitForFunction(() => /200 条记录/.test(document.querySelector(".status")?.textContent ?? ""));
    const { body: book } = await me.api("GET", "/api/book?lang=zh-Hans");
    for (const key of ["customer_name", "product_name"]) {
      const column = book.fields.find((field) => field.key === key).title;
      await me.go(column, 1);
      for (let at = 0; at < 9; at++) {
        await me.press("PageDown");
        await me.page.waitForTimeout(20);
      }
      await me.press("Control+Home");
      await me.go(column, 1);
      await me.press("Alt+ArrowUp");
      await me.page.waitForSelector(".popup.filter .tick");
      await quiet(me.page);
      await me.press("Escape");
    }
    await me.press("Control+f");
    await me.page.keyboard.type("<script>");
    await me.page.waitForFunction(() => /\d+ \/ \d+/.test(document.querySelector(".find span").textContent));
    await me.press("Escape");
  });

  it("stand in the panel and in what is due", async () => {
    for (const { number } of some()) {
      await me.see(number);
      await me.page.waitForSelector(`.panel h2:has-text("${number}")`);
      await me.page.waitForSelector(".panel ol.log li");
    }
    await quiet(me.page);
    await me.page.click("role=tab[name='待办']");
    await me.page.click("text=全部");
    await me.page.waitForFunction(() => /[1-9]\d* 条记录/.test(document.querySelector(".status").textContent));
    await quiet(me.page);
  });

  it("stand on the plain pages, the printed forms and what the customer is shown", async () => {
    const pages = ["/admin", "/admin/due", "/admin/letters", "/admin/slips", "/admin/devices"];
    for (const { id } of some()) {
      const { body } = await me.api("GET", `/api/complaints/${id}/told`);
      pages.push(`/admin/complaints/${id}`);
      pages.push(...body.papers.map((one) => one.page).filter(Boolean).slice(0, 2));
    }
    for (const path of pages) {
      const answer = await me.page.goto(`${here.base}${path}`);
      assert.equal(answer.status(), 200, path);
      await quiet(me.page);
    }
    for (const { number, query_code } of some().slice(0, 20 / EVERY + 2)) {
      await me.page.goto(`${here.base}/track`);
      await me.page.fill("[name=number]", number);
      await me.page.fill("[name=code]", query_code);
      await me.page.click("main button[type=submit]");
      await me.page.waitForSelector(`text=${number}`);
      await quiet(me.page);
    }
    // The public form gives back what was wrong with what it shows.
    for (const text of PAYLOADS.filter((one) => one.length < 120).slice(0, 40 / EVERY)) {
      await me.page.goto(here.base);
      await me.page.fill("form [type=email]", text.replace(/[\r\n]/g, " "));
      await me.page.click("main button[type=submit]");
      await quiet(me.page);
    }
  });

  it("ran nothing, loaded nothing from elsewhere and met no policy", () => {
    assert.deepEqual([run, me.errors, me.foreign], [[], [], []]);
  });
});
