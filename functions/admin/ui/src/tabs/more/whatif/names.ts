// How people call what a simulation names by codes: rules of both procedures, letters, rungs, steps.

import { moment } from "../../../store/values";
import type { Names } from "../../../store/whatif";
import { say, t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import type { Rules } from "./changes";

export function namesOf(book: Workbook, procedures: readonly (Rules | undefined)[]): Names {
  const { words } = book.book;
  const titles = new Map<string, string>();
  const about = new Map<string, string>();
  for (const one of book.book.procedures) for (const [rule, own] of Object.entries(one.rules)) titles.set(rule, own.title);
  for (const one of procedures) {
    for (const rule of [...(one?.deadlines ?? []), ...(one?.approvals ?? [])]) if (rule.title) titles.set(rule.rule, rule.title);
    for (const milestone of one?.milestones ?? []) if (milestone.title) about.set(milestone.name, milestone.title);
  }
  const word = (table: string, code: string) => words[table]?.[code];
  const own = (key: string, code: string) => {
    const found = say(`${key}.${code}`);
    return found === `${key}.${code}` ? undefined : found;
  };
  return {
    rule: (id) => (titles.has(id) ? `${id} ${titles.get(id) ?? ""}` : id),
    letter: (code) => word("letter", code) ?? code,
    rung: (code) => own("whatif.rung", code) ?? code,
    about: (code) => about.get(code) ?? word("closing_short", code) ?? own("whatif.about", code) ?? code,
    command: (code) => word("command", code) ?? code,
    customer: t("customer"),
    late: t("whatif.late"),
    inTime: t("whatif.in_time"),
    moment: (at) => moment(at, true),
    times: (n) => t("whatif.times", { n }),
  };
}
