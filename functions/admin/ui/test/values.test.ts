// What people type, as cells keep it.
import { describe, expect, it } from "vitest";
import type { Column, Kind } from "../src/store/kinds";
import { forEditor, kept, shown, typed, wire } from "../src/store/values";

const column = (kind: Kind, options: [string, string][] = []): Column => ({
  key: "x",
  title: "x",
  kind,
  options,
  way: "edit",
  step: false,
  computed: false,
  limit: false,
  width: 100,
});
const read = (kind: Kind, text: string, options: [string, string][] = []) => {
  const found = typed(column(kind, options), text, "2026-03-10", "+08:00");
  return found.ok ? found.value : found.code;
};

describe("typing", () => {
  it.each([
    ["2026-3-1", "2026-03-01"],
    ["2026/03/01", "2026-03-01"],
    ["2026年3月1日", "2026-03-01"],
    ["20260301", "2026-03-01"],
    ["3-1", "2026-03-01"],
    ["2026.3.1", "2026-03-01"],
    ["2026-2-30", "not_a_date"],
    ["明天", "not_a_date"],
  ])("reads the day %s", (text, wanted) => expect(read("date", text)).toBe(wanted));
  it.each([
    ["2026-3-1 9:05", "2026-03-01T09:05:00+08:00"],
    ["2026年3月1日 14时", "2026-03-01T14:00:00+08:00"],
    ["2026-03-01", "2026-03-01T00:00:00+08:00"],
    ["2026-03-01 25:00", "not_a_moment"],
  ])("reads the moment %s", (text, wanted) => expect(read("moment", text)).toBe(wanted));
  it.each([
    ["number", "1,234.50", "1234.5"],
    ["number", "１２", "12"],
    ["money", "¥1,200元", "1200"],
    ["money", "12.00 usd", "12 USD"],
    ["integer", "1.5", "not_whole"],
    ["number", "十二", "not_a_number"],
  ] as [Kind, string, string][])("reads the %s %s", (kind, text, wanted) => expect(read(kind, text)).toBe(wanted));
  it("takes words or codes of a list and nothing else", () => {
    const options: [string, string][] = [
      ["return", "退货"],
      ["repair", "维修"],
    ];
    expect(read("choice", "退货", options)).toBe("return");
    expect(read("choice", "Repair", options)).toBe("repair");
    expect(read("choice", "别的", options)).toBe("not_in_list");
    expect(read("choices", "维修、退货", options)).toBe("repair\nreturn");
    expect(read("flag", "√", [["true", "是"]])).toBe("true");
    expect(read("flag", "也许")).toBe("not_yes_no");
  });
  it("goes to the wire and comes back the same", () => {
    expect(wire(column("money"), "12 USD")).toEqual({ amount: "12", currency: "USD" });
    expect(kept("money", { amount: "12.00", currency: "USD" })).toBe("12 USD");
    expect(kept("money", { amount: "5200", currency: "CNY" })).toBe("5200");
    expect(wire(column("list"), "a\nb")).toEqual(["a", "b"]);
    expect(wire(column("flag"), "false")).toBe(false);
    expect(wire(column("text"), "")).toBe(null);
  });
  it("shows a limit at midnight as 24:00 of the day that ends", () => {
    expect(shown({ ...column("moment"), limit: true }, "2026-03-11T00:00:00+08:00")).toBe("2026-03-10 24:00");
    expect(shown(column("moment"), "2026-03-11T00:00:00+08:00")).toBe("2026-03-11 00:00");
    expect(shown(column("number"), "1234567.5")).toBe("1,234,567.5");
    expect(forEditor(column("number"), "1234567.5")).toBe("1234567.5");
  });
});
