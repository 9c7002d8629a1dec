// Drawings, each with its table beside it: Pareto, control chart, closing times, months.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Rollup } from "../../../api/types";
import type { Filters } from "../../../store/filter";
import { filtersOf } from "../../../store/period";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { type Bar, Bars, Control } from "./charts";
import type { Axis, Row, Trend } from "./shapes";
import { Leads, Table } from "./table";

/** So many columns a drawing has at most; the table has all. */
const MOST_BARS = 12;

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

export function Pareto({ axes, before, year, columns, onShow }: { axes: readonly Axis[]; before: string | undefined; year: string | undefined } & Shower) {
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
        <Table
          columns={[
            { title: axis.title, names: true },
            { title: t("customer.all"), num: true },
            { title: t("share"), num: true },
            { title: t("rollup.cumulative"), num: true },
            before !== undefined && { title: before, num: true, class: "quiet" },
            year !== undefined && year !== before && { title: year, num: true, class: "quiet" },
          ]}
          rows={axis.rows.map((row) => ({
            key: row.value,
            cells: [row.label, <Leads name={row.label} n={row.n} onClick={go(row)} />, `${row.share}%`, `${row.cumulative}%`, row.before, row.year_before],
          }))}
        />
      }
    >
      <Bars bars={bars} before={before} />
    </Card>
  );
}

export function Trends({ trends, columns, rules, onShow }: { trends: readonly Trend[]; rules: Readonly<Record<string, string>> } & Shower) {
  const alarmed = (trend: Trend) => trend.months.some((month) => (month.signals ?? []).length > 0);
  // What broke a rule is what people want to see first.
  const [at, setAt] = useState(Math.max(0, trends.findIndex(alarmed)));
  const trend = trends[at] ?? trends[0];
  if (!trend) return null;
  const show = (month: string) => onShow(filtersOf({ field: trend.field, value: trend.value || null, from: month, to: month }, columns));
  return (
    <Card
      title={t("rollup.control", { chart: trend.chart })}
      tools={
        <select aria-label={t("rollup.trend")} value={String(at)} onChange={(event) => setAt(Number(event.currentTarget.value))}>
          {trends.map((one, place) => (
            <option key={place} value={String(place)} selected={place === at}>
              {one.title}
              {alarmed(one) ? " ◆" : ""}
            </option>
          ))}
        </select>
      }
      table={
        <Table
          columns={[
            { title: t("audit.month"), names: true, class: "when" },
            { title: t("customer.all"), num: true },
            trend.chart !== "c" && { title: t("rollup.value"), num: true },
            trend.months.some((month) => month.upper !== undefined) && { title: t("rollup.chart_limit"), num: true, class: "quiet" },
            { title: t("rollup.chart_signal"), class: "bad" },
          ]}
          rows={trend.months.map((month) => ({
            key: month.at,
            cells: [
              month.at,
              <Leads name={month.at} n={month.n} onClick={() => show(month.at)} />,
              String(month.value),
              month.upper === undefined ? "" : `${month.lower ?? 0} – ${month.upper}`,
              (month.signals ?? []).length > 0 ? `◆ ${(month.signals ?? []).map((rule) => rules[rule] ?? rule).join(t("semicolon"))}` : "",
            ],
          }))}
        />
      }
    >
      <Control trend={trend} onMonth={(month) => show(month.at)} />
    </Card>
  );
}

export function ClosingTimes({ rollup }: { rollup: Rollup }) {
  const { times } = rollup.closing;
  const all = times.reduce((sum, one) => sum + one.n, 0);
  if (all === 0) return null;
  return (
    <Card
      title={t("rollup.closing")}
      table={
        <Table
          columns={[{ title: t("rollup.days") }, { title: t("customer.all"), num: true }, { title: t("share") }]}
          rows={times.map((one) => ({ key: one.title, cells: [one.title, one.n, `${Math.round((one.n * 1000) / all) / 10}%`] }))}
        />
      }
    >
      <Bars bars={times.map((one) => ({ key: one.title, label: one.title, n: one.n }))} />
    </Card>
  );
}

export function ByMonth({ axis, columns, onShow }: { axis: Axis } & Shower) {
  const go = (row: Row) => () => onShow(filtersOf(row.filter, columns));
  return (
    <Card
      title={t("rollup.by_month")}
      table={
        <Table
          columns={[
            { title: axis.title, names: true, class: "when" },
            { title: t("customer.all"), num: true },
          ]}
          rows={axis.rows.map((row) => ({ key: row.value, cells: [row.value, <Leads name={row.value} n={row.n} onClick={go(row)} />] }))}
        />
      }
    >
      <Bars bars={axis.rows.map((row) => ({ key: row.value, label: row.value.slice(5), n: row.n, go: go(row) }))} />
    </Card>
  );
}
