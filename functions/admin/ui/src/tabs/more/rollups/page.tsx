// What a period says, from the counts at the top to the lists at the end; every count leads to the complaints it counts.

import type { Rollup } from "../../../api/types";
import type { Filters } from "../../../store/filter";
import { filtersOf, moved } from "../../../store/period";
import { moment } from "../../../store/values";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { ByMonth, ClosingTimes, Pareto, Trends } from "./cards";
import { KeyFigures } from "./kpis";
import { Lists } from "./lists";
import type { Headline } from "./shapes";

interface Props {
  book: Workbook;
  rollup: Rollup;
  onShow(filters: Filters): void;
  onFigures(): void;
  onTab(name: string): void;
}

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
  const months = axes.find((one) => one.axis === "month" && one.rows.length > 1);
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
            {t("tab.figures")}
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
                {t("tab.figures")}
              </button>
            </p>
          )}
        </section>
      )}
      {rollup.kpis.length > 0 && <KeyFigures all={rollup.kpis} before={before} year={year} />}
      <div class="cards-of-charts">
        {ways.length > 0 && <Pareto axes={ways} before={before} year={year} columns={columns} onShow={onShow} />}
        {trends.length > 0 && <Trends rules={book.book.words["rollup_rule"] ?? {}} trends={trends} columns={columns} onShow={onShow} />}
        <ClosingTimes rollup={rollup} />
        {months && <ByMonth axis={months} columns={columns} onShow={onShow} />}
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
