// Names that are one customer, and names that may be.
import { describe, expect, it } from "vitest";
import { alike, barer, Customers, folded } from "../src/store/companies";

const WORDS = { suffixes: ["股份有限公司", "有限责任公司", "有限公司", "集团", "公司", "co ltd", "ltd", "gmbh", "ag", "group"], places: ["天津", "上海", "shanghai"] };

describe("a name", () => {
  it("is compared as the server compares it", () => {
    for (const name of ["ＡＣＭＥ　Ｃｏ", " acme  co ", "Acme\u00a0CO\ufeff", "acme\nco"]) expect(folded(name)).toBe("acme co");
    expect(folded("华北机电（天津）")).toBe("华北机电(天津)");
    expect(folded(" \u3000\ufeff ")).toBe("");
  });

  it("loses what names of companies carry, and nothing else", () => {
    const bare = barer(WORDS);
    const same = ["华北机电", "华北机电有限公司", "华北机电股份有限公司", "华北机电集团有限公司", "华北机电（天津）有限公司", "华北机电(上海市)有限公司", "【天津】华北机电 公司", "华北机电（集团）有限责任公司"];
    expect(new Set(same.map(bare))).toEqual(new Set(["华北机电"]));
    expect(new Set(["ACME Co., Ltd.", "Acme", "acme (Shanghai) Co.,Ltd", "ＡＣＭＥ  GmbH", "Acme Group"].map(bare))).toEqual(new Set(["acme"]));
    // Letters of a word are no suffix; who he is in brackets is no place; a name does not vanish.
    expect(bare("Montag")).toBe("montag");
    expect(bare("陈先生（天津）")).toBe("陈先生");
    expect(bare("陈先生（车主）")).toBe("陈先生车主");
    expect(bare("集团有限公司")).toBe("集团");
    expect(bare("有限公司")).toBe("有限公司");
  });
});

describe("customers", () => {
  it("are led through chains, and out of circles", () => {
    const all = new Customers([
      { name: "A", into: "Ｂ" },
      { name: "B", into: "C" },
    ]);
    expect(["a", "b", "c", "d"].map((name) => all.of(name))).toEqual(["c", "c", "c", "d"]);
    expect([all.title("c"), all.title("d")]).toEqual(["C", undefined]);
    expect(all.under("c").map((one) => one.name)).toEqual(["A", "B"]);
    const circle = new Customers([
      { name: "B", into: "C" },
      { name: "C", into: "A" },
      { name: "A", into: "B" },
      { name: "X", into: "C" },
    ]);
    expect(["a", "b", "c", "x"].map((name) => circle.of(name))).toEqual(["a", "a", "a", "a"]);
  });

  it("who may be one are proposed, the heaviest first, under the fullest name", () => {
    const one = (name: string, n: number) => ({ id: folded(name), name, n });
    const found = alike([one("乙", 9), one("Acme", 1), one("华北机电", 5), one("华北机电有限公司", 1), one("ACME Ltd", 2), one("甲有限公司", 1)], barer(WORDS));
    expect(found.map(({ into, all }) => [into, all.map(({ name }) => name)])).toEqual([
      ["华北机电有限公司", ["华北机电", "华北机电有限公司"]],
      ["ACME Ltd", ["ACME Ltd", "Acme"]],
    ]);
  });
});
