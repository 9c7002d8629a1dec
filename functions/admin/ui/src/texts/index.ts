// The workbook's words in the reader's language; one file for each.

import en from "./en.json";
import hans from "./zh-Hans.json";
import hant from "./zh-Hant.json";

export type Language = "zh-Hans" | "zh-Hant" | "en";
export type Key = keyof typeof hans;
export const LANGUAGES: readonly Language[] = ["zh-Hans", "zh-Hant", "en"];

const ALL: Record<Language, Record<string, string>> = { "zh-Hans": hans, "zh-Hant": hant, en };

/** The pages beside the workbook remember the language in this cookie. */
const COOKIE = "kesu_lang";

let language: Language = first();

function first(): Language {
  if (typeof document === "undefined") return "zh-Hans";
  const kept = new RegExp(`${COOKIE}=([\\w-]+)`).exec(document.cookie)?.[1];
  const known = LANGUAGES.find((one) => one === kept);
  if (known) return known;
  for (const tag of navigator.languages ?? []) {
    if (/^zh-(hant|tw|hk|mo)/i.test(tag)) return "zh-Hant";
    if (/^zh/i.test(tag)) return "zh-Hans";
    if (/^en/i.test(tag)) return "en";
  }
  return "zh-Hans";
}

export function current(): Language {
  return language;
}

export function choose(next: Language): void {
  language = next;
  document.cookie = `${COOKIE}=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
  document.documentElement.lang = next;
}

/** A text with its values. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = ALL[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A text whose key is put together; the key itself where there is none. */
export function say(key: string): string {
  return ALL[language][key] ?? key;
}
