// The menu of a column's head, as Excel's: sort, filter by ticks, by conditions, dates by year and month, hide, freeze.

import { useMemo, useState } from "preact/hooks";
import { type Condition, type Filter, isEmpty, type Test } from "../store/filter";
import { type Column, DATED, NUMERIC } from "../store/kinds";
import { amount, shown } from "../store/values";
import { say, t } from "../texts";
import { Popup } from "./popup";

/** The most values that are listed; the search finds the others. */
const LISTED = 800;

interface Props {
  column: Column;
  x: number;
  y: number;
  filter: Filter | undefined;
  /** The different values among the rows that the other columns' filters leave. */
  values: { value: string; count: number }[];
  frozen: boolean;
  onSort(down: boolean, add: boolean): void;
  onUnsort(): void;
  onFilter(filter: Filter | undefined): void;
  onHide(): void;
  onFreeze(): void;
  onHelp(): void;
  onGroup(): void;
  onClose(): void;
}

/** One line of ticks. */
interface Line {
  /** What is ticked with it: a value, or the beginning of dates. */
  value: string;
  label: string;
  count: number;
  depth: number;
}

export function FilterMenu(props: Props) {
  const { column, filter } = props;
  const [search, setSearch] = useState("");
  const lines = useMemo(() => linesOf(column, props.values), [column, props.values]);
  const leaves = useMemo(() => lines.filter((line) => !isParent(column, line, lines)), [lines]);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => startingTicks(column, filter, leaves));
  const [first, setFirst] = useState<Condition>(filter?.conditions?.[0] ?? { test: "contains", a: "" });
  const [second, setSecond] = useState<Condition | undefined>(filter?.conditions?.[1]);
  const [any, setAny] = useState(filter?.any === true);
  const [more, setMore] = useState((filter?.conditions ?? []).length > 0);

  const wanted = search.normalize("NFKC").trim().toLowerCase();
  const fits = (line: Line) => wanted === "" || line.label.normalize("NFKC").toLowerCase().includes(wanted) || line.value.includes(wanted);
  const found = wanted === "" ? lines : leaves.filter(fits);
  const foundLeaves = wanted === "" ? leaves : found;
  const under = (line: Line) => leaves.filter((leaf) => leaf.value === line.value || (DATED.has(column.kind) && line.value !== "" && leaf.value.startsWith(line.value)));
  const state = (line: Line): "on" | "off" | "part" => {
    const own = under(line);
    const on = own.filter((leaf) => ticked.has(leaf.value)).length;
    return on === 0 ? "off" : on === own.length ? "on" : "part";
  };
  const toggle = (own: Line[], on: boolean) => {
    const next = new Set(ticked);
    for (const leaf of own) {
      if (on) next.add(leaf.value);
      else next.delete(leaf.value);
    }
    setTicked(next);
  };
  const allOn = foundLeaves.length > 0 && foundLeaves.every((leaf) => ticked.has(leaf.value));

  const apply = () => {
    const next: Filter = {};
    // A search narrows what is ticked to what it found, as Excel does.
    const chosen = wanted === "" ? ticked : new Set(foundLeaves.filter((leaf) => ticked.has(leaf.value)).map((leaf) => leaf.value));
    if (chosen.size < leaves.length) next.ticked = [...chosen];
    const conditions = [first, second].filter((one): one is Condition => one !== undefined && complete(one));
    if (more && conditions.length > 0) {
      next.conditions = conditions;
      if (any) next.any = true;
    }
    props.onFilter(isEmpty(next) ? undefined : next);
  };

  return (
    <Popup x={props.x} y={props.y} label={column.title} onClose={props.onClose} class="filter">
      <div class="lines">
        <button type="button" onClick={() => props.onSort(false, false)}>
          ↑ {t("sort_up")}
        </button>
        <button type="button" onClick={() => props.onSort(true, false)}>
          ↓ {t("sort_down")}
        </button>
        <button type="button" onClick={() => props.onSort(false, true)}>
          ＋ {t("sort_add")}
        </button>
        <button type="button" onClick={props.onUnsort}>
          {t("sort_clear")}
        </button>
        <hr />
        <button type="button" disabled={isEmpty(filter)} onClick={() => props.onFilter(undefined)}>
          {t("filter_clear", { column: column.title })}
        </button>
        <button type="button" onClick={props.onHide}>
          {t("hide_column")}
        </button>
        <button type="button" onClick={props.onFreeze}>
          {props.frozen ? t("freeze_none") : t("freeze_here")}
        </button>
        <button type="button" onClick={props.onGroup}>
          {t("group_by")}
        </button>
        <button type="button" onClick={props.onHelp}>
          {t("column_help")}
        </button>
        <hr />
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <button type="button" class="link" aria-expanded={more} onClick={() => setMore(!more)}>
          {t("filter_conditions")} {more ? "▴" : "▾"}
        </button>
        {more && (
          <fieldset class="conditions">
            <OneCondition column={column} value={first} onChange={setFirst} />
            <label>
              <input type="radio" name="join" checked={!any} onChange={() => setAny(false)} /> {t("filter_and")}
            </label>
            <label>
              <input type="radio" name="join" checked={any} onChange={() => setAny(true)} /> {t("filter_or")}
            </label>
            <OneCondition column={column} value={second ?? { test: "contains", a: "" }} onChange={setSecond} />
          </fieldset>
        )}
        <input
          type="search"
          autofocus
          placeholder={t("filter_search")}
          aria-label={t("filter_search")}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <div class="ticks">
          <label class="tick">
            <input type="checkbox" checked={allOn} onChange={() => toggle(foundLeaves, !allOn)} />
            <b>{wanted === "" ? t("filter_all") : t("filter_found")}</b>
          </label>
          {found.slice(0, LISTED).map((line) => (
            <Tick key={`${line.depth} ${line.value}`} line={line} state={state(line)} onChange={(on) => toggle(under(line), on)} />
          ))}
          {found.length > LISTED && <p class="quiet">{t("filter_more", { n: found.length - LISTED })}</p>}
        </div>
        <p class="buttons">
          <button type="submit" class="main">
            {t("ok")}
          </button>
          <button type="button" onClick={props.onClose}>
            {t("cancel")}
          </button>
        </p>
      </form>
    </Popup>
  );
}

