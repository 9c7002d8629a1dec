import { describe, expect, it } from "vitest";
import { lines, scale } from "../src/tabs/more/rollups/charts";

describe("a chart's axis", () => {
  it("ends at a round number above the highest, in few steps", () => {
    expect(scale(47, true)).toEqual({ top: 60, ticks: [0, 20, 40, 60] });
    expect(scale(0.93, false)).toEqual({ top: 1, ticks: [0, 0.25, 0.5, 0.75, 1] });
    expect(scale(0, true)).toEqual({ top: 1, ticks: [0, 1] });
  });

  it("has whole numbers for counts", () => {
    for (let most = 1; most < 3000; most++) {
      const { top, ticks } = scale(most, true);
      expect([most, ticks.every(Number.isInteger), top >= most, ticks.length <= 7]).toEqual([most, true, true, true]);
    }
  });
});

describe("a name under a column", () => {
  it("takes two lines and no more; Chinese signs are twice as wide", () => {
    expect(lines("来料不良", 8)).toEqual(["来料不良"]);
    expect(lines("来料不良", 4)).toEqual(["来料", "不良"]);
    expect(lines("来料不良与装配", 4)).toEqual(["来料", "不…"]);
    expect(lines("abc", 2)).toEqual(["ab", "c"]);
  });
});
