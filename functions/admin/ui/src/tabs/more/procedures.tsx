// Procedures (程序): what each asks, with the clause that says so and a mark where the source is silent; to be read only.

import { useMemo, useState } from "preact/hooks";
import type { Procedure, Procedures } from "../../api/types";
import { say, t } from "../../texts";
import { TRIES } from "../../workbook";
import { column, type Listed, ListTab } from "../list";
import { Facts, type TabProps, useLoaded } from "./parts";

interface Head {
  id: string;
  title: string;
  sector: string;
  source: string;
  version: string;
  from: string;
  calendar: string;
  hours: string;
  zone: string;
  in_force?: boolean;
}
type Rule = Record<string, unknown>;

/** Parts of a procedure, in the order in which a case meets them. */
const PARTS = ["axes", "intake", "numbering", "guards", "deadlines", "notices", "approvals", "reply", "closing", "retention", "duties", "kpis", "milestones", "forms"] as const;
/** What is said in columns of its own. */
const APART = new Set(["rule", "title", "source", "assumed", "id", "name", "field"]);

export function ProceduresTab({ book, dark, onTab }: TabProps) {
  const used = book.book.procedures;
  const [id, setId] = useState(used[0]?.id ?? "");
  // The others that ship, and older versions, are read when they are wanted.
  const [all, setAll] = useState(false);
  const heads = useLoaded(async () => (all ? ((await book.client.get<Procedures>("/api/procedures")).procedures as unknown as Head[]) : undefined), [all, book.columns]);
  const { found, wrong, again } = useLoaded(async () => (await book.client.get<Procedure>(`/api/procedures/${id}`)) as unknown as Rule & Head, [id, book.columns]);
  const columns = useMemo(
    () => [
      column("rule", "procedure.rule", "text", 100),
      column("part", "procedure.part", "choice", 110, { options: PARTS.map((one) => [one, t(`procedure.${one}`)] as const) }),
      column("title", "procedure.title", "text", 230),
      column("value", "procedure.value", "text", 460),
      column("source", "clause", "text", 130),
      column("assumed", "procedure.assumed", "text", 260),
    ],
    [book.columns],
  );
  const items = useMemo(() => found && PARTS.flatMap((part) => listed(part, found[part])), [found]);
  const versions = heads.found?.filter((one) => one.id === id) ?? (found ? [{ ...found, in_force: used.some((one) => one.id === id && one.version === found.version) }] : []);
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.procedures")}
      columns={columns}
      items={items}
      wrong={heads.wrong || wrong}
      none={t("none")}
      tone={(get) => (get("assumed") === "" ? undefined : "soon")}
      tools={
        <>
          <select aria-label={t("tab.procedures")} value={id} onChange={(event) => setId(event.currentTarget.value)}>
            {[...new Map((heads.found ?? used).map((one) => [one.id, one.title])).entries()].map(([own, title]) => (
              <option key={own} value={own}>
                {own} {title}
              </option>
            ))}
          </select>
          <button type="button" aria-pressed={all} onClick={() => setAll(!all)}>
            {t("procedure.all")}
          </button>
          {TRIES.includes(book.session.role) && (
            <button type="button" onClick={() => onTab("whatif")}>
              {t("whatif.try")}
            </button>
          )}
        </>
      }
      help={t("help.procedures")}
      onReload={() => void again()}
      side={() => (
        <>
          {versions.map((one) => (
            <section key={one.version}>
              <h3>
                {one.id} {one.title}
              </h3>
              <Facts
                all={[
                  [t("procedure.version"), `${one.version}${one.in_force ? ` · ${t("procedure.in_force")}` : ""}`],
                  [t("procedure.from"), one.from],
                  [t("procedure.sector"), one.sector],
                  [t("clause"), one.source],
                  [t("tab.calendar"), `${one.calendar} · ${one.hours} · ${one.zone}`],
                ]}
              />
            </section>
          ))}
        </>
      )}
    />
  );
}

function listed(part: (typeof PARTS)[number], given: unknown): Listed[] {
  const all = (Array.isArray(given) ? given : given ? [given] : []) as Rule[];
  return all.map((one, at) => {
    const text = (name: string) => (typeof one[name] === "string" ? (one[name] as string) : "");
    const titled = one["title"] && typeof one["title"] === "object" ? Object.values(one["title"] as Record<string, string>)[0] : text("title");
    const value = Object.entries(one)
      .filter(([name, own]) => !APART.has(name) && !isBlank(own))
      .map(([name, own]) => `${word(name)} ${plain(own)}`)
      .join(t("semicolon"));
    const title = titled || text("field") || text("name") || text("id");
    return { id: `${part} ${at}`, cells: { rule: text("rule"), part, title: title ?? "", value, source: text("source"), assumed: text("assumed") } };
  });
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The name of a setting in the reader's language; the pack's own name where there is none. */
function word(name: string): string {
  const own = say(`setting.${name}`);
  return own === `setting.${name}` ? name : own;
}

function plain(value: unknown): string {
  if (value === true) return "✓";
  if (Array.isArray(value)) return value.map(plain).join("、");
  if (value && typeof value === "object") {
    return Object.entries(value)
      .filter(([, own]) => !isBlank(own))
      .map(([name, own]) => `${word(name)} ${plain(own)}`)
      .join(" ");
  }
  return String(value);
}
