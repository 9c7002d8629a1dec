// The lists at the end of a report: limits, what is overdue, customers, duties, money, reactions, surveys, what moved.

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Rollup } from "../../../api/types";
import type { Filters } from "../../../store/filter";
import { moment } from "../../../store/values";
import { t } from "../../../texts";
import { type Column, Leads, Table } from "./table";

/** So many of what is overdue are listed; the count above leads to all. */
const MOST_LATE = 20;

export function Lists({ rollup, onShow }: { rollup: Rollup; onShow(filters: Filters): void }) {
  const number = (numbers: readonly string[]) => () => onShow({ number: { ticked: [...numbers] } });
  const duties = useMemo(() => [...rollup.duties].sort((one, other) => (one.state < other.state ? 1 : -1)), [rollup]);
  return (
    <div class="lists">
      <List
        caption={t("rollup.on_time")}
        columns={[
          { title: t("column.next_rule"), names: true },
          { title: t("rollup.due"), num: true },
          { title: t("rollup.met"), num: true },
          { title: t("share"), class: "num share-cell" },
        ]}
        rows={rollup.on_time.map((one) => [one.title, one.due, one.met, <Share share={one.share} />])}
      />
      <List
        caption={t("rollup.overdue", { n: rollup.overdue.length })}
        columns={[{ title: t("column.number") }, { title: t("column.next_rule") }, { title: t("column.due_at"), class: "num late" }]}
        rows={rollup.overdue.slice(0, MOST_LATE).map((one) => [
          <button type="button" class="link" onClick={number([one.number])}>
            {one.number}
          </button>,
          one.title,
          moment(one.due_at, true),
        ])}
      />
      <List
        caption={t("rollup.customers")}
        columns={[{ title: t("customer") }, { title: t("customer.all"), num: true }]}
        rows={rollup.customers.map((one) => {
          const name = one.name ?? t("rollup.erased");
          return [name, <Leads name={name} n={one.n} onClick={number(one.numbers)} />];
        })}
      />
      <List
        caption={t("tab.duties")}
        columns={[t("column.title"), t("list.period"), t("setting.owner"), t("list.due"), t("list.state")].map((title) => ({ title }))}
        rows={duties.map((one) => [one.title, one.period, one.owner, moment(one.due_at, true), `${mark(one.state)}${one.state_text}`])}
      />
      <List
        caption={t("rollup.money")}
        columns={[{ title: t("audit.what") }, { title: t("rollup.currency") }, { title: t("rollup.sum"), num: true }]}
        rows={rollup.money.map((one) => [one.title, one.currency, Number(one.sum)])}
      />
      <List
        caption={t("rollup.reactions")}
        columns={[{ title: t("audit.what") }, { title: t("customer.all"), num: true }]}
        rows={rollup.reactions.map((one) => [one.label, one.n])}
      />
      <List
        caption={t("rollup.survey")}
        columns={[{ title: t("audit.what") }, { title: t("customer.all"), num: true }]}
        rows={rollup.survey.map((one) => [one.label, one.n])}
      />
      <List
        caption={t("rollup.moved_title")}
        columns={[t("audit.what"), t("rollup.was"), t("rollup.is")].map((title) => ({ title }))}
        rows={rollup.moved.map((one) => [one.figure, plain(one.before), plain(one.after)])}
      />
    </div>
  );
}

/** A table of its own; nothing where it has no rows. */
function List({ rows, ...more }: { caption: string; columns: readonly Column[]; rows: readonly (readonly ComponentChildren[])[] }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <Table {...more} rows={rows.map((cells, at) => ({ key: String(at), cells }))} />
    </section>
  );
}

function Share({ share }: { share: number | null }) {
  return (
    <>
      <svg class="share" width="90" height="8" aria-hidden="true">
        <rect class="share-all" width="90" height="8" rx="4" />
        <rect class="share-own" width={((share ?? 0) / 100) * 90} height="8" rx="4" />
      </svg>{" "}
      {share === null ? "—" : `${share}%`}
    </>
  );
}

function mark(state: string): string {
  return state === "missed" ? "✗ " : state.startsWith("done") ? "✓ " : "";
}

function plain(value: unknown): string {
  return value === null || value === undefined ? "—" : typeof value === "object" ? JSON.stringify(value) : String(value);
}
