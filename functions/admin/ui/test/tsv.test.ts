// The clipboard's text, as Excel and WPS write and read it.
import { describe, expect, it } from "vitest";
import { parseTsv, tiled, writeHtml, writeTsv } from "../src/grid/tsv";

describe("text with tabs", () => {
  it("keeps tabs, quotes and line breaks inside quoted cells", () => {
    expect(parseTsv('a\t"b\nc"\t"say ""hi"""\r\n1\t2\t3')).toEqual([
      ["a", "b\nc", 'say "hi"'],
      ["1", "2", "3"],
    ]);
  });
  it("takes a quote that nothing closes as a letter", () => {
    expect(parseTsv('12" pipe\tx\n"open')).toEqual([['12" pipe', "x"], ['"open']]);
  });
  it("keeps empty cells and rows", () => {
    expect(parseTsv("a\t\t\n\nb")).toEqual([["a", "", ""], [""], ["b"]]);
  });
  it("reads what it wrote", () => {
    const block = [
      ["x\ty", 'q"q', "l1\nl2", ""],
      ["000123", "=1+1", "客诉", " "],
    ];
    expect(parseTsv(writeTsv(block))).toEqual(block);
  });
  it("writes HTML in which no text is markup", () => {
    expect(writeHtml([["<img src=x onerror=1>\n&"]])).toContain("&lt;img src=x onerror=1&gt;<br>&amp;");
  });
});

describe("laying a block over a target", () => {
  it("repeats it where the target is a multiple and else lays it once", () => {
    expect(tiled([["a", "b"]], 4, 2)).toEqual([
      ["a", "b", "a", "b"],
      ["a", "b", "a", "b"],
    ]);
    expect(tiled([["a", "b"]], 3, 1)).toEqual([["a", "b"]]);
    expect(tiled([["a"]], 1, 3)).toEqual([["a"], ["a"], ["a"]]);
  });
});
