// Small windows of the register: why a cell was refused, two values of one cell, a column's clause, a deed's report, counts.

import { useEffect, useState } from "preact/hooks";
import type { Told } from "../api/types";
import type { Edits, Pending } from "../store/edits";
import type { Column } from "../store/kinds";
import { shown } from "../store/values";
import { t } from "../texts";
import type { Report } from "../store/entered";
import type { Workbook } from "../workbook";
import { Popup } from "./popup";

interface CellProps {
  edits: Pick<Edits, "forget" | "settle">;
  /** Who wrote the rival value, where that is known. */
  who?: () => Promise<string | undefined>;
  column: Column;
  pending: Pending;
  x: number;
  y: number;
  onFix(): void;
  onClose(): void;
}

/** What is to be said of a cell whose edit was refused, or that two people wrote. */
export function CellNote({ edits, who: asked, column, pending, x, y, onFix, onClose }: CellProps) {
  const [who, setWho] = useState<string>();
  useEffect(() => {
    if (pending.state === "conflict") void asked?.().then(setWho);
  }, [pending.id, pending.key, pending.state]);
  if (pending.state === "refused") {
    return (
      <Popup x={x} y={y} label={column.title} onClose={onClose} class="note-cell">
        <p class="bad" role="alert">
          {t("refused_here", { reason: pending.reason ?? "" })}
        </p>
        <p>{t("you_wrote", { text: shown(column, pending.to) })}</p>
        <p class="buttons">
          <button type="button" class="main" onClick={onFix}>
            {t("fix")}
          </button>
          <button
            type="button"
            onClick={() => {
              edits.forget(pending.id, pending.key);
              onClose();
            }}
          >
            {t("dismiss")}
          </button>
        </p>
      </Popup>
    );
  }
  const settle = (mine: boolean) => {
    edits.settle(pending.id, pending.key, mine);
    onClose();
  };
  const theirs = shown(column, pending.rival ?? "") || t("erased_text");
  return (
    <Popup x={x} y={y} label={column.title} onClose={onClose} class="note-cell">
      <p role="alert">{t("conflict_here")}</p>
      <p>{who ? t("theirs_by", { who, text: theirs }) : t("theirs", { text: theirs })}</p>
      <p>{t("mine", { text: shown(column, pending.to) || t("erased_text") })}</p>
      <p class="buttons">
        <button type="button" class="main" onClick={() => settle(false)}>
          {t("take_theirs")}
        </button>
        <button type="button" onClick={() => settle(true)}>
          {t("take_mine")}
        </button>
      </p>
    </Popup>
  );
}

/** Who gave the complaint its last entry: he wrote the rival value, or has seen it. */
export async function lastToWrite(book: Workbook, pending: Pending): Promise<string | undefined> {
  try {
    const told = await book.client.get<Told>(`/api/complaints/${pending.id}/told`);
    const log = told.log as { actor?: string; at?: string }[];
    const last = log[0];
    return last ? `${last.actor ?? ""} ${last.at ?? ""}` : undefined;
  } catch {
    return undefined;
  }
}

/** Where a column comes from: the clause of each procedure in use that speaks of it. */
export function ColumnHelp({ book, column, x, y, onClose }: { book: Workbook; column: Column; x: number; y: number; onClose(): void }) {
  const clauses = book.book.procedures.flatMap((one) => {
    const clause = one.clauses[column.key];
    return clause ? [{ procedure: one, clause: clause as typeof clause & { required?: boolean } }] : [];
  });
  return (
    <Popup x={x} y={y} label={t("column_help")} onClose={onClose} class="help">
      <h3>{column.title}</h3>
      {column.computed && <p>{t("locked.computed")}</p>}
      {clauses.length === 0 && !column.computed && <p class="quiet">{t("no_clause")}</p>}
      {clauses.slice(0, 12).map(({ procedure, clause }) => (
        <p key={procedure.id}>
          <b>{procedure.id}</b> {t("labelled", { name: t("clause"), text: clause.source })}
          {clause.required && <em> · {t("required_field")}</em>}
          {clause.assumed && <span class="quiet"> · {t("assumed", { why: clause.assumed })}</span>}
        </p>
      ))}
      <CloseButton onClose={onClose} />
    </Popup>
  );
}

/** What came of a paste or a fill, cell by cell where it went wrong. */
export function ReportWindow({ book, report, onGo, onClose }: { book: Workbook; report: Report; onGo(id: string, key: string): void; onClose(): void }) {
  const count = (as: string) => report.bad.filter((one) => one.as === as).length;
  return (
    <Popup x={window.innerWidth - 560} y={window.innerHeight - 420} label={t("report_title")} onClose={onClose} class="report">
      <h3>{t("report_title")}</h3>
      <p>{t("report_sum", { all: report.all, saved: report.saved, refused: count("refused"), conflict: count("conflict") })}</p>
      {report.skipped > 0 && <p class="quiet">{t("report_skipped", { n: report.skipped })}</p>}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{t("column.number")}</th>
              <th>{t("report_column")}</th>
              <th>{t("report_value")}</th>
              <th>{t("report_reason")}</th>
            </tr>
          </thead>
          <tbody>
            {report.bad.slice(0, 500).map(({ wish, reason }) => {
              const row = book.rows.place(wish.id);
              const column = book.columns.get(wish.key);
              return (
                <tr key={`${wish.id} ${wish.key}`}>
                  <td>
                    <button type="button" class="link" onClick={() => onGo(wish.id, wish.key)}>
                      {row === undefined ? wish.id : book.rows.get(row, "number")}
                    </button>
                  </td>
                  <td>{column?.title}</td>
                  <td>{column ? shown(column, wish.to) : wish.to}</td>
                  <td class="bad">{reason}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <CloseButton onClose={onClose} />
    </Popup>
  );
}

/** How often each value of a column stands among the rows that are shown. */
export function Groups({ column, values, onClose }: { column: Column; values: { value: string; count: number }[]; onClose(): void }) {
  const all = values.reduce((sum, one) => sum + one.count, 0);
  const lines = [...values].sort((a, b) => b.count - a.count).slice(0, 300);
  const most = lines[0]?.count ?? 1;
  return (
    <Popup x={window.innerWidth / 2 - 220} y={90} label={t("group_title", { column: column.title })} onClose={onClose} class="report">
      <h3>{t("group_title", { column: column.title })}</h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{column.title}</th>
              <th class="num">{t("count")}</th>
              <th class="num">{t("share")}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {lines.map(({ value, count }) => (
              <tr key={value}>
                <td>{shown(column, value) || t("filter_blank")}</td>
                <td class="num">{count}</td>
                <td class="num">{((100 * count) / all).toFixed(1)}%</td>
                <td>
                  <meter min={0} max={most} value={count} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CloseButton onClose={onClose} />
    </Popup>
  );
}

function CloseButton({ onClose }: { onClose(): void }) {
  return (
    <p class="buttons">
      <button type="button" autofocus onClick={onClose}>
        {t("close")}
      </button>
    </p>
  );
}
