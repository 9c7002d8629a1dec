// What a period says, from the counts at the top to the lists at the end; every count leads to the complaints it counts.

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Rollup } from "../../../api/types";
import type { Filters } from "../../../store/filter";
import { filtersOf, moved } from "../../../store/period";
import { moment } from "../../../store/values";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { type Bar, Bars, Control } from "./charts";
import type { Axis, Headline, KeyFigure, Row, Trend } from "./shapes";

interface Props {
  book: Workbook;
  rollup: Rollup;
  onShow(filters: Filters): void;
  onFigures(): void;
  onTab(name: string): void;
}

/** So many columns a drawing has at most; the table has all. */
const MOST_BARS = 12;

export function Page({ book, rollup, onShow: show, onFigures, onTab }: Props) {
  const { columns } = book;
  // A rollup is of one procedure, and what turned out to be no complaint it counts apart.
  const onShow = (filters: Filters) => {
    const word = book.book.words["stage"]?.["not_a_complaint"] ?? "not_a_complaint";
    show({ procedure: { ticked: [rollup.procedure] }, stage: { conditions: [{ test: "is_not", a: word }] }, ...filters });
  };
  const before = rollup.compared.find((one) => one.which === "before")?.period;
  const year = rollup.compared.find((one) => one.which === "year_before")?.period;
  const nothing = rollup.complaints.every((one) => one.n === 0);
  const axes = rollup.axes.filter((one) => one.rows.length > 0);
  // Months that have not begun have no point.
  const now = rollup.as_of.slice(0, 7);
  const trends = rollup.trends.map((one) => ({ ...one, months: one.months.filter((month) => month.at <= now) })).filter((one) => one.months.length > 0);
  const ways = axes.filter((one) => one.axis !== "month");
  if (nothing && rollup.kpis.every((one) => one.value === null)) {
    return (
      <div class="empty">
        <h2>{t("rollup.empty", { period: rollup.period })}</h2>
        <p>{t("rollup.empty_help")}</p>
        <p class="buttons">
          <button type="button" class="main" onClick={() => onTab("imports")}>
            {t("first.import")}
          </button>
          <button type="button" onClick={onFigures}>
            {t("rollup.figures")}
          </button>
        </p>
      </div>
    );
  }
  return (
    <article class="report">
      <header class="report-head">
        <h2>
          {rollup.procedure} {rollup.procedure_title} · {rollup.period}
        </h2>
        <p class="quiet">
          {[rollup.company, t("rollup.as_of", { at: moment(rollup.as_of, false) }), rollup.version > 0 ? `V${rollup.version}` : ""].filter(Boolean).join(" · ")}
        </p>
      </header>
      <section class="counts">
        {rollup.complaints.map((one) => (
          <Count key={one.key} one={one} before={before} year={year} onShow={() => onShow(headline(one, rollup, book))} />
        ))}
        <Days title={t("rollup.median")} values={rollup.closing.median} before={before} year={year} />
        <Days title={t("rollup.p90")} values={rollup.closing.p90} before={before} year={year} />
      </section>
      {(rollup.signals.length > 0 || rollup.missing.length > 0) && (
        <section class="alarms">
          {rollup.signals.map((one) => (
            <p key={one.text} class="alarm">
              <b aria-hidden="true">◆</b> {one.text}{" "}
              <button type="button" class="link" onClick={() => onShow(filtersOf(one.filter, columns))}>
                {t("rollup.look")}
              </button>
            </p>
          ))}
          {rollup.missing.length > 0 && (
            <p class="alarm is-missing">
              <b aria-hidden="true">?</b> {t("rollup.missing", { names: rollup.missing.map((one) => t("labelled", { name: one.title, text: spans(one.months) })).join(t("semicolon")) })}{" "}
              <button type="button" class="link" onClick={onFigures}>
                {t("rollup.figures")}
              </button>
            </p>
          )}
        </section>
      )}
      {rollup.kpis.length > 0 && <KeyFigures all={rollup.kpis} before={before} year={year} />}
      <div class="cards-of-charts">
        {ways.length > 0 && <Pareto axes={ways} before={before} year={year} columns={columns} onShow={onShow} />}
        {trends.length > 0 && <Trends trends={trends} columns={columns} onShow={onShow} />}
        <ClosingTimes rollup={rollup} />
        {axes.some((one) => one.axis === "month" && one.rows.length > 1) && <ByMonth axis={axes.find((one) => one.axis === "month") as Axis} columns={columns} onShow={onShow} />}
      </div>
      <Lists rollup={rollup} onShow={onShow} />
    </article>
  );
}