const DEPTHS = ["", "d1", "d2", "d3"];

function Tick({ line, state, onChange }: { line: Line; state: "on" | "off" | "part"; onChange(on: boolean): void }) {
  return (
    <label class={`tick ${DEPTHS[line.depth] ?? ""}`}>
      <input
        type="checkbox"
        checked={state === "on"}
        ref={(own: HTMLInputElement | null) => {
          if (own) own.indeterminate = state === "part";
        }}
        onChange={() => onChange(state !== "on")}
      />
      <span>{line.label || t("filter_blank")}</span>
      <i>{line.count}</i>
    </label>
  );
}

function OneCondition({ column, value, onChange }: { column: Column; value: Condition; onChange(next: Condition): void }) {
  const ordered = NUMERIC.has(column.kind) || DATED.has(column.kind);
  const tests: Test[] = ordered
    ? ["is", "is_not", "over", "at_least", "under", "at_most", "between", "empty", "filled"]
    : ["contains", "lacks", "is", "is_not", "begins", "ends", "empty", "filled"];
  const test = tests.includes(value.test) ? value.test : (tests[0] ?? "is");
  const word = (one: Test) => (DATED.has(column.kind) ? say(`test.date.${one}`) : "");
  const name = (one: Test) => (word(one) && word(one) !== `test.date.${one}` ? word(one) : say(`test.${one}`));
  const bare = test === "empty" || test === "filled";
  const type = (DATED.has(column.kind) ? "date" : "text") as "text";
  return (
    <p class="condition">
      <select value={test} aria-label={t("filter_conditions")} onChange={(event) => onChange({ ...value, test: event.currentTarget.value as Test })}>
        {tests.map((one) => (
          <option key={one} value={one}>
            {name(one)}
          </option>
        ))}
      </select>
      {!bare && <input type={type} value={value.a} aria-label={name(test)} onInput={(event) => onChange({ ...value, test, a: event.currentTarget.value })} />}
      {test === "between" && (
        <input type={type} value={value.b ?? ""} aria-label={name(test)} onInput={(event) => onChange({ ...value, test, b: event.currentTarget.value })} />
      )}
    </p>
  );
}

function complete(one: Condition): boolean {
  if (one.test === "empty" || one.test === "filled") return true;
  return one.a.trim() !== "" && (one.test !== "between" || (one.b ?? "").trim() !== "");
}

/** The lines of ticks: of dates a tree of years and months, of all else the values in their order. */
export function linesOf(column: Column, values: readonly { value: string; count: number }[]): Line[] {
  const blank = values.filter((one) => one.value === "").map((one) => ({ ...one, label: "", depth: 0 }));
  const filled = values.filter((one) => one.value !== "");
  if (!DATED.has(column.kind)) {
    const order = order_(column);
    const lines = filled.map((one) => ({ ...one, label: shown(column, one.value), depth: 0 }));
    return [...lines.sort((a, b) => order(a.value, b.value) || a.label.localeCompare(b.label, "zh-Hans-u-co-pinyin")), ...blank];
  }
  const counts = new Map<string, number>();
  for (const { value, count } of filled) {
    for (const length of [4, 7, 10]) {
      const part = value.slice(0, length);
      counts.set(part, (counts.get(part) ?? 0) + count);
    }
  }
  const lines = [...counts].sort(([a], [b]) => compareDates(a, b)).map(([value, count]) => {
    const depth = value.length === 4 ? 0 : value.length === 7 ? 1 : 2;
    return { value, label: value, count, depth };
  });
  return [...lines, ...blank];
}

/** The newest year first; in it months and days in their order, each after its parent. */
function compareDates(a: string, b: string): number {
  if (a.slice(0, 4) !== b.slice(0, 4)) return a < b ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function order_(column: Column): (a: string, b: string) => number {
  if (NUMERIC.has(column.kind)) return (a, b) => amount(a) - amount(b);
  if (column.options.length === 0) return () => 0;
  const place = new Map(column.options.map(([code], at) => [code, at]));
  return (a, b) => (place.get(a) ?? 9999) - (place.get(b) ?? 9999);
}

function isParent(column: Column, line: Line, lines: readonly Line[]): boolean {
  return DATED.has(column.kind) && line.value.length < 10 && lines.some((one) => one.value.length === 10 && one.value.startsWith(line.value) && line.value !== "");
}

function startingTicks(column: Column, filter: Filter | undefined, leaves: readonly Line[]): ReadonlySet<string> {
  const old = filter?.ticked;
  if (!old) return new Set(leaves.map((leaf) => leaf.value));
  const set = new Set(old);
  const dated = DATED.has(column.kind);
  const on = (value: string) => set.has(value) || (dated && value !== "" && (set.has(value.slice(0, 4)) || set.has(value.slice(0, 7))));
  return new Set(leaves.filter((leaf) => on(leaf.value)).map((leaf) => leaf.value));
}
