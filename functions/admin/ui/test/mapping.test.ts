import { describe, expect, it } from "vitest";
import { drafted, letters, mappingText, type Proposed } from "../src/store/mapping";

const column = (header: string, use: string, more = {}) => ({ at: 0, header, use, confidence: 90, automatic: false, asked: [], ...more });
const proposed: Proposed = {
  fields: ["complaint_no", "complaint_desc", "status"],
  layouts: [
    {
      ...{ fingerprint: "9079d7bcb4861171", seen_in: ["1月"], header_rows: [1], remembered: false, said: false, year: 2019, said_year: null },
      columns: [column('单据"号"', "complaint_no"), column("规格\n型号", "extra"), column("状态", "extra", { automatic: true })],
      colours: [
        { colour: "92D050", status: "closed" },
        { colour: "FFFF00", status: null },
      ],
    },
  ],
  sheets: [{ sheet: "汇总", skip: true, header_rows: [], year: null }],
};

describe("a mapping", () => {
  it("says what was looked over, and leaves to the reader what it does by itself", () => {
    expect(mappingText(drafted(proposed))).toBe(
      '[[layout]]\nfingerprint = "9079d7bcb4861171"\n[layout.columns]\n"单据\\"号\\"" = "complaint_no"\n"规格 型号" = "extra"\n' +
        '[layout.colours]\n"92D050" = "closed"\n[[sheet]]\nname = "汇总"\nskip = true\n',
    );
  });

  it("takes a year only from a person, and header rows as he writes them", () => {
    const draft = drafted(proposed);
    const layout = draft.layouts["9079d7bcb4861171"];
    if (layout) layout.year = "2018";
    draft.sheets["3月"] = { skip: false, rows: "3、4" };
    draft.sheets["4月"] = { skip: false, rows: "" };
    const text = mappingText(draft);
    expect(text).toContain("year = 2018\n");
    expect(text).toContain('name = "3月"\nheader_rows = [3, 4]\n');
    expect(text).not.toContain("4月");
  });
});

describe("letters of columns", () => {
  it("go on after Z as in a spreadsheet", () => {
    expect([0, 25, 26, 701, 702].map(letters)).toEqual(["A", "Z", "AA", "ZZ", "AAA"]);
  });
});