/** Which complaints one of the counts is about; what stood open at the end is told by the day of closing. */
function headline(one: Headline, rollup: Rollup, book: Workbook): Filters {
  const filters = filtersOf(one.filter, book.columns);
  const to = one.filter.to;
  if (one.key === "closed") return { closed_at: filtersOf({ ...one.filter, from: rollup.months[0] ?? to }, book.columns)["received_at"] ?? {} };
  if (one.key === "open_at_end") {
    return { ...filters, closed_at: { any: true, conditions: [{ test: "empty", a: "" }, { test: "over", a: to }] } };
  }
  if (one.key === "overdue_at_end") return { number: { ticked: rollup.overdue.map((late) => late.number) } };
  return filters;
}

function Change({ now, then, period }: { now: number | null; then: number | null | undefined; period: string | undefined }) {
  if (then === null || then === undefined || now === null || period === undefined) return null;
  const by = Math.round((now - then) * 10) / 10;
  return (
    <span class="change num">
      {by > 0 ? "▲" : by < 0 ? "▼" : "＝"} {by === 0 ? "" : Math.abs(by).toLocaleString()} <span class="quiet">{t("rollup.against", { period, n: then.toLocaleString() })}</span>
    </span>
  );
}

function Count({ one, before, year, onShow }: { one: Headline; before: string | undefined; year: string | undefined; onShow(): void }) {
  return (
    <div class={`count is-${one.key}`}>
      <span class="quiet">{one.title}</span>
      {one.n > 0 ? (
        <button type="button" class="big num" aria-label={t("labelled", { name: one.title, text: one.n })} title={t("rollup.look")} onClick={onShow}>
          {one.n.toLocaleString()}
        </button>
      ) : (
        <b class="big num">0</b>
      )}
      <Change now={one.n} then={one.before} period={before} />
      {year !== before && <Change now={one.n} then={one.year_before} period={year} />}
    </div>
  );
}

function Days({ title, values, before, year }: { title: string; values: readonly (number | null)[]; before: string | undefined; year: string | undefined }) {
  const [now = null, then, then_] = values;
  return (
    <div class="count">
      <span class="quiet">{title}</span>
      <b class="big num">{now === null ? "—" : now.toLocaleString()}</b>
      <Change now={now} then={then} period={before} />
      {year !== before && <Change now={now} then={then_} period={year} />}
    </div>
  );
}

