// The windows that hang on the register: a column's menu, the context menu, a cell's note, column help, columns, views, counts,
// and the report of a large deed. One at a time.

import { ColumnsMenu } from "../../menus/columns";
import { ExcelMenu } from "../../menus/excel";
import { FilterMenu } from "../../menus/filter";
import { CellNote, ColumnHelp, Groups, lastToWrite, ReportWindow } from "../../menus/notes";
import { Popup } from "../../menus/popup";
import { ViewsMenu } from "../../menus/views";
import type { Pending } from "../../store/edits";
import { type Filter, filtered, tally } from "../../store/filter";
import type { Change } from "../../store/sheet";
import type { Column } from "../../store/kinds";
import type { View } from "../../store/view";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";
import { lock } from "./cells";

/** Which window is open, and where it hangs. */
export type Open =
  | { what: "filter"; column: number; x: number; y: number }
  | { what: "context"; x: number; y: number }
  | { what: "note"; x: number; y: number }
  | { what: "help"; column: number; x: number; y: number }
  | { what: "columns"; x: number; y: number }
  | { what: "views"; x: number; y: number }
  | { what: "excel"; x: number; y: number }
  | { what: "group"; column: number };

interface Props {
  book: Workbook;
  view: View;
  columns: readonly Column[];
  index: Uint32Array;
  open: Open | undefined;
  /** The active cell: its column, its place among all rows, and its edit that has not ended well. */
  active: Column | undefined;
  place: number | undefined;
  pending: Pending | undefined;
  column: number;
  setOpen(open: Open | undefined): void;
  /** Changes the view; `refit` works its rows out again. */
  change(view: Partial<View>, refit?: boolean): void;
  setFilter(key: string, filter: Filter | undefined): void;
  onFix(text: Pending): void;
  /** Enters what was changed in Excel. */
  onReturned(changes: readonly Change[]): void;
  onGo(id: string, key: string): void;
  onReported(): void;
  /** The context menu's deeds. */
  deeds: Record<"copy" | "paste" | "clear" | "fill_down" | "open_details", () => void>;
}

export function Windows(props: Props) {
  const { book, view, columns, index, open, active, place, pending, column, setOpen, change, setFilter, deeds } = props;
  const close = () => setOpen(undefined);
  const asked = open && "column" in open ? columns[open.column] : undefined;
  if (!open) {
    const report = book.report;
    const over = report && report.bad.length > 0 && report.all > 1 && book.edits.count("waiting", "sent") === 0;
    return over ? <ReportWindow book={book} report={report} onGo={props.onGo} onClose={props.onReported} /> : null;
  }
  switch (open.what) {
    case "filter": {
      if (!asked) return null;
      const frozen = view.frozen === open.column + 1;
      return (
        <FilterMenu
          column={asked}
          x={open.x}
          y={open.y}
          filter={view.filters[asked.key]}
          values={tally(book.rows, asked, othersOf(book, view, asked.key))}
          frozen={frozen}
          onSort={(down, add) => {
            const rest = add ? view.sorts.filter((sort) => sort.key !== asked.key) : [];
            change({ sorts: [...rest, { key: asked.key, down }] }, true);
            close();
          }}
          onUnsort={() => {
            change({ sorts: [] }, true);
            close();
          }}
          onFilter={(filter) => setFilter(asked.key, filter)}
          onHide={() => {
            const next = view.columns.filter((_, own) => own !== open.column);
            if (next.length > 0) change({ columns: next });
            close();
          }}
          onFreeze={() => {
            change({ frozen: frozen ? 0 : open.column + 1 });
            close();
          }}
          onGroup={() => setOpen({ what: "group", column: open.column })}
          onHelp={() => setOpen({ what: "help", column: open.column, x: open.x, y: open.y })}
          onClose={close}
        />
      );
    }
    case "context": {
      const items = [
        ["copy", "Ctrl+C", deeds.copy],
        ["paste", "Ctrl+V", deeds.paste],
        ["clear", "Delete", deeds.clear],
        ["fill_down", "Ctrl+D", deeds.fill_down],
        ["filter_by_value", "", () => active && place !== undefined && setFilter(active.key, { ticked: [tick(active, book.rows.get(place, active.key))] })],
        ["open_details", "Ctrl+Enter", deeds.open_details],
      ] as const;
      return (
        <Popup x={open.x} y={open.y} label={t("more")} role="menu" onClose={close} class="context">
          {items.map(([name, keys, act]) => (
            <button
              type="button"
              role="menuitem"
              key={name}
              onClick={() => {
                close();
                act();
              }}
            >
              {t(name)} <kbd>{keys}</kbd>
            </button>
          ))}
          <button type="button" role="menuitem" onClick={() => setOpen({ what: "help", column, x: open.x, y: open.y })}>
            {t("column_help")}
          </button>
        </Popup>
      );
    }
    case "note":
      if (!pending || !active) return null;
      return <CellNote edits={book.edits} who={() => lastToWrite(book, pending)} column={active} pending={pending} x={open.x} y={open.y} onFix={() => props.onFix(pending)} onClose={close} />;
    case "help":
      return asked ? <ColumnHelp book={book} column={asked} x={open.x} y={open.y} onClose={close} /> : null;
    case "columns":
      return (
        <ColumnsMenu
          columns={book.columns}
          shown={view.columns}
          x={open.x}
          y={open.y}
          onChange={(next) => change({ columns: next, frozen: Math.min(view.frozen, next.length) })}
          onClose={close}
        />
      );
    case "views":
      return (
        <ViewsMenu
          book={book}
          view={view}
          x={open.x}
          y={open.y}
          onView={(next) => {
            change(next, true);
            close();
          }}
          onClose={close}
        />
      );
    case "excel":
      return (
        <ExcelMenu
          book={book}
          columns={columns}
          index={index}
          frozen={view.frozen}
          x={open.x}
          y={open.y}
          lock={(own, at) => lock(book, own, at)}
          onEnter={(changes) => {
            close();
            props.onReturned(changes);
          }}
          onGo={props.onGo}
          onClose={close}
        />
      );
    case "group":
      return asked ? <Groups column={asked} values={tally(book.rows, asked, index)} onClose={close} /> : null;
  }
}

/** The rows that the filters of all other columns leave: what a column's ticks are taken from. */
function othersOf(book: Workbook, view: View, key: string): Uint32Array {
  const filters = { ...view.filters };
  delete filters[key];
  return filtered(book.rows, book.columns, filters);
}

/** The tick that stands for a value: of moments their day. */
function tick(column: Column, value: string): string {
  return column.kind === "moment" || column.kind === "date" ? value.slice(0, 10) : value;
}
