import { describe, expect, it } from "vitest";
import type { Simulated } from "../src/api/types";
import { Rows } from "../src/store/rows";
import { added, amount, amountText, known, type Names, parts, type Row, simulate, told, withLine } from "../src/store/whatif";

const NAMES: Names = {
  rule: (id) => id,
  letter: (code) => code,
  rung: (code) => code,
  about: (code) => code,
  command: (code) => code,
  customer: "customer",
  late: "late",
  inTime: "in time",
  moment: (at) => at.slice(0, 10),
  times: (n) => `${n}×`,
};
const WISH = { period: "2025Q1", of: "P19", procedure: "", set: ["T19.7.within=30 days"] };

function row(number: string, more: Partial<Row> = {}): Row {
  return { number, received_at: "2025-01-05T09:00:00+08:00", kinds: [], before: {}, after: {}, refused: [], ...more };
}

function slice(rows: Row[], next: string | null, more: Partial<Simulated> = {}): Simulated {
  const by_kind = { class: 0, department: 0, deadline: rows.length, late: 0, approval: 0, letter: 0, refused: 0 };
  const pair = { before: 2, after: 1 };
  return { period: "", as_of: "2026-03-10T02:00:00Z", of: "P19", procedure: null, complaints: 3, differ: rows.length, text_missing: 0, by_kind, late: pair, approvals: pair, letters: pair, refused: {}, rows, rows_left_out: 0, unread: [], unread_count: 0, next, ...more };
}

describe("a simulation", () => {
  it("knows beforehand how many complaints of the register it is about", () => {
    const rows = new Rows();
    const put = (id: string, received_at: string, procedure: string) => rows.put(id, 1, { received_at, procedure }, new Set());
    put("a", "2025-01-05T09:00:00+08:00", "P19");
    put("b", "2025-03-31T23:00:00+08:00", "P19");
    put("c", "2025-03-31T23:00:00+08:00", "P10");
    put("d", "2025-04-01T00:00:00+08:00", "P19");
    expect([known(rows, WISH), known(rows, { ...WISH, of: "" }), known(rows, { ...WISH, period: "2025-04" })]).toEqual([2, 3, 1]);
  });

  it("goes on slice after slice until there is no next one, and adds them up", async () => {
    const asked: Record<string, unknown>[] = [];
    const told_: number[] = [];
    const found = await simulate(
      WISH,
      9,
      (body) => {
        asked.push(body);
        return Promise.resolve(slice([row(String(asked.length))], asked.length < 3 ? `${asked.length}.0.` : null));
      },
      () => false,
      ({ done }) => told_.push(done),
    );
    expect(asked.map((one) => one["cursor"])).toEqual([undefined, "1.0.", "2.0."]);
    expect(asked[0]).toEqual({ period: "2025Q1", of: "P19", set: WISH.set });
    expect(told_).toEqual([0, 3, 6]);
    expect([found?.totals.complaints, found?.totals.differ, found?.totals.by_kind.deadline, found?.totals.late]).toEqual([9, 3, 3, { before: 6, after: 3 }]);
    expect(found?.rows.map((one) => one.number)).toEqual(["1", "2", "3"]);
  });

  it("asks no further once it is stopped, and gives nothing", async () => {
    let asked = 0;
    const found = await simulate(WISH, 9, () => Promise.resolve(slice([row(String(++asked))], "1.0.")), () => asked === 2, () => undefined);
    expect([found, asked]).toEqual([undefined, 2]);
  });

  it("counts what is not listed or could not be looked at", () => {
    const unread = [{ number: "7", why: "log_broken" }];
    const first = added(undefined, slice([row("1")], null, { rows_left_out: 4, unread, unread_count: 1 }), WISH);
    const both = added(first, slice([], null, { unread, unread_count: 2 }), WISH);
    expect([both.leftOut, both.unreadCount, both.unread.length]).toEqual([4, 3, 2]);
  });
});

describe("a difference", () => {
  it("names each thing as it was and as it would have been", () => {
    const due = (due_at: string, late: boolean) => ({ due_at, late });
    const one = row("1", {
      before: { class: "A", deadlines: { T1: due("2025-03-01", true), T2: due("2025-03-02", false) }, letters: [{ letter: "overdue", desk: "D", rule: "T1", rung: "late", times: 1 }] },
      after: { class: "B", deadlines: { T1: due("2025-04-01", false), T3: due("2025-03-02", true) }, letters: [{ letter: "reply", times: 2 }] },
      refused: [{ seq: 2, at: "2025-03-01T09:00:00+08:00", command: "register", code: "not_confirmed", field: null, message: "please confirm `restated`" }],
    });
    expect(parts(one, NAMES).map((part) => `${part.kind}: ${told(part)}`)).toEqual([
      "class: A → B",
      "deadline: T1 2025-03-01 → 2025-04-01",
      "deadline: T2 2025-03-02 → —",
      "deadline: T3 — → 2025-03-02",
      "late: T1 late → in time",
      "late: T3 — → late",
      "letter: overdue → D · T1 · late 1× → —",
      "letter: reply → customer — → 2×",
      "refused: register please confirm restated",
    ]);
  });
});

describe("a change", () => {
  it("is read and written as packs write amounts of time", () => {
    expect(amount("6 days")).toEqual({ count: "6", unit: "days" });
    expect(amount("1 working hour")).toEqual({ count: "1", unit: "working hours" });
    expect(amount("1 half working day")).toEqual({ count: "0.5", unit: "working days" });
    expect(amount("3 rings")).toBeUndefined();
    expect([amountText({ count: "1", unit: "working days" }), amountText({ count: "2.5", unit: "hours" }), amountText({ count: "soon", unit: "days" })]).toEqual(["1 working day", "2.5 hours", ""]);
  });

  it("takes the place of an older one of the same value", () => {
    expect(withLine(["a.b=1", "c=2"], "a.b = 3")).toEqual(["c=2", "a.b = 3"]);
    expect(withLine(["a.b=1"], "nonsense")).toEqual(["a.b=1", "nonsense"]);
  });
});
