// A real `kesu serve` on a free port with a year of sample complaints, and signed-in pages of a real browser before it.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = process.env.KESU ?? "../../target/debug/kesu";
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts the program with so many sample complaints, and these lines of kesu.toml; `stop` ends it and its data. */
export async function site(demo = 60, settings = "") {
  const data = mkdtempSync(join(tmpdir(), "kesu-e2e-"));
  if (settings) writeFileSync(join(data, "kesu.toml"), settings);
  const port = await freePort();
  const args = ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--smtp", "off", "--procedure", "P19,P10"];
  args.push("--now", "2026-03-10T10:00:00+08:00");
  if (demo > 0) args.push(`--demo=${demo}`);
  const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "ignore"] });
  let told = "";
  const ready = new Promise((done, failed) => {
    child.stdout.on("data", (chunk) => {
      told += chunk;
      if (told.includes("listening on")) done();
    });
    child.on("exit", (code) => failed(new Error(`kesu ended with ${code}: ${told}`)));
  });
  await ready;
  const account = { email: /administrator: (\S+)/.exec(told)[1], password: /one-time password: (\S+)/.exec(told)[1] };
  const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
  const base = `http://127.0.0.1:${port}`;

  /** A person's page, signed in (the administrator's where none is named); `errors` holds what went wrong in it. */
  async function person(who = account, more = {}) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 860 }, locale: "zh-CN", acceptDownloads: false, ...more });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // A policy that is broken is an error of the page; statuses of requests are not.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    const foreign = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
    });
    await page.goto(`${base}/admin/book`);
    await page.fill("[name=email]", who.email);
    await page.fill("[name=password]", who.password);
    await page.click("button.main");
    // An empty workbook shows the first steps.
    await page.waitForSelector(".status, .first");
    await page.waitForFunction(() => document.querySelector(".first") || document.activeElement?.classList.contains("hands"));
    await page.waitForFunction(() => !document.querySelector(".status .busy"), undefined, { timeout: 60_000 });
    return new Hands(page, errors, foreign);
  }

  /** Makes accounts and gives them their desks: `{name: {role, department?, desks: […]}}`. Gives each one's address and password. */
  async function hire(by, people) {
    const hired = {};
    const { body: directory } = await by.api("GET", "/api/directory");
    for (const [name, { desks = [], ...wish }] of Object.entries(people)) {
      const email = `${name}@company.example`;
      const { status, body } = await by.api("POST", "/api/users", { email, ...wish });
      if (status !== 201) throw new Error(JSON.stringify(body));
      hired[name] = { email, password: body.password };
      for (const desk of desks) directory.desks[desk] = [email];
    }
    const { version, desks, people: known } = directory;
    const { status, body } = await by.api("PUT", "/api/directory", { version, desks, people: known });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return hired;
  }

  /** Ends the program, the browser and the data. */
  async function stop() {
    await browser.close();
    child.removeAllListeners("exit");
    child.kill("SIGTERM");
    await new Promise((done) => child.on("exit", done));
    rmSync(data, { recursive: true, force: true });
  }
  return { base, account, browser, person, hire, stop };
}

/** A person before the workbook: moves by keys as he would, and reads what a screen reader would be told. */
export class Hands {
  constructor(page, errors, foreign) {
    this.page = page;
    this.errors = errors;
    this.foreign = foreign;
  }

  /** What is said of the active cell: column, row, text. */
  async cell() {
    await this.page.waitForTimeout(25);
    const label = await this.page.getAttribute("textarea.hands", "aria-label");
    const [, column, row, text] = /^(.*?)，第 (\d+) 行：([\s\S]*)$/.exec(label) ?? [];
    return { column, row: Number(row), text, label };
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Goes to a column by its title, in a row that counts from 1. */
  async go(column, row) {
    await this.press("Control+Home");
    for (let at = 1; at < row; at++) await this.press("ArrowDown");
    for (let at = 0; at < 90; at++) {
      if ((await this.cell()).column === column) return;
      await this.press("ArrowRight");
    }
    throw new Error(`no column ${column}`);
  }

  async settled() {
    await this.page.waitForTimeout(100);
    await this.page.waitForFunction(() => !document.querySelector(".status .busy"), undefined, { timeout: 60_000 });
  }

  async status() {
    return this.page.textContent(".status");
  }

  /** Pastes a text as Ctrl+V would with it on the clipboard. */
  async paste(text) {
    await this.page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      document.querySelector("textarea.hands").dispatchEvent(event);
    }, text);
    await this.settled();
  }

  /** What Ctrl+C puts on the clipboard. */
  async copied() {
    return this.page.evaluate(() => {
      const data = new DataTransfer();
      document.querySelector("textarea.hands").dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
      return data.getData("text/plain");
    });
  }

  /** Shows a complaint in the side panel: its number is found in the register, and the panel opened. */
  async see(number) {
    await this.press("Control+f");
    await this.page.fill(".find input", number);
    await this.press("Enter");
    await this.press("Escape");
    await this.page.waitForFunction(() => document.activeElement?.classList.contains("hands"));
    if (!(await this.page.$(".panel"))) await this.press("Control+Enter");
  }

  /** Takes a step of the complaint in the side panel: opens its form, fills it by labels' names, sends it, waits for its end. */
  async step(kind, inputs = {}) {
    const title = await this.page.evaluate(async (kind) => (await (await fetch("/api/book")).json()).words.command[kind], kind);
    const form = `.panel [data-step="${kind}"]`;
    await this.page.click(`.panel details.step:not([open]) > summary:text-is("${title}")`);
    for (const [name, value] of Object.entries(inputs)) {
      const input = this.page.locator(`${form} [name="${name}"]`).first();
      if ((await input.evaluate((own) => own.tagName)) === "SELECT") await input.selectOption(value);
      else await input.fill(value);
    }
    await this.page.click(`${form} button.main`);
    await this.page.waitForFunction(
      ([form, title]) => document.querySelector(`${form} .bad`) || document.querySelector(".panel > .good")?.textContent.includes(title),
      [form, title],
    );
    const bad = await this.page.$(`${form} .bad`);
    return bad ? (await bad.textContent()).trim() : undefined;
  }

  /** A request under this person's session. */
  async api(method, path, body) {
    return this.page.evaluate(
      async ([method, path, body]) => {
        const session = await (await fetch("/api/session")).json();
        const headers = { "content-type": "application/json", "x-kesu-csrf": session.csrf, "idempotency-key": crypto.randomUUID() };
        const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
        return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
      },
      [method, path, body],
    );
  }
}
