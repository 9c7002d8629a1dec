// Keys that move, and what the fill handle makes.
import { describe, expect, it } from "vitest";
import { continued } from "../src/grid/fill";
import { advanced, at, moved, type Sheet } from "../src/grid/moves";

const filled = ["x.xx.", "xxx..", "....x"];
const sheet: Sheet = { columns: 5, rows: 3, page: 2, empty: (x, y) => filled[y]?.[x] !== "x" };
const go = (from: [number, number], key: string, ctrl = false, shift = false) => moved(at(...from), { key, ctrl, shift }, sheet)?.to;

describe("keys", () => {
  it("stay inside the sheet", () => {
    expect(go([0, 0], "ArrowLeft")?.cell).toEqual([0, 0]);
    expect(go([4, 2], "PageDown")?.cell).toEqual([4, 2]);
    expect(go([2, 1], "End", true)?.cell).toEqual([4, 2]);
  });
  it("with Ctrl jump to the edge of what is filled, or over the gap", () => {
    expect(go([0, 1], "ArrowRight", true)?.cell).toEqual([2, 1]);
    expect(go([2, 1], "ArrowRight", true)?.cell).toEqual([4, 1]);
    expect(go([0, 0], "ArrowRight", true)?.cell).toEqual([2, 0]);
  });
  it("with Shift stretch the range from the active cell", () => {
    expect(go([1, 1], "ArrowLeft", false, true)).toEqual({ cell: [1, 1], range: { x: 0, y: 1, width: 2, height: 1 } });
  });
  it("Enter and Tab go round in a range", () => {
    const range = { x: 1, y: 0, width: 2, height: 2 };
    expect(advanced({ cell: [1, 1], range }, false, false, sheet).cell).toEqual([2, 0]);
    expect(advanced({ cell: [2, 0], range }, true, false, sheet).cell).toEqual([1, 1]);
    expect(advanced({ cell: [1, 0], range }, true, true, sheet).cell).toEqual([2, 1]);
  });
});

describe("the fill handle", () => {
  it("steps on with numbers and days that step evenly, and repeats all else", () => {
    expect(continued(["1", "2"], "number", 3)).toEqual(["3", "4", "5"]);
    expect(continued(["0.1", "0.2"], "number", 1)).toEqual(["0.3"]);
    expect(continued(["2026-02-27", "2026-02-28"], "date", 1)).toEqual(["2026-03-01"]);
    expect(continued(["1", "2", "4"], "number", 2)).toEqual(["1", "2"]);
    expect(continued(["a"], "other", 2)).toEqual(["a", "a"]);
    expect(continued(["3", "4"], "number", 2, true)).toEqual(["2", "1"]);
  });
});
