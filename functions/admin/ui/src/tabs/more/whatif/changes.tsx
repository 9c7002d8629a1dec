// What is changed for the trial: a rule is chosen from the procedure's own and given another value, or a line is written freely.

import { useState } from "preact/hooks";
import { type Amount, amount, amountText, type Names, parted, type Unit, UNITS, withLine } from "../../../store/whatif";
import { current, t } from "../../../texts";

/** The parts of a procedure that changes are offered for. */
export interface Rules {
  id: string;
  hours: string;
  desks: string[];
  deadlines: { rule: string; title: string | null; within: string | null; at_once: boolean }[];
  approvals: { rule: string; title: string | null; approver: string | null }[];
  milestones: { name: string; title: string | null }[];
}

interface Props {
  /** Nothing while they are read. */
  rules: Rules | undefined;
  names: Names;
  set: readonly string[];
  /** A line that was begun and not added. */
  draft: string;
  disabled: boolean;
  refused: readonly string[];
  onSet(lines: readonly string[]): void;
  onDraft(line: string): void;
}

export function Changes({ rules, names, set, draft, disabled, refused, onSet, onDraft }: Props) {
  const [chosen, setChosen] = useState("");
  const [count, setCount] = useState("");
  const [unit, setUnit] = useState<Unit>("days");
  const [text, setText] = useState("");
  const [what] = split(chosen);
  const deadlines = rules?.deadlines.filter((one) => one.within !== null || one.at_once) ?? [];
  const approvals = rules?.approvals.filter((one) => one.approver !== null) ?? [];
  const examples = examplesOf(rules);

  const draw = (to: { chosen: string; count?: string; unit?: Unit; text?: string }) => {
    const [kind, own] = split(to.chosen);
    setChosen(to.chosen);
    setCount(to.count ?? "");
    setUnit(to.unit ?? "days");
    setText(to.text ?? "");
    onDraft(lineOf(kind, own, to.count ?? "", to.unit ?? "days", to.text ?? "", rules));
  };
  const choose = (next: string) => {
    const [kind, own] = split(next);
    const now = kind === "deadline" ? amount(deadlines.find((one) => one.rule === own)?.within ?? "") : undefined;
    const was = kind === "approval" ? (approvals.find((one) => one.rule === own)?.approver ?? "") : kind === "hours" ? (rules?.hours ?? "") : "";
    draw({ chosen: next, count: now?.count ?? "", unit: now?.unit ?? "days", text: was });
  };
  const add = () => {
    if (draft === "") return;
    onSet(withLine(set, draft));
    draw({ chosen: "" });
  };

  return (
    <section class="changes" aria-label={t("whatif.changes")}>
      <h3>{t("whatif.changes")}</h3>
      {set.length > 0 && (
        <ul class="lines">
          {set.map((line) => (
            <li key={line}>
              <Line line={line} rules={rules} names={names} />
              <button type="button" class="plain" disabled={disabled} aria-label={t("whatif.remove", { line })} onClick={() => onSet(set.filter((own) => own !== line))}>
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="add"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <select aria-label={t("whatif.what")} value={chosen} disabled={disabled || !rules} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="" selected={chosen === ""}>
            {t(set.length > 0 ? "whatif.choose_more" : "whatif.choose")}
          </option>
          {deadlines.length > 0 && (
            <optgroup label={t("procedure.deadlines")}>
              {deadlines.map((one) => (
                <option key={one.rule} value={`deadline ${one.rule}`} selected={chosen === `deadline ${one.rule}`}>
                  {names.rule(one.rule)} · {one.within ? spelled(one.within) : t("whatif.at_once")}
                </option>
              ))}
            </optgroup>
          )}
          {approvals.length > 0 && (
            <optgroup label={t("procedure.approvals")}>
              {approvals.map((one) => (
                <option key={one.rule} value={`approval ${one.rule}`} selected={chosen === `approval ${one.rule}`}>
                  {names.rule(one.rule)} · {one.approver}
                </option>
              ))}
            </optgroup>
          )}
          <optgroup label={t("whatif.rest")}>
            <option value="hours" selected={chosen === "hours"}>
              {t("whatif.hours")} · {rules?.hours ?? ""}
            </option>
            <option value="line" selected={chosen === "line"}>
              {t("whatif.line")}
            </option>
          </optgroup>
        </select>
        {what === "deadline" && (
          <>
            <span class="quiet">→</span>
            <input class="short" aria-label={t("whatif.count")} inputMode="decimal" value={count} disabled={disabled} autofocus onInput={(event) => draw({ chosen, count: event.currentTarget.value.normalize("NFKC").trim(), unit })} />
            <select aria-label={t("whatif.unit")} value={unit} disabled={disabled} onChange={(event) => draw({ chosen, count, unit: event.currentTarget.value as Unit })}>
              {UNITS.map((one) => (
                <option key={one} value={one} selected={one === unit}>
                  {t(`amount.${one}`, { n: "" }).trim()}
                </option>
              ))}
            </select>
          </>
        )}
        {what === "approval" && (
          <>
            <span class="quiet">→</span>
            <select aria-label={t("setting.approver")} value={text} disabled={disabled} onChange={(event) => draw({ chosen, text: event.currentTarget.value })}>
              {[...new Set([text, ...(rules?.desks ?? [])])].map((one) => (
                <option key={one} value={one} selected={one === text}>
                  {one}
                </option>
              ))}
            </select>
          </>
        )}
        {(what === "hours" || what === "line") && (
          <>
            <span class="quiet">→</span>
            <input
              class="long"
              aria-label={t(what === "hours" ? "whatif.hours" : "whatif.line")}
              placeholder={what === "line" ? (examples[0] ?? "") : ""}
              value={text}
              disabled={disabled}
              spellcheck={false}
              onInput={(event) => draw({ chosen, text: event.currentTarget.value })}
            />
          </>
        )}
        {chosen !== "" && (
          <button type="submit" disabled={disabled || draft === ""}>
            {t("whatif.add")}
          </button>
        )}
        {draft !== "" && what !== "line" && <code class="quiet">{draft}</code>}
      </form>
      {refused.map((why) => (
        <p key={why} class="bad" role="alert">
          {why}
        </p>
      ))}
      {what === "line" && (
        <div class="path-help">
          <p>{t("whatif.path_help")}</p>
          <ul>
            {examples.map((line) => (
              <li key={line}>
                <button type="button" class="link" disabled={disabled} onClick={() => draw({ chosen: "line", text: line })}>
                  <code>{line}</code>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** A line in words where it is one of those that are offered: whose value, what it is now, what it would be. */
function Line({ line, rules, names }: { line: string; rules: Rules | undefined; names: Names }) {
  const { path, value } = parted(line) ?? { path: line, value: "" };
  const deadline = rules?.deadlines.find((one) => path === `deadline.${one.rule}.within`);
  const approval = rules?.approvals.find((one) => path === `approval.${one.rule}.approver`);
  const was = deadline ? (deadline.within ? spelled(deadline.within) : t("whatif.at_once")) : approval ? approval.approver : path === "procedure.hours" ? rules?.hours : undefined;
  if (was === undefined || was === null) return <code>{line}</code>;
  return (
    <span title={line}>
      {deadline || approval ? names.rule((deadline ?? approval)?.rule ?? "") : t("whatif.hours")} <span class="was">{was}</span> → <b>{deadline ? spelled(value) : value}</b>
    </span>
  );
}

function split(chosen: string): [string, string] {
  const at = chosen.indexOf(" ");
  return at < 0 ? [chosen, ""] : [chosen.slice(0, at), chosen.slice(at + 1)];
}

/** The line of what was typed; nothing while it says nothing new. */
function lineOf(kind: string, rule: string, count: string, unit: Unit, text: string, rules: Rules | undefined): string {
  if (kind === "deadline") {
    const value = amountText({ count, unit });
    return value === "" || value === rules?.deadlines.find((one) => one.rule === rule)?.within ? "" : `deadline.${rule}.within=${value}`;
  }
  if (kind === "approval") return text === "" || text === rules?.approvals.find((one) => one.rule === rule)?.approver ? "" : `approval.${rule}.approver=${text}`;
  if (kind === "hours") return text.trim() === "" || text === rules?.hours ? "" : `procedure.hours=${text.trim()}`;
  return kind === "line" ? text.trim() : "";
}

/** Lines that fit this procedure. */
function examplesOf(rules: Rules | undefined): string[] {
  // The last ones are seldom parts of a whole, which must be changed together.
  const limit = rules?.deadlines.filter((one) => one.within !== null).at(-1);
  const approval = rules?.approvals.find((one) => one.approver !== null);
  const desk = rules?.desks.find((one) => one !== approval?.approver);
  return [
    ...(limit ? [`deadline.${limit.rule}.within=2 weeks`, `deadline.${limit.rule}.pausable=true`] : []),
    ...(limit && rules?.desks[0] ? [`deadline.${limit.rule}.responsible=${rules.desks[0]}`] : []),
    ...(approval && desk ? [`approval.${approval.rule}.approver=${desk}`] : []),
    "procedure.hours=09:00-12:00,13:00-18:00",
  ];
}

/** An amount of a pack in the reader's words. */
export function spelled(text: string): string {
  const found: Amount | undefined = amount(text);
  // Packs are written in English.
  return found && current() !== "en" ? t(`amount.${found.unit}`, { n: found.count }) : text;
}
