// A tab that lists things in the grid: filter, sort, find, copy and sums as in the register; into some of them things are typed.

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Box, Cell, GridHandle, Head, Tone } from "../grid/GridView";
import { GridView } from "../grid/glide";
import { Hands, type HandsHandle, type Onward } from "../grid/hands";
import { advanced, at, clamp, moved, type Selection } from "../grid/moves";
import { FilterMenu } from "../menus/filter";
import { FindBar, useFindKey } from "../menus/find";
import { CellNote, Groups } from "../menus/notes";
import { Sums } from "../menus/sums";
import { filtered, isEmpty, tally } from "../store/filter";
import { find, nextPlace } from "../store/find";
import { type Column, type Kind, NUMERIC, type Option } from "../store/kinds";
import { Rows } from "../store/rows";
import { forEditor, shown } from "../store/values";
import { index as indexOf, type View } from "../store/view";
import { type Key, t } from "../texts";
import type { Workbook } from "../workbook";
import { copy, read, type Seen, statistics } from "./clipboard";
import { type Entering, entering, type ListEdit } from "./entering";
import { Formula } from "./register/formula";
import { Saving } from "./register/status";

/** One thing of the list: its name, and its cells by column as texts are kept. */
export interface Listed {
  id: string;
  cells: Record<string, string>;
}

interface Props {
  book: Workbook;
  dark: boolean;
  label: string;
  columns: readonly Column[];
  /** Nothing while they are read. */
  items: readonly Listed[] | undefined;
  wrong: string;
  /** What is to be said where there is none. */
  none: string;
  sort?: { key: string; down: boolean };
  tone?(get: (key: string) => string): Tone | undefined;
  /** Buttons and fields of this tab, before those that every tab has. */
  tools?: ComponentChildren;
  help?: string;
  onReload(): void;
  /** Enter or a double click. */
  onOpen?(id: string): void;
  onActive?(id: string | undefined): void;
  /** What stands beside the grid for the active thing, and the things that are selected with it. */
  side?(id: string, selected: readonly string[]): ComponentChildren;
  /** What is typed into the cells, where anything may be. */
  edit?: ListEdit | undefined;
}

/** A column of a list. */
export function column(key: string, title: Key, kind: Kind, width: number, more: { options?: readonly Option[]; limit?: boolean } = {}): Column {
  return { key, title: t(title), kind, width, options: [], way: "none", step: false, computed: false, limit: false, ...more };
}

type Open = { what: "filter" | "group" | "note"; column: number; x: number; y: number };

