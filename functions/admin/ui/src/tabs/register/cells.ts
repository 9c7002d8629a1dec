// What the register's cells and rows look like, and why a cell cannot be typed into.

import type { Cell, Tone } from "../../grid/GridView";
import { type Column, NUMERIC } from "../../store/kinds";
import { shown } from "../../store/values";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";

/** A cell as it is drawn. `row` is its place among all rows. */
export function drawn(book: Workbook, column: Column | undefined, row: number | undefined): Cell {
  if (!column || row === undefined) return { text: "" };
  const value = book.rows.get(row, column.key);
  const edit = book.edits.of(book.rows.ids[row] ?? "", column.key);
  const text = shown(column, value);
  return {
    text: edit?.state === "refused" && text === "" ? "⚠" : text,
    right: NUMERIC.has(column.kind),
    tone: toneOf(column, value),
    mark: edit ? (edit.state === "sent" ? "waiting" : edit.state) : undefined,
    fixed: column.way === "none",
  };
}

/** How a row is tinted: by its limit, and grey once it is closed. */
export function rowTone(book: Workbook, row: number | undefined): Tone | undefined {
  if (row === undefined) return undefined;
  const light = book.rows.get(row, "light");
  if (light === "late" || light === "soon") return light;
  return book.rows.get(row, "closed_at") !== "" ? "quiet" : undefined;
}

/** Why a cell cannot be typed into; nothing where it can. */
export function lock(book: Workbook, column: Column | undefined, row: number | undefined): string | undefined {
  if (!column || row === undefined) return t("locked.none");
  if (!book.mayEdit) return t("locked.reader");
  if (column.computed) return t("locked.computed");
  if (column.way === "none") return t("locked.none");
  if (column.step && book.rows.get(row, column.key) === "") return t("locked.step_any");
  return undefined;
}

function toneOf(column: Column, value: string): Tone | undefined {
  if (column.key === "light") return value === "late" ? "late" : value === "soon" ? "soon" : "quiet";
  if (column.key === "late_by" && value !== "") return "late";
  if (column.key === "needs_review" && value === "1") return "soon";
  return undefined;
}
