// Every text stands in every language with the same values, and the types are made of the API's document.
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { describe, expect, it } from "vitest";
import en from "../src/texts/en.json";
import hans from "../src/texts/zh-Hans.json";
import hant from "../src/texts/zh-Hant.json";

const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).sort();

describe("texts", () => {
  it("are the same in all languages", () => {
    for (const other of [hant, en] as Record<string, string>[]) {
      expect(Object.keys(other)).toEqual(Object.keys(hans));
      for (const [key, text] of Object.entries(hans)) expect([key, values(other[key] ?? "")]).toEqual([key, values(text)]);
    }
  });
});

describe("types", () => {
  it("are fresh: `make ui-types` makes them", async () => {
    const made = astToString(await openapiTS(new URL("../openapi.json", import.meta.url)));
    expect(readFileSync("src/api/schema.d.ts", "utf8")).toContain(made.trim());
  });
});
