// What-if (模拟): a period's complaints under other rules. What is wished stands above, what would differ below; nothing is written.

import { useMemo, useRef, useState } from "preact/hooks";
import { Failure } from "../../../api/client";
import type { Procedure, Procedures, Simulated } from "../../../api/types";
import { moved, monthIn, periodOf, type Span, spanOf } from "../../../store/period";
import { type Answer, type Progress, known, simulate, type Wish, withLine } from "../../../store/whatif";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { said, type TabProps, useLoaded } from "../parts";
import { Shown } from "./answer";
import { Changes, type Rules } from "./changes";
import { Idle, Working } from "./idle";
import { namesOf } from "./names";
import "../more.css";
import "./whatif.css";

interface Head {
  id: string;
  title: string;
  version: string;
  in_force?: boolean;
}

/** What was refused, by the part of the wish that it is about; what is about none stands under nothing. */
type Refused = Record<string, string[]>;

const SPANS: readonly Span[] = ["month", "quarter", "year"];
const NOTHING: Refused = {};

export function WhatIfTab(props: TabProps) {
  const { book } = props;
  const used = book.book.procedures;
  // Last year's complaints are what one weighs a change by.
  const [period, setPeriod] = useState(() => moved(periodOf(book.today, "year"), -1));
  const [of, setOf] = useState(used[0]?.id ?? "");
  const [procedure, setProcedure] = useState("");
  const [set, setSet] = useState<readonly string[]>([]);
  // A change that was begun and not added counts all the same.
  const [draft, setDraft] = useState("");
  const [running, setRunning] = useState<Progress>();
  const [answer, setAnswer] = useState<Answer>();
  const [refused, setRefused] = useState<Refused>(NOTHING);
  const [stopped, setStopped] = useState(false);
  const [round, setRound] = useState(0);
  const run = useRef(0);

  const heads = useLoaded(async () => (await book.client.get<Procedures>("/api/procedures")).procedures as unknown as Head[], [book.columns]);
  const other = procedure.split("@")[0] ?? "";
  // With other rules for one procedure's complaints only, or with none at all, everything may be looked at.
  const mayAll = procedure === "" ? set.length === 0 && draft === "" : !used.some((one) => one.id === other);
  const whose = of === "" && !mayAll ? (used[0]?.id ?? "") : of;
  const base = other || whose || (used[0]?.id ?? "");
  const tried = useRules(book, base);
  const own = useRules(book, whose === base ? "" : whose);
  const names = useMemo(() => namesOf(book, [own.found, tried.found]), [own.found, tried.found, book.columns]);
  const versions = heads.found ?? used.map((one) => ({ id: one.id, title: one.title, version: one.version, in_force: true }));
  const mine = (one: Head) => used.some((own) => own.id === one.id);

  const wish: Wish = { period, of: whose, procedure, set };
  const stale = answer !== undefined && JSON.stringify(answer.wish) !== JSON.stringify({ ...wish, set: draft === "" ? set : withLine(set, draft) });
  const go = (next: string) => {
    setPeriod(next);
    setRefused(NOTHING);
  };
  /** What was begun is of the rules that were chosen before. */
  const anew = (choose: () => void) => {
    choose();
    setDraft("");
    setRefused(NOTHING);
  };
  const begin = async () => {
    const all = draft === "" ? set : withLine(set, draft);
    setSet(all);
    if (draft !== "") {
      setDraft("");
      setRound(round + 1);
    }
    setRefused(NOTHING);
    setStopped(false);
    const mark = ++run.current;
    const live = () => run.current === mark;
    const next = { ...wish, set: all };
    try {
      const found = await simulate(
        next,
        known(book.rows, next),
        (body) => book.client.post<Simulated>("/api/simulate", body),
        () => !live(),
        setRunning,
      );
      if (!live()) return;
      setAnswer(found);
    } catch (failure) {
      if (!live()) return;
      setRefused(byField(failure));
    }
    setRunning(undefined);
  };
  const stop = () => {
    run.current++;
    setRunning(undefined);
    setStopped(true);
  };
  const busy = running !== undefined;
  const wrong = heads.wrong || tried.wrong || own.wrong;

  return (
    <div class="page whatif">
      <div class="tools" role="toolbar" aria-label={t("tab.whatif")}>
        {SPANS.map((one) => (
          <button type="button" key={one} disabled={busy} aria-pressed={spanOf(period) === one} onClick={() => go(periodOf(monthIn(period, true) > book.today.slice(0, 7) ? book.today : monthIn(period, true), one))}>
            {t(`rollup.${one}`)}
          </button>
        ))}
        <button type="button" disabled={busy} aria-label={t("rollup.earlier")} onClick={() => go(moved(period, -1))}>
          ←
        </button>
        <b class="num period">{period}</b>
        <button type="button" aria-label={t("rollup.later")} disabled={busy || monthIn(moved(period, 1), false) > book.today.slice(0, 7)} onClick={() => go(moved(period, 1))}>
          →
        </button>
        <Refusals all={refused["period"]} />
        <span class="rule" />
        <label class="inline">
          <span>{t("whatif.of")}</span>
          <select value={whose} disabled={busy} onChange={(event) => anew(() => setOf(event.currentTarget.value))}>
            {used.map((one) => (
              <option key={one.id} value={one.id} selected={one.id === whose}>
                {one.id} {one.title}
              </option>
            ))}
            <option value="" disabled={!mayAll} selected={whose === ""}>
              {t("whatif.of_all")}
            </option>
          </select>
        </label>
        <label class="inline">
          <span>{t("whatif.under")}</span>
          <select value={procedure} disabled={busy} onChange={(event) => anew(() => setProcedure(event.currentTarget.value))}>
            <option value="" selected={procedure === ""}>
              {t("whatif.under_own")}
            </option>
            {([true, false] as const).map((inUse) => (
              <optgroup key={String(inUse)} label={t(inUse ? "whatif.in_use" : "whatif.others")}>
                {versions
                  .filter((one) => mine(one) === inUse)
                  .map((one) => (
                    <option key={`${one.id}@${one.version}`} value={`${one.id}@${one.version}`} selected={procedure === `${one.id}@${one.version}`}>
                      {one.id} {one.title} · {one.version}
                      {one.in_force ? ` · ${t("procedure.in_force")}` : ""}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </label>
        <Refusals all={refused["procedure"]} />
        <span class="spring" />
        {(wrong || refused[""]) && (
          <span class="bad" role="alert">
            {refused[""]?.join(t("semicolon")) ?? wrong}
          </span>
        )}
        {busy ? (
          <button type="button" onClick={stop}>
            {t("cancel")}
          </button>
        ) : (
          <button type="button" class="main" onClick={() => void begin()}>
            {t("whatif.run")}
          </button>
        )}
      </div>
      <Changes
        // Another procedure has other rules to choose from; what was begun is among the lines by now.
        key={`${base} ${round}`}
        rules={tried.found?.id === base ? tried.found : undefined}
        names={names}
        set={set}
        draft={draft}
        disabled={busy}
        refused={refused["set"] ?? []}
        onSet={(next) => {
          setSet(next);
          setRefused(NOTHING);
        }}
        onDraft={setDraft}
      />
      {running ? (
        <Working progress={running} />
      ) : answer ? (
        <Shown {...props} answer={answer} stale={stale} names={names} onAgain={() => void begin()} />
      ) : (
        <Idle stopped={stopped} />
      )}
    </div>
  );
}

function useRules(book: Workbook, id: string) {
  return useLoaded(async () => (id === "" ? undefined : ((await book.client.get<Procedure>(`/api/procedures/${encodeURIComponent(id)}`)) as unknown as Rules)), [id, book.columns]);
}

function Refusals({ all }: { all: readonly string[] | undefined }) {
  return all ? (
    <span class="bad" role="alert">
      {all.join(t("semicolon"))}
    </span>
  ) : null;
}

function byField(failure: unknown): Refused {
  const all = failure instanceof Failure && !failure.offline ? failure.all : [];
  if (all.length === 0) return { "": [said(failure)] };
  const found: Refused = {};
  for (const { field = "", message } of all) {
    const place = ["period", "procedure", "set"].includes(field) ? field : field === "of" ? "procedure" : "";
    found[place] = [...(found[place] ?? []), message.replaceAll("`", "")];
  }
  return found;
}
