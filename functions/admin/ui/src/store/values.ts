// Values of cells: from the wire to the one text that is kept, to what is shown, from what is typed, and back to the wire.

import { type Column, type Kind, NUMERIC } from "./kinds";

/** What typing gave: the text to keep, or why it cannot be. */
export type Typed = { ok: true; value: string } | { ok: false; code: Fault };
export type Fault = "not_in_list" | "not_a_date" | "not_a_moment" | "not_a_number" | "not_whole" | "not_yes_no" | "negative";

/** From the wire to the text that is kept. */
export function kept(kind: Kind | undefined, wire: unknown): string {
  if (wire === null || wire === undefined) return "";
  if (Array.isArray(wire)) return wire.map(String).join("\n");
  if (typeof wire === "object") {
    const money = wire as { amount?: unknown; currency?: unknown };
    const amount = plainNumber(String(money.amount ?? ""));
    return money.currency && money.currency !== "CNY" ? `${amount} ${String(money.currency)}` : amount;
  }
  const text = String(wire);
  return kind && NUMERIC.has(kind) ? plainNumber(text) : text;
}

/** `1234.50` and `1,234.5` are the same number. */
function plainNumber(text: string): string {
  const [digits = "", ...rest] = text.trim().split(" ");
  if (!/^-?\d+(\.\d*)?$/.test(digits)) return text.trim();
  const plain = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  return [plain, ...rest].join(" ");
}

/** What a cell shows. */
export function shown(column: Column, value: string): string {
  if (value === "") return "";
  switch (column.kind) {
    case "moment":
      return moment(value, column.limit);
    case "flag":
    case "choice":
      return word(column, value);
    case "choices":
    case "list":
      return value
        .split("\n")
        .map((one) => word(column, one))
        .join("、");
    case "number":
    case "integer":
    case "money":
      return grouped(value);
    default:
      return column.options.length > 0 ? word(column, value) : value;
  }
}

/** A moment in the zone that it came in; a limit at midnight ends the day before at 24:00. */
export function moment(value: string, limit: boolean): string {
  const day = value.slice(0, 10);
  const time = value.slice(11, 16);
  if (limit && time === "00:00") {
    const before = new Date(`${day}T00:00:00Z`);
    before.setUTCDate(before.getUTCDate() - 1);
    return `${before.toISOString().slice(0, 10)} 24:00`;
  }
  return `${day} ${time}`;
}

export function word(column: Column, code: string): string {
  return column.options.find((option) => option[0] === code)?.[1] ?? code;
}

function grouped(value: string): string {
  const [digits = "", ...rest] = value.split(" ");
  const [whole = "", part] = digits.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return [part === undefined ? spaced : `${spaced}.${part}`, ...rest].join(" ");
}

/** What goes into the editor: as shown, but lists stand in lines and numbers without commas. */
export function forEditor(column: Column, value: string): string {
  if (column.kind === "choices" || column.kind === "list") {
    return value
      .split("\n")
      .map((one) => word(column, one))
      .join("\n");
  }
  return NUMERIC.has(column.kind) ? value : shown(column, value);
}

/** Reads what was typed or pasted. `today` is the day in the house's zone, `offset` that zone's (`+08:00`). */
export function typed(column: Column, text: string, today: string, offset: string): Typed {
  const trimmed = text.trim();
  if (trimmed === "") return { ok: true, value: "" };
  switch (column.kind) {
    case "choice":
      return oneOf(column, trimmed);
    case "flag":
      return flag(column, trimmed);
    case "choices": {
      const codes: string[] = [];
      for (const part of trimmed.split(/[\n,，、;；/]+/)) {
        if (part.trim() === "") continue;
        const one = oneOf(column, part.trim());
        if (!one.ok) return one;
        if (!codes.includes(one.value)) codes.push(one.value);
      }
      return { ok: true, value: codes.join("\n") };
    }
    case "list":
      return {
        ok: true,
        value: trimmed
          .split(/[\n、;；]+/)
          .map((one) => one.trim())
          .filter((one) => one !== "")
          .join("\n"),
      };
    case "date": {
      const day = date(trimmed, today);
      return day ? { ok: true, value: day } : { ok: false, code: "not_a_date" };
    }
    case "moment": {
      const at = dateTime(trimmed, today, offset);
      return at ? { ok: true, value: at } : { ok: false, code: "not_a_moment" };
    }
    case "number":
    case "integer":
    case "money":
      return number(column.kind, trimmed);
    case "words":
      return { ok: true, value: text.replace(/\r\n?/g, "\n").replace(/\s+$/, "") };
    default:
      // A short text keeps on one line: a break would make it another text in Excel.
      if (column.options.length > 0) return oneOf(column, trimmed);
      return { ok: true, value: trimmed.replace(/\s*[\r\n]+\s*/g, " ") };
  }
}

