import { describe, expect, it } from "vitest";
import type { Column } from "../src/store/kinds";
import { filtersOf, monthIn, months, moved, periodOf } from "../src/store/period";

describe("a period", () => {
  it("is the month, quarter or year of a day", () => {
    expect((["month", "quarter", "year"] as const).map((span) => periodOf("2026-09-30", span))).toEqual(["2026-09", "2026Q3", "2026"]);
    expect(["2026Q3", "2026", "2026-02"].map((period) => [monthIn(period, false), monthIn(period, true)])).toEqual([
      ["2026-07", "2026-09"],
      ["2026-01", "2026-12"],
      ["2026-02", "2026-02"],
    ]);
  });

  it("is followed by the next, over the turn of the year", () => {
    expect(["2026-12", "2026Q4", "2026"].map((period) => moved(period, 1))).toEqual(["2027-01", "2027Q1", "2027"]);
    expect(["2026-01", "2026Q1", "2026"].map((period) => moved(period, -1))).toEqual(["2025-12", "2025Q4", "2025"]);
    expect(months("2025-11", "2026-02")).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  });
});

describe("what a figure counts", () => {
  const column = (key: string, kind: Column["kind"], options: Column["options"] = []): [string, Column] => [
    key,
    { key, title: key, kind, options, way: "none", step: false, computed: false, limit: false, width: 80 },
  ];
  const columns = new Map([column("class", "choice"), column("batch_no", "list"), column("cause_code", "choice", [["material", "材料"]])]);

  it("is shown in the register by column and by months of receipt", () => {
    expect(filtersOf({ field: "class", value: "重大", from: "2026-01", to: "2026-02" }, columns)).toEqual({
      received_at: { ticked: ["2026-01", "2026-02"] },
      class: { ticked: ["重大"] },
    });
    expect(filtersOf({ field: "fields.cause_code", value: "material", from: "2026-01", to: "2026-01" }, columns)["cause_code"]).toEqual({ ticked: ["material"] });
    expect(filtersOf({ field: "fields.batch_no", value: "B7", from: null, to: "2026-01" }, columns)).toEqual({
      received_at: { conditions: [{ test: "at_most", a: "2026-01" }] },
      batch_no: { conditions: [{ test: "contains", a: "B7" }] },
    });
  });

  it("narrows nothing by a column that is not there", () => {
    expect(Object.keys(filtersOf({ field: "axes.kind", value: "x", from: "2026-01", to: "2026-01" }, columns))).toEqual(["received_at"]);
  });
});
