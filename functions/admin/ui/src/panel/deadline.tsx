// One deadline with how it was counted: which hours and days, which were skipped and why, whom it climbs to, which clause.

import type { Book } from "../api/types";
import { t } from "../texts";

export interface Deadline {
  rule: string;
  title?: string | null;
  source?: string | null;
  assumed?: string | null;
  within?: string | null;
  clock: string;
  from: string;
  until: string;
  due_at: string;
  done_at?: string | null;
  state: string;
  provisional: boolean;
  responsible: string;
  rungs: { at: string; tell: string }[];
  steps: { what?: string; unit?: string; day?: string; from: string; to: string; name?: string | null; counted?: string | null }[];
}

export function Limit({ one, words }: { one: Deadline; words: Book["words"] }) {
  const word = (table: string, code: string | undefined | null) => (code ? (words[table]?.[code] ?? code) : "");
  return (
    <details class={`limit is-${one.state}`}>
      <summary>
        <span>{one.title || one.rule}</span>
        <b>{one.due_at}</b>
        <i>{word("deadline", one.state)}</i>
      </summary>
      <p class="quiet">
        {one.from} → {one.until} · {one.within ?? ""} {word("clock", one.clock)} · {one.responsible}
        {one.done_at && ` · ${t("done_at")} ${one.done_at}`}
      </p>
      {one.steps.length > 0 && (
        <table>
          <tbody>
            {one.steps.map((step, at) => (
              <tr key={at} class={step.what}>
                <td class="num">{step.from}</td>
                <td class="num">{step.to}</td>
                <td>{word("step", step.what)}</td>
                <td class="num">
                  {step.counted} {word("step", step.unit)}
                </td>
                <td>
                  {word("day", step.day)} {step.name ?? ""}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {one.rungs.length > 0 && <p class="quiet">{one.rungs.map((rung) => `${rung.at} → ${rung.tell}`).join("; ")}</p>}
      <p class="quiet">
        {t("clause")}: {one.rule} {one.source ?? ""}
        {one.assumed && ` · ${t("assumed", { why: one.assumed })}`}
      </p>
    </details>
  );
}