function folded(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

function oneOf(column: Column, text: string): Typed {
  const wanted = folded(text);
  const found = column.options.find(([code, words]) => folded(words) === wanted || folded(code) === wanted);
  return found ? { ok: true, value: found[0] } : { ok: false, code: "not_in_list" };
}

const YES = new Set(["是", "yes", "y", "true", "1", "√", "✓", "有", "对", "對"]);
const NO = new Set(["否", "no", "n", "false", "0", "×", "x", "✗", "无", "無", "不"]);

function flag(column: Column, text: string): Typed {
  const wanted = folded(text);
  const named = column.options.find(([, words]) => folded(words) === wanted);
  if (named) return { ok: true, value: named[0] };
  if (YES.has(wanted)) return { ok: true, value: "true" };
  if (NO.has(wanted)) return { ok: true, value: "false" };
  return { ok: false, code: "not_yes_no" };
}

function number(kind: Kind, text: string): Typed {
  const plain = text
    .normalize("NFKC")
    .replace(/[,\s]/g, "")
    .replace(/^[¥￥]/, "")
    .replace(/元$/, "");
  const found = /^(-?\d+(?:\.\d+)?)([A-Za-z]{3})?$/.exec(plain);
  const digits = found?.[1];
  if (digits === undefined || (found?.[2] && kind !== "money")) return { ok: false, code: "not_a_number" };
  if (kind === "integer" && digits.includes(".")) return { ok: false, code: "not_whole" };
  const currency = found?.[2]?.toUpperCase();
  const amount = plainNumber(digits);
  return { ok: true, value: currency && currency !== "CNY" ? `${amount} ${currency}` : amount };
}

/** A day as people write it: 2026-3-1, 2026/3/1, 2026年3月1日, 20260301, 3-1 of this year. */
export function date(text: string, today: string): string | undefined {
  const plain = text.normalize("NFKC").trim();
  const year = today.slice(0, 4);
  const full = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plain);
  const tight = /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  const short = /^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plain);
  const parts = full ?? tight ?? (short ? [short[0], year, short[1], short[2]] : undefined);
  if (!parts) return undefined;
  const [, y = "", m = "", d = ""] = parts;
  const day = `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`;
  const real = new Date(`${day}T00:00:00Z`);
  // JavaScript takes 31 February for 3 March.
  return !Number.isNaN(real.getTime()) && real.toISOString().slice(0, 10) === day ? day : undefined;
}

function dateTime(text: string, today: string, offset: string): string | undefined {
  const plain = text.normalize("NFKC").trim();
  const found = /^(.*?)(?:[T\s日]\s*(\d{1,2})\s*[:时點点]\s*(\d{2})?(?::\d{2})?分?)?$/.exec(plain);
  const day = date((found?.[1] ?? "").trim(), today) ?? date(`${(found?.[1] ?? "").trim()}日`, today);
  if (!day) return undefined;
  const hour = Number(found?.[2] ?? "0");
  const minute = Number(found?.[3] ?? "0");
  if (hour > 23 || minute > 59) return undefined;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day}T${two(hour)}:${two(minute)}:00${offset}`;
}

/** The value as the commands take it; nothing empties the field. */
export function wire(column: Column, value: string): unknown {
  if (value === "") return null;
  switch (column.kind) {
    case "flag":
      return value === "true";
    case "choices":
    case "list":
      return value.split("\n");
    case "money": {
      const [amount, currency] = value.split(" ");
      return currency ? { amount, currency } : amount;
    }
    default:
      return value;
  }
}

/** What sorts and sums: the number in a number's text. */
export function amount(value: string): number {
  const digits = value.split(" ", 1)[0] ?? "";
  return digits === "" ? Number.NaN : Number(digits);
}