export function ListTab({ book, dark, label, columns: given, items, wrong, none, sort, tone, tools, help, onReload, onOpen, onActive, side, edit }: Props) {
  const all = useMemo(() => new Map(given.map((one) => [one.key, one])), [given]);
  const rows = useMemo(() => {
    const filled = new Rows();
    for (const one of items ?? []) filled.put(one.id, 0, one.cells, NOTHING);
    return filled;
  }, [items]);
  const [view, setView] = useState<View>(() => ({
    columns: given.map((one) => one.key),
    widths: {},
    frozen: 1,
    sorts: sort ? [sort] : [],
    filters: {},
  }));
  const [selection, setSelection] = useState<Selection>(() => at(0, 0));
  const [open, setOpen] = useState<Open>();
  const [looking, setLooking] = useState<string>();
  const [scroll, setScroll] = useState({ first: 0, count: 30 });
  const [box, setBox] = useState<Box>();
  const [message, setMessage] = useState("");
  const [typing, setTyping] = useState<string>();
  const grid = useRef<GridHandle>(null);
  const hands = useRef<HandsHandle>(null);

  const columns = useMemo(() => view.columns.map((key) => all.get(key)).filter((one): one is Column => one !== undefined), [view.columns, all]);
  const index = useMemo(() => indexOf(rows, all, view), [rows, all, view.sorts, view.filters]);
  // Another number draws the cells anew, though there be as many as before.
  const drawn = useRef(0);
  useMemo(() => drawn.current++, [index]);
  const seen: Seen = useMemo(() => ({ rows, index, columns }), [rows, index, columns]);
  const entry: Entering | undefined = edit && entering(edit, seen, setMessage);
  const change = (next: Partial<View>) => {
    setView({ ...view, ...next });
    setOpen(undefined);
  };

  const [x, y] = selection.cell;
  const place = index[y];
  const id = place === undefined ? undefined : rows.ids[place];
  const active = columns[x];
  const pending = entry?.pending(id, active?.key);
  const state = (pending && { refused: pending.reason, conflict: t("conflict_here"), waiting: "", sent: "" }[pending.state]) || "";
  const note = () => {
    const own = grid.current?.bounds(x, y);
    setOpen({ what: "note", column: x, x: own?.x ?? 100, y: (own?.y ?? 100) + (own?.height ?? 0) });
  };
  const value = (column_: Column | undefined, row: number | undefined) => (column_ && row !== undefined ? shown(column_, rows.get(row, column_.key)) : "");
  useEffect(() => onActive?.(id), [id]);
  // What was acted on may be gone: the selection stays inside.
  useEffect(() => {
    if (y >= Math.max(index.length, 1)) setSelection(at(clamp(x, columns.length), clamp(y, Math.max(index.length, 1))));
  }, [index]);

  const heads: Head[] = useMemo(
    () =>
      columns.map((one) => {
        const own = view.sorts.find((sort_) => sort_.key === one.key);
        const sorted = own === undefined ? undefined : own.down ? ("down" as const) : ("up" as const);
        return { key: one.key, title: one.title, width: view.widths[one.key] ?? one.width, sorted, filtered: !isEmpty(view.filters[one.key]) };
      }),
    [columns, view],
  );
  const cell = useCallback(
    (cx: number, cy: number): Cell => {
      const own = columns[cx];
      const at_ = index[cy];
      const edited = edit && entry?.pending(at_ === undefined ? undefined : rows.ids[at_], own?.key);
      const mark = edited?.state === "sent" ? "waiting" : edited?.state;
      return { text: value(own, at_), right: own !== undefined && NUMERIC.has(own.kind), mark, fixed: !edit || !own || edit.locked(own) !== undefined };
    },
    [columns, index, rows, edit],
  );
  const rowTone = useCallback(
    (row: number): Tone | undefined => {
      const own = index[row];
      return own === undefined ? undefined : tone?.((key) => rows.get(own, key));
    },
    [index, rows],
  );

  const sheet = { columns: columns.length, rows: index.length, page: Math.max(1, scroll.count - 2), empty: (cx: number, cy: number) => value(columns[cx], index[cy]) === "" };
  const select = (next: Selection, see: readonly [number, number] = next.cell) => {
    setSelection(next);
    grid.current?.see(see[0], see[1]);
  };
  const refocus = () => hands.current?.focus();
  useEffect(() => {
    const frame = requestAnimationFrame(() => setBox(grid.current?.bounds(x, y)));
    return () => cancelAnimationFrame(frame);
  }, [x, y, scroll, view, index]);
  // In the same breath as what was open goes, so that the next key finds the grid.
  useLayoutEffect(() => {
    if (!open && looking === undefined) refocus();
  }, [open, selection, items === undefined]);

  const onKey = (event: KeyboardEvent): boolean => {
    const ctrl = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const move = moved(selection, { key, ctrl, shift: event.shiftKey }, sheet);
    if (move && !event.altKey) select(move.to, move.see);
    else if (entry && typed(entry, key, ctrl, event.shiftKey)) return true;
    else if (key === "Enter" && id !== undefined && onOpen) onOpen(id);
    else if (key === "Enter" || key === "Tab") select(advanced(selection, key === "Tab", event.shiftKey, sheet));
    else if (ctrl && key === "a") setSelection({ cell: selection.cell, range: { x: 0, y: 0, width: columns.length, height: index.length } });
    else if (ctrl && key === "f") setLooking(looking ?? "");
    else if (event.altKey && key === "ArrowUp") setOpen({ what: "filter", column: x, x: grid.current?.bounds(x, y)?.x ?? 100, y: 120 });
    else return false;
    return true;
  };

  /** Keys of a list that is typed into. */
  const typed = (entry_: Entering, key: string, ctrl: boolean, shift: boolean): boolean => {
    if (key === "Enter" && (pending?.state === "refused" || pending?.state === "conflict")) note();
    else if (key === "Delete") entry_.clear("clear", selection.range);
    else if (key === "Escape" && pending?.state === "refused") edit?.sheet.edits.forget(pending.id, pending.key);
    else if (ctrl && (key === "d" || key === "r")) entry_.spread(selection.range, key === "r");
    else if (ctrl && (key === "z" || key === "y")) entry_.undo(key === "y" || shift);
    else return false;
    return true;
  };
  const onCommit = (text: string, onward: Onward) => {
    const now = active && place !== undefined ? forEditor(active, rows.get(place, active.key)) : "";
    if (id !== undefined && active && (text !== now || pending?.state === "refused")) entry?.type({ id, key: active.key, text });
    if (onward !== "stay") {
      const [right, back] = [onward === "right" || onward === "left", onward === "up" || onward === "left"];
      select(advanced(selection, right, back, sheet));
    }
    refocus();
  };

  useFindKey(setLooking);

  const places = useMemo(() => (looking ? find(rows, columns, index, looking) : new Float64Array()), [looking, rows, columns, index]);
  const here = y * columns.length + x;
  const next = (back: boolean) => {
    const to = places[nextPlace(places, here, back)];
    if (to !== undefined) select(at(to % columns.length, Math.floor(to / columns.length)));
  };
  const selected = useMemo(() => {
    const { y: from, height } = selection.range;
    return [...index.slice(from, from + height)].map((own) => rows.ids[own] ?? "");
  }, [selection.range, index]);
  const stats = selection.range.width * selection.range.height > 1 ? statistics(seen, selection.range) : undefined;
  const asked = open && columns[open.column];
  const others = (key: string) => filtered(rows, all, Object.fromEntries(Object.entries(view.filters).filter(([own]) => own !== key)));
  const filters = Object.keys(view.filters).length;

  return (
    <div class="register">
      <div class="tools" role="toolbar" aria-label={label}>
        {edit && entry && (
          <>
            <button type="button" disabled={!edit.sheet.history.canUndo} title="Ctrl+Z" onClick={() => (entry.undo(false), refocus())}>
              ↶ {t("undo")}
            </button>
            <button type="button" disabled={!edit.sheet.history.canRedo} title="Ctrl+Y" onClick={() => (entry.undo(true), refocus())}>
              ↷ {t("redo")}
            </button>
            <i class="rule" />
          </>
        )}
        {tools}
        <button type="button" onClick={onReload}>
          {t("refresh")}
        </button>
        <button type="button" disabled={filters === 0} onClick={() => change({ filters: {} })}>
          {t("filter_clear_all")}
          {filters > 0 && ` (${filters})`}
        </button>
        <button type="button" title="Ctrl+F" onClick={() => setLooking(looking === undefined ? "" : undefined)}>
          {t("find")}
        </button>
        {help && <span class="quiet">{help}</span>}
        {wrong && (
          <span class="bad" role="alert">
            {wrong}
          </span>
        )}
        <span class="spring" />
        {looking !== undefined && (
          <FindBar
            looking={looking}
            count={places.length}
            at={places.indexOf(here)}
            onLook={setLooking}
            onNext={next}
            onClose={() => {
              setLooking(undefined);
              refocus();
            }}
          />
        )}
      </div>
      {edit && (
        <Formula
          where={`${active?.title ?? ""} · ${id ?? ""}`}
          text={typing ?? value(active, place)}
          typing={typing !== undefined}
          state={state}
          onEdit={() => hands.current?.edit()}
          onState={note}
        />
      )}
      <div class="beside">
        <div class="sheet" onMouseUp={refocus} onClick={refocus}>
          <GridView
            ref={grid}
            heads={heads}
            rows={index.length}
            cell={cell}
            rowTone={rowTone}
            selection={selection}
            onSelection={(next) => {
              hands.current?.commit();
              setSelection(next);
            }}
            menus
            frozen={Math.min(view.frozen, columns.length)}
            onWidth={(own, width) => {
              const key = columns[own]?.key;
              if (key) setView({ ...view, widths: { ...view.widths, [key]: Math.round(width) } });
            }}
            onMove={(from, to) => {
              const moved_ = [...view.columns];
              const [key] = moved_.splice(from, 1);
              if (key) moved_.splice(to, 0, key);
              change({ columns: moved_ });
            }}
            onHead={(own, menu, bounds) => {
              if (menu) setOpen({ what: "filter", column: own, x: bounds.x, y: bounds.y + bounds.height });
              else select({ cell: [own, scroll.first], range: { x: own, y: 0, width: 1, height: index.length } }, [own, scroll.first]);
            }}
            onContext={(cx, cy) => setSelection(at(cx, cy))}
            onOpen={(cx, cy) => {
              if (entry && cx === x && cy === y) hands.current?.edit();
              const own = index[cy];
              const named = own === undefined ? undefined : rows.ids[own];
              if (named !== undefined) onOpen?.(named);
            }}
            onFill={(from, to) => {
              entry?.pull(from, to);
              if (entry) setSelection({ cell: selection.cell, range: to });
            }}
            onScroll={(first, count) => setScroll({ first, count })}
            dark={dark}
            tick={drawn.current}
            label={label}
          />
          {items === undefined && !wrong && <p class="over">{t("loading")}</p>}
          {items !== undefined && index.length === 0 && <p class="over">{items.length === 0 ? none : t("nothing_found")}</p>}
        </div>
        {id !== undefined && side && (
          <aside class="side" key={id} aria-label={t("panel")} tabIndex={0}>
            {side(id, selected)}
          </aside>
        )}
      </div>
      <Hands
        ref={hands}
        box={box}
        column={active}
        text={edit && active && place !== undefined ? forEditor(active, rows.get(place, active.key)) : ""}
        locked={!edit ? t("locked.list") : active && place !== undefined ? edit.locked(active) : t("locked.none")}
        label={active ? `${t("cell_label", { column: active.title, row: y + 1, text: value(active, place) || t("erased_text") })}${state && t("semicolon") + state}` : label}
        today={book.today}
        onKey={onKey}
        onCommit={onCommit}
        onLocked={(why) => edit && setMessage(why)}
        onEditing={setTyping}
        onCopy={(event, cut) => {
          if (!event.clipboardData) return;
          event.preventDefault();
          copy(seen, selection.range, event.clipboardData);
          if (cut) entry?.clear("cut", selection.range);
        }}
        onPaste={(event) => {
          event.preventDefault();
          const pasted = entry && event.clipboardData ? read(event.clipboardData) : [];
          const range = pasted.length > 0 ? entry?.paste(selection.range, pasted) : undefined;
          if (range) setSelection({ cell: [range.x, range.y], range });
        }}
      />
      <div class="status" role="status">
        {edit && <span>{message || t(typing === undefined ? "ready" : "editing")}</span>}
        <span>{index.length === rows.length ? t("rows_shown", { n: index.length }) : t("rows_of", { n: index.length, all: rows.length })}</span>
        {edit && <Saving edits={edit.sheet.edits} offline={edit.sheet.offline} />}
        <span class="spring" />
        {stats && <Sums {...stats} />}
      </div>
      {open?.what === "filter" && asked && (
        <FilterMenu
          column={asked}
          x={open.x}
          y={open.y}
          filter={view.filters[asked.key]}
          values={tally(rows, asked, others(asked.key))}
          frozen={view.frozen === open.column + 1}
          onSort={(down, add) => change({ sorts: [...(add ? view.sorts.filter((one) => one.key !== asked.key) : []), { key: asked.key, down }] })}
          onUnsort={() => change({ sorts: [] })}
          onFilter={(filter) => {
            const rest = Object.fromEntries(Object.entries(view.filters).filter(([own]) => own !== asked.key));
            change({ filters: filter ? { ...rest, [asked.key]: filter } : rest });
          }}
          onHide={() => change(columns.length > 1 ? { columns: view.columns.filter((own) => own !== asked.key) } : {})}
          onFreeze={() => change({ frozen: view.frozen === open.column + 1 ? 0 : open.column + 1 })}
          onGroup={() => setOpen({ ...open, what: "group" })}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === "note" && edit && pending && active && (
        <CellNote
          edits={edit.sheet.edits}
          column={active}
          pending={pending}
          x={open.x}
          y={open.y}
          onFix={() => {
            setOpen(undefined);
            requestAnimationFrame(() => hands.current?.edit(forEditor(active, pending.to)));
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === "group" && asked && <Groups column={asked} values={tally(rows, asked, index)} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

const NOTHING: ReadonlySet<string> = new Set();
