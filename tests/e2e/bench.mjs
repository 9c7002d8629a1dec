// `make bench-ui`: how quick the workbook is over many complaints, beside a bare grid over made-up rows in the same run. Never a test.
//
// The demo of ROWS complaints is filled and measured first (as many as one waits for: filling plays each one's year). Then the
// register is given 100,000 rows that are copies of the demo's, with numbers, names and days of their own: what the server
// would send, without the hours of filling it. What a browser does with them is the same.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { site } from "./world.mjs";

const DEMO = Number(process.env.ROWS ?? 500);
const MANY = 100_000;
const PAGE = 1000;
const RUNS = 3;

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const figure = (name, value, goal = "") => console.log(`${name.padEnd(64)} ${String(value).padStart(12)}  ${goal}`);

const here = await site(DEMO);
try {
  const me = await here.person();
  const { page } = me;

  figure(`demo of ${DEMO}: first rows, warm server`, `${await opened(page)} ms`, "goal 2,000 ms");
  figure(`demo of ${DEMO}: all rows`, `${await whole(page)} ms`);

  const sample = await sampled(me);
  await page.route(/\/api\/complaints\?/, (route) => route.fulfill(many(sample, new URL(route.request().url()).searchParams)));
  // What the browser kept is another register.
  await page.click("text=退出");
  await page.waitForSelector("[name=password]");
  await page.fill("[name=email]", here.account.email);
  await page.fill("[name=password]", here.account.password);
  await page.click("button.main");
  figure(`${MANY} rows: first rows`, `${await seen(page)} ms`, "goal 2,000 ms");
  figure(`${MANY} rows: all rows read, with progress`, `${await whole(page)} ms`);
  figure("opened again, from what the browser kept: first rows", `${await opened(page)} ms`);
  figure("opened again: all rows", `${await whole(page)} ms`);

  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await cdp.send("Runtime.getHeapUsage");
  figure("heap after a collection, numbers in arrays included", `${((usedSize + backingStorageSize) / 1048576).toFixed(0)} MB`, "goal 150 MB");

  figure("filter (late ones), click to rows, median", `${await answered(page, "逾期未结")} ms`, "goal 200 ms");
  figure("all rows and a sort by the day of receipt, click to rows, median", `${await answered(page, "标准视图")} ms`, "goal 200 ms");
  const own = await scrolled(page, 700, 450);

  const bare = await (await here.browser.newContext({ viewport: { width: 1440, height: 860 } })).newPage();
  await bare.route("**/bare/**", (route) => {
    const file = join("out/bare", new URL(route.request().url()).pathname.replace(/^\/bare\//, "") || "index.html");
    return existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
  });
  const start = Date.now();
  await bare.goto(`${here.base}/bare/index.html`);
  await bare.waitForSelector("canvas");
  figure("bare grid, made-up rows: canvas there", `${Date.now() - start} ms`);
  const other = await scrolled(bare, 700, 450);
  figure("wheel: frames over 50 ms of all, median run", `${own.slow} / ${own.frames}`, `bare grid ${other.slow} / ${other.frames}; goal 0`);
  figure("wheel: median frame", `${own.middle.toFixed(1)} ms`, `bare grid ${other.middle.toFixed(1)} ms`);
  figure("wheel: slowest frame, median run", `${own.slowest.toFixed(1)} ms`, `bare grid ${other.slowest.toFixed(1)} ms`);
  const files = ["book.js", "index.css", "index.html"].map((name) => readFileSync(`../../functions/admin/ui/dist/${name}`));
  figure("first load, gzipped", `${(files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0) / 1024).toFixed(0)} KB`, "goal 250 KB");
} finally {
  await here.stop();
}

/** Opens the workbook anew; milliseconds until rows can be seen. */
async function opened(page) {
  await page.goto("about:blank");
  const start = Date.now();
  await page.goto(`${here.base}/admin/book`, { waitUntil: "commit" });
  return (await seen(page)) && Date.now() - start;
}

async function seen(page) {
  const start = Date.now();
  await page.waitForFunction(() => /[1-9]\d* 条记录/.test(document.querySelector(".status")?.textContent ?? ""), undefined, { polling: "raf", timeout: 300_000 });
  return Date.now() - start;
}

async function whole(page) {
  const start = Date.now();
  await page.waitForFunction(() => document.querySelector(".status") && !document.querySelector(".status .busy"), undefined, { polling: 50, timeout: 900_000 });
  return Date.now() - start;
}

/** Rows of the demo as the server gives them. */
async function sampled(me) {
  const rows = [];
  let columns = [];
  for (let month = 1; month <= 12; month++) {
    const { body } = await me.api("GET", `/api/complaints?fields=all&month=2025-${String(month).padStart(2, "0")}`);
    columns = body.columns;
    rows.push(...body.rows);
  }
  if (rows.length === 0) throw new Error("the demo has no rows to copy");
  return { columns, rows };
}

/** A page of the large register: the same number of rows in each of 50 months. */
function many({ columns, rows }, query) {
  const month = query.get("month") ?? "2026-03";
  const [year, of] = month.split("-").map(Number);
  const back = (2026 - year) * 12 + 3 - of;
  const each = MANY / 50;
  const first = Number(query.get("cursor") ?? 0);
  const inside = back >= 0 && back < 50;
  const place = (name) => columns.indexOf(name);
  const made = Array.from({ length: inside ? Math.min(PAGE, each - first) : 0 }, (_, at) => {
    const n = back * each + first + at;
    const row = structuredClone(rows[n % rows.length]);
    row[place("id")] = `made-${n}`;
    row[place("number")] = `${month.replace("-", "")}${String(first + at + 1).padStart(5, "0")}`;
    row[place("received_at")] = `${month}-${String((n % 28) + 1).padStart(2, "0")}T09:${String(n % 60).padStart(2, "0")}:00+08:00`;
    row[place("customer_name")] = `客户 ${n % 20_000}`;
    row[place("fields")].description = `第 ${n} 件：${row[place("fields")].description ?? ""}`;
    return row;
  });
  const next = inside && first + PAGE < each ? String(first + PAGE) : null;
  return { json: { month, columns, rows: made, next, as_of: "2026-03-10T10:00:00+08:00" } };
}

/** From the click on a ready view to the frame in which its rows stand, measured in the page. */
async function answered(page, name) {
  const all = [];
  for (let run = 0; run < RUNS; run++) {
    await page.click("text=视图 ▾");
    await page.click(`.views >> text=${name === "标准视图" ? "逾期未结" : "标准视图"}`);
    await page.waitForTimeout(600);
    await page.click("text=视图 ▾");
    await page.waitForSelector(".views");
    all.push(
      await page.evaluate(async (name) => {
        const button = [...document.querySelectorAll(".views button")].find((one) => one.textContent === name);
        const status = () => document.querySelector(".status").textContent;
        const old = status();
        const start = performance.now();
        button.click();
        while (status() === old && performance.now() - start < 10_000) await new Promise((done) => requestAnimationFrame(done));
        return performance.now() - start;
      }, name),
    );
  }
  return median(all).toFixed(0);
}

/** Turns the wheel over the grid; how long frames were. */
async function scrolled(page, x, y) {
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    await page.mouse.move(x, y);
    await page.evaluate(() => {
      window.frames_ = [];
      let last = performance.now();
      window.counting = true;
      const next = (now) => {
        window.frames_.push(now - last);
        last = now;
        if (window.counting) requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
    });
    for (let turn = 0; turn < 60; turn++) await page.mouse.wheel(0, run % 2 === 0 ? 400 : -400);
    const frames = (
      await page.evaluate(() => {
        window.counting = false;
        return window.frames_;
      })
    ).slice(1);
    runs.push({ frames: frames.length, slow: frames.filter((one) => one > 50).length, middle: median(frames), slowest: Math.max(...frames) });
  }
  return runs.sort((a, b) => a.slow - b.slow)[Math.floor(RUNS / 2)];
}