function KeyFigures({ all, before, year }: { all: readonly KeyFigure[]; before: string | undefined; year: string | undefined }) {
  const shown = (value: string | null, unit: string | null) => (value === null ? "—" : `${Number(value).toLocaleString(undefined, { maximumFractionDigits: 2 })}${unit === "percent" ? " %" : ""}`);
  const earlier = all.some((one) => one.before !== null);
  const years = year !== undefined && year !== before && all.some((one) => one.year_before !== null);
  return (
    <section>
      <table class="wide full kpis">
        <caption>{t("rollup.kpis")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("procedure.title")}</th>
            <th scope="col" class="num">
              {t("rollup.value")}
            </th>
            <th scope="col" class="num">
              {t("rollup.of")}
            </th>
            <th scope="col">{t("setting.target")}</th>
            <th scope="col">{t("rollup.light")}</th>
            {earlier && (
              <th scope="col" class="num">
                {before}
              </th>
            )}
            {years && (
              <th scope="col" class="num">
                {year}
              </th>
            )}
            <th scope="col">{t("clause")}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.title}</th>
              <td class="num">
                <b>{shown(one.value, one.unit)}</b>
              </td>
              <td class="num quiet">{one.of ? one.of.map((part) => Number(part).toLocaleString()).join(" / ") : ""}</td>
              <td>{one.target_text || <span class="quiet">—</span>}</td>
              <td class="light-cell">
                <span class={`light is-${one.light}`} aria-hidden="true" /> {one.light_text}
              </td>
              {earlier && <td class="num">{shown(one.before, one.unit)}</td>}
              {years && <td class="num">{shown(one.year_before, one.unit)}</td>}
              <td class="quiet" title={one.assumed ? t("assumed", { why: one.assumed }) : undefined}>
                {one.source}
                {one.assumed && <span class="soon"> *</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Card({ title, tools, children, table }: { title: string; tools?: ComponentChildren; children: ComponentChildren; table: ComponentChildren }) {
  return (
    <section class="chart-card">
      <header>
        <h3>{title}</h3>
        {tools}
      </header>
      <div class="chart-pair">
        {children}
        <div class="chart-table" role="region" aria-label={title} tabIndex={0}>
          {table}
        </div>
      </div>
    </section>
  );
}

type Shower = { columns: Workbook["columns"]; onShow(filters: Filters): void };

function Pareto({ axes, before, year, columns, onShow }: { axes: readonly Axis[]; before: string | undefined; year: string | undefined } & Shower) {
  const [name, setName] = useState(axes[0]?.axis);
  const axis = axes.find((one) => one.axis === name) ?? axes[0];
  if (!axis) return null;
  const go = (row: Row) => () => onShow(filtersOf(row.filter, columns));
  const bars: Bar[] = axis.rows.slice(0, MOST_BARS).map((row) => ({ key: row.value, label: row.label, n: row.n, cumulative: row.cumulative, before: row.before, go: go(row) }));
  return (
    <Card
      title={t("rollup.pareto", { axis: axis.title })}
      tools={
        <span class="choice" role="group" aria-label={t("rollup.by")}>
          {axes.map((one) => (
            <button type="button" key={one.axis} aria-pressed={one === axis} onClick={() => setName(one.axis)}>
              {one.title}
            </button>
          ))}
        </span>
      }
      table={
        <table class="wide full">
          <thead>
            <tr>
              <th scope="col">{axis.title}</th>
              <th scope="col" class="num">
                {t("customer.all")}
              </th>
              <th scope="col" class="num">
                {t("share")}
              </th>
              <th scope="col" class="num">
                {t("rollup.cumulative")}
              </th>
              {before && (
                <th scope="col" class="num">
                  {before}
                </th>
              )}
              {year && year !== before && (
                <th scope="col" class="num">
                  {year}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {axis.rows.map((row) => (
              <tr key={row.value}>
                <th scope="row">{row.label}</th>
                <td class="num">
                  <button type="button" class="link" aria-label={t("labelled", { name: row.label, text: row.n })} onClick={go(row)}>
                    {row.n.toLocaleString()}
                  </button>
                </td>
                <td class="num">{row.share}%</td>
                <td class="num">{row.cumulative}%</td>
                {before && <td class="num quiet">{row.before ?? ""}</td>}
                {year && year !== before && <td class="num quiet">{row.year_before ?? ""}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <Bars bars={bars} before={before} />
    </Card>
  );
}

function Trends({ trends, columns, onShow }: { trends: readonly Trend[] } & Shower) {
  // What broke a rule is what people want to see first.
  const first = Math.max(0, trends.findIndex((one) => one.months.some((month) => (month.signals ?? []).length > 0)));
  const [at, setAt] = useState(first);
  const trend = trends[at] ?? trends[0];
  if (!trend) return null;
  const show = (month: string) => onShow(filtersOf({ field: trend.field, value: trend.value || null, from: month, to: month }, columns));
  const limits = trend.months.some((month) => month.upper !== undefined);
  return (
    <Card
      title={t("rollup.control", { chart: trend.chart })}
      tools={
        <select aria-label={t("rollup.trend")} value={String(at)} onChange={(event) => setAt(Number(event.currentTarget.value))}>
          {trends.map((one, place) => (
            <option key={place} value={String(place)} selected={place === at}>
              {one.title}
              {one.months.some((month) => (month.signals ?? []).length > 0) ? " ◆" : ""}
            </option>
          ))}
        </select>
      }
      table={
        <table class="wide full">
          <thead>
            <tr>
              <th scope="col">{t("audit.month")}</th>
              <th scope="col" class="num">
                {t("customer.all")}
              </th>
              {trend.chart !== "c" && (
                <th scope="col" class="num">
                  {t("rollup.value")}
                </th>
              )}
              {limits && (
                <th scope="col" class="num">
                  {t("rollup.chart_limit")}
                </th>
              )}
              <th scope="col">{t("rollup.chart_signal")}</th>
            </tr>
          </thead>
          <tbody>
            {trend.months.map((month) => (
              <tr key={month.at}>
                <th scope="row" class="when">
                  {month.at}
                </th>
                <td class="num">
                  <button type="button" class="link" aria-label={t("labelled", { name: month.at, text: month.n })} onClick={() => show(month.at)}>
                    {month.n.toLocaleString()}
                  </button>
                </td>
                {trend.chart !== "c" && <td class="num">{month.value}</td>}
                {limits && <td class="num quiet">{month.upper === undefined ? "" : `${month.lower ?? 0} – ${month.upper}`}</td>}
                <td class="bad">{(month.signals ?? []).length > 0 ? `◆ ${(month.signals ?? []).join("、")}` : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <Control trend={trend} onMonth={(month) => show(month.at)} />
    </Card>
  );
}

function ClosingTimes({ rollup }: { rollup: Rollup }) {
  const { times } = rollup.closing;
  const all = times.reduce((sum, one) => sum + one.n, 0);
  if (all === 0) return null;
  return (
    <Card
      title={t("rollup.closing")}
      table={<Simple head={[t("rollup.days"), t("customer.all"), t("share")]} rows={times.map((one) => [one.title, one.n, `${Math.round((one.n * 1000) / all) / 10}%`])} />}
    >
      <Bars bars={times.map((one) => ({ key: one.title, label: one.title, n: one.n }))} />
    </Card>
  );
}

function ByMonth({ axis, columns, onShow }: { axis: Axis } & Shower) {
  const go = (row: Row) => () => onShow(filtersOf(row.filter, columns));
  return (
    <Card
      title={t("rollup.by_month")}
      table={
        <table class="wide full">
          <thead>
            <tr>
              <th scope="col">{axis.title}</th>
              <th scope="col" class="num">
                {t("customer.all")}
              </th>
            </tr>
          </thead>
          <tbody>
            {axis.rows.map((row) => (
              <tr key={row.value}>
                <th scope="row" class="when">
                  {row.value}
                </th>
                <td class="num">
                  <button type="button" class="link" aria-label={t("labelled", { name: row.value, text: row.n })} onClick={go(row)}>
                    {row.n}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      <Bars bars={axis.rows.map((row) => ({ key: row.value, label: row.value.slice(5), n: row.n, go: go(row) }))} />
    </Card>
  );
}

function Simple({ head, rows, caption }: { head: readonly string[]; rows: readonly (readonly (string | number)[])[]; caption?: string }) {
  return (
    <table class="wide full">
      {caption && <caption>{caption}</caption>}
      <thead>
        <tr>
          {head.map((one, at) => (
            <th key={one} scope="col" class={typeof rows[0]?.[at] === "number" ? "num" : ""}>
              {one}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {row.map((cell, place) => (
              <td key={place} class={typeof cell === "number" ? "num" : ""}>
                {typeof cell === "number" ? cell.toLocaleString() : cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lists({ rollup, onShow }: { rollup: Rollup; onShow(filters: Filters): void }) {
  const number = (numbers: readonly string[]) => () => onShow({ number: { ticked: [...numbers] } });
  const duties = useMemo(() => [...rollup.duties].sort((one, other) => (one.state < other.state ? 1 : -1)), [rollup]);
  return (
    <div class="lists">
      {rollup.on_time.length > 0 && (
        <section>
          <table class="wide full">
            <caption>{t("rollup.on_time")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("column.next_rule")}</th>
                <th scope="col" class="num">
                  {t("rollup.due")}
                </th>
                <th scope="col" class="num">
                  {t("rollup.met")}
                </th>
                <th scope="col">{t("share")}</th>
              </tr>
            </thead>
            <tbody>
              {rollup.on_time.map((one) => (
                <tr key={one.rule}>
                  <th scope="row">{one.title}</th>
                  <td class="num">{one.due.toLocaleString()}</td>
                  <td class="num">{one.met.toLocaleString()}</td>
                  <td class="num share-cell">
                    <svg class="share" width="90" height="8" aria-hidden="true">
                      <rect class="share-all" width="90" height="8" rx="4" />
                      <rect class="share-own" width={((one.share ?? 0) / 100) * 90} height="8" rx="4" />
                    </svg>{" "}
                    {one.share === null ? "—" : `${one.share}%`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {rollup.overdue.length > 0 && (
        <section>
          <table class="wide full">
            <caption>{t("rollup.overdue", { n: rollup.overdue.length })}</caption>
            <thead>
              <tr>
                <th scope="col">{t("column.number")}</th>
                <th scope="col">{t("column.next_rule")}</th>
                <th scope="col">{t("column.due_at")}</th>
              </tr>
            </thead>
            <tbody>
              {rollup.overdue.slice(0, 20).map((one) => (
                <tr key={one.number}>
                  <td>
                    <button type="button" class="link" onClick={number([one.number])}>
                      {one.number}
                    </button>
                  </td>
                  <td>{one.title}</td>
                  <td class="num late">{moment(one.due_at, true)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {rollup.customers.length > 0 && (
        <section>
          <table class="wide full">
            <caption>{t("rollup.customers")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("customer")}</th>
                <th scope="col" class="num">
                  {t("customer.all")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rollup.customers.map((one) => (
                <tr key={one.numbers[0]}>
                  <td>{one.name ?? t("rollup.erased")}</td>
                  <td class="num">
                    <button type="button" class="link" aria-label={t("labelled", { name: one.name ?? t("rollup.erased"), text: one.n })} onClick={number(one.numbers)}>
                      {one.n}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {duties.length > 0 && (
        <section>
          <Simple
            caption={t("tab.duties")}
            head={[t("column.title"), t("list.period"), t("setting.owner"), t("list.due"), t("list.state")]}
            rows={duties.map((one) => [one.title, one.period, one.owner, moment(one.due_at, true), `${one.state === "missed" ? "✗ " : one.state.startsWith("done") ? "✓ " : ""}${one.state_text}`])}
          />
        </section>
      )}
      {rollup.money.length > 0 && (
        <section>
          <Simple caption={t("rollup.money")} head={[t("audit.what"), t("rollup.currency"), t("rollup.sum")]} rows={rollup.money.map((one) => [one.title, one.currency, Number(one.sum)])} />
        </section>
      )}
      {rollup.reactions.length > 0 && (
        <section>
          <Simple caption={t("rollup.reactions")} head={[t("audit.what"), t("customer.all")]} rows={rollup.reactions.map((one) => [one.label, one.n])} />
        </section>
      )}
      {rollup.moved.length > 0 && (
        <section>
          <Simple caption={t("rollup.moved_title")} head={[t("audit.what"), t("rollup.was"), t("rollup.is")]} rows={rollup.moved.map((one) => [one.figure, plain(one.before), plain(one.after)])} />
        </section>
      )}
    </div>
  );
}

function plain(value: unknown): string {
  return value === null || value === undefined ? "—" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Months that follow each other as one. */
function spans(all: readonly string[]): string {
  const found: [string, string][] = [];
  for (const month of all) {
    const last = found.at(-1);
    if (last && moved(last[1], 1) === month) last[1] = month;
    else found.push([month, month]);
  }
  return found.map(([from, to]) => (from === to ? from : `${from} – ${to}`)).join("、");
}
