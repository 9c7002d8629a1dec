// The register (台账): all complaints as rows, with the hands of a spreadsheet. Long because it joins grid, hands, menus and
// edits in one place.

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Box, Cell, GridHandle, Head, Tone } from "../grid/GridView";
import { GridView } from "../grid/glide";
import { Hands, type HandsHandle, type Onward } from "../grid/hands";
import { advanced, at, clamp, moved, type Selection, type Sheet } from "../grid/moves";
import { parseTsv, writeHtml, writeTsv } from "../grid/tsv";
import { ColumnsMenu } from "../menus/columns";
import { FilterMenu } from "../menus/filter";
import { CellNote, ColumnHelp, Groups, ReportWindow } from "../menus/notes";
import { Popup } from "../menus/popup";
import { ViewsMenu } from "../menus/views";
import { openAtFirst } from "../store/columns";
import { type Filter, filtered, isEmpty, tally } from "../store/filter";
import { find, nextPlace } from "../store/find";
import { type Column, NUMERIC } from "../store/kinds";
import { forEditor, shown } from "../store/values";
import { index as indexOf, read as readView, standard, type View } from "../store/view";
import { useWatched } from "../store/watch";
import { say, t } from "../texts";
import { MOST_CELLS, type Workbook } from "../workbook";
import { block, copy, type Entry, entryAt, filled, laid, read, type Seen, spread, statistics } from "./clipboard";

type Open =
  | { what: "filter"; column: number; x: number; y: number }
  | { what: "context"; x: number; y: number }
  | { what: "note"; x: number; y: number }
  | { what: "help"; column: number; x: number; y: number }
  | { what: "columns"; x: number; y: number }
  | { what: "views"; x: number; y: number }
  | { what: "group"; column: number };

interface Props {
  book: Workbook;
  dark: boolean;
  /** Whether the side panel is open, and what it shows. */
  panel: boolean;
  onPanel(open: boolean): void;
  onActive(id: string | undefined): void;
  onIntake(): void;
  /** A complaint that is to be selected. */
  wanted: string | undefined;
}

export function Register({ book, dark, panel, onPanel, onActive, onIntake, wanted }: Props) {
  const tick = useWatched(book);
  const grid = useRef<GridHandle>(null);
  const hands = useRef<HandsHandle>(null);
  const [view, setView] = useState<View>(() => standard(openAtFirst(book.book, book.columns)));
  const [selection, setSelection] = useState<Selection>(() => at(0, 0));
  const [open, setOpen] = useState<Open>();
  const [message, setMessage] = useState("");
  const [looking, setLooking] = useState<string>();
  const [scroll, setScroll] = useState({ first: 0, count: 30 });
  const [typing, setTyping] = useState<string>();
  const [refit, setRefit] = useState(0);

  const columns = useMemo(
    () => view.columns.map((key) => book.columns.get(key)).filter((column): column is Column => column !== undefined),
    [view.columns, book.columns],
  );
  // What is edited stays where it is until the view is worked out again.
  const index = useMemo(
    () => indexOf(book.rows, book.columns, view),
    [view.filters, view.sorts, book.columns, book.fresh, refit],
  );
  const seen: Seen = useMemo(() => ({ rows: book.rows, index, columns }), [book.rows, index, columns]);

  // The last view comes back with the page.
  useEffect(() => {
    void book.kept?.get<unknown>("view").then((kept) => {
      const old = readView(kept, book.columns);
      if (old) setView(old);
    });
  }, []);
  const change = (next: Partial<View>) => {
    const whole = { ...view, ...next };
    setView(whole);
    book.kept?.put("view", whole);
  };

  const [column, row] = selection.cell;
  const place = index[row];
  const id = place === undefined ? undefined : book.rows.ids[place];
  const active = columns[column];
  const pending = id !== undefined && active ? book.edits.of(id, active.key) : undefined;

  // New rows move the others: the person stays on the complaint where he was.
  const stays = useRef<string | undefined>(undefined);
  useEffect(() => {
    const old = stays.current;
    if (old === undefined) return;
    const own = book.rows.place(old);
    const now = own === undefined ? -1 : index.indexOf(own);
    if (now >= 0 && now !== selection.cell[1] && selection.range.height === 1) {
      setSelection({ cell: [column, now], range: { ...selection.range, y: now } });
    } else if (now < 0) {
      setSelection((one) => at(clamp(one.cell[0], columns.length), clamp(one.cell[1], Math.max(index.length, 1))));
    }
  }, [index]);
  useEffect(() => {
    stays.current = id;
    onActive(id);
  }, [id]);
  useEffect(() => {
    if (wanted !== undefined) go(wanted);
  }, [wanted]);

  const sheet: Sheet = {
    columns: columns.length,
    rows: index.length,
    page: Math.max(1, scroll.count - 2),
    empty: (x, y) => {
      const own = columns[x];
      const at_ = index[y];
      return !own || at_ === undefined || book.rows.get(at_, own.key) === "";
    },
  };

  const select = (next: Selection, see: readonly [number, number] = next.cell) => {
    setSelection(next);
    grid.current?.see(see[0], see[1]);
  };
  const refocus = () => requestAnimationFrame(() => hands.current?.focus());

  /** Goes to a complaint's cell. */
  const go = (to: string, key?: string) => {
    const own = book.rows.place(to);
    const y = own === undefined ? -1 : index.indexOf(own);
    if (y < 0) return;
    const x = key ? Math.max(0, view.columns.indexOf(key)) : 0;
    select(at(x, y));
    refocus();
  };

  const heads: Head[] = useMemo(
    () =>
      columns.map((one) => {
        const sort = view.sorts.findIndex((own) => own.key === one.key);
        return {
          key: one.key,
          title: one.title,
          width: view.widths[one.key] ?? one.width,
          sorted: sort < 0 ? undefined : view.sorts[sort]?.down ? ("down" as const) : ("up" as const),
          filtered: !isEmpty(view.filters[one.key]),
        };
      }),
    [columns, view],
  );

  const cell = useCallback(
    (x: number, y: number): Cell => {
      const own = columns[x];
      const at_ = index[y];
      if (!own || at_ === undefined) return { text: "" };
      const value = book.rows.get(at_, own.key);
      const edit = book.edits.of(book.rows.ids[at_] ?? "", own.key);
      const text = shown(own, value);
      return {
        text: edit?.state === "refused" && text === "" ? "⚠" : text,
        right: NUMERIC.has(own.kind),
        tone: toneOf(own, value),
        mark: edit ? (edit.state === "sent" ? "waiting" : edit.state) : undefined,
        fixed: own.way === "none",
      };
    },
    [columns, index, book],
  );
  const rowTone = useCallback(
    (y: number): Tone | undefined => {
      const at_ = index[y];
      if (at_ === undefined) return undefined;
      const light = book.rows.get(at_, "light");
      if (light === "late" || light === "soon") return light;
      return book.rows.get(at_, "closed_at") !== "" ? "quiet" : undefined;
    },
    [index, book],
  );

  /** Why a cell cannot be typed into. */
  const lock = (own: Column | undefined, y: number): string | undefined => {
    const at_ = index[y];
    if (!own || at_ === undefined) return t("locked.none");
    if (!book.mayEdit) return t("locked.reader");
    if (own.computed) return t("locked.computed");
    if (own.way === "none") return t("locked.none");
    if (own.step && book.rows.get(at_, own.key) === "") return t("locked.step_any");
    return undefined;
  };

  /** Enters texts; what cannot be typed into is left out and counted. */
  const enter = (name: string, entries: readonly Entry[]) => {
    if (entries.length > MOST_CELLS) {
      setMessage(t("too_many", { n: MOST_CELLS }));
      return;
    }
    const free = entries.filter((one) => {
      const own = book.rows.place(one.id);
      const column_ = book.columns.get(one.key);
      if (own === undefined || !column_ || !book.mayEdit || column_.way === "none" || column_.computed) return false;
      return !column_.step || book.rows.get(own, one.key) !== "";
    });
    book.enter(name, [...free], entries.length - free.length);
    setMessage(free.length < entries.length ? t("report_skipped", { n: entries.length - free.length }) : "");
  };

  const clear = (name: string) => {
    const entries: Entry[] = [];
    const { range } = selection;
    for (let y = range.y; y < range.y + range.height; y++) {
      for (let x = range.x; x < range.x + range.width; x++) {
        const entry = entryAt(seen, x, y, "");
        if (entry && !sheet.empty(x, y)) entries.push(entry);
      }
    }
    enter(name, entries);
  };

  const paste = (pasted: string[][]) => {
    if (pasted.length === 0) return;
    const result = laid(seen, selection.range, pasted);
    enter("paste", result.entries);
    setSelection({ cell: [result.range.x, result.range.y], range: result.range });
  };

  const undo = (again: boolean) => {
    const deed = again ? book.redo() : book.undo();
    if (deed) setMessage(t(again ? "redone" : "undone", { deed: say(`deed.${deed.name}`), n: deed.count }));
  };

  const noteBox = (): { x: number; y: number } => {
    const box = grid.current?.bounds(column, row);
    return { x: box?.x ?? 100, y: (box?.y ?? 100) + (box?.height ?? 0) };
  };

  const onKey = (event: KeyboardEvent): boolean => {
    const ctrl = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const move = moved(selection, { key, ctrl, shift: event.shiftKey }, sheet);
    if (move && !event.altKey) {
      select(move.to, move.see);
      return true;
    }
    if (key === "Enter" && ctrl) {
      onPanel(!panel);
      return true;
    }
    if (key === "Enter" || key === "Tab") {
      if (key === "Enter" && pending && (pending.state === "refused" || pending.state === "conflict")) {
        setOpen({ what: "note", ...noteBox() });
        return true;
      }
      select(advanced(selection, key === "Tab", event.shiftKey, sheet));
      return true;
    }
    if (key === "Delete") {
      clear("clear");
      return true;
    }
    if (key === "Escape" && pending?.state === "refused") {
      book.edits.forget(pending.id, pending.key);
      return true;
    }
    if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) {
      setOpen({ what: "context", ...noteBox() });
      return true;
    }
    if (event.altKey && key === "ArrowUp") {
      const box = grid.current?.bounds(column, row);
      setOpen({ what: "filter", column, x: box?.x ?? 100, y: 120 });
      return true;
    }
    if (!ctrl) {
      if (key === " " && event.shiftKey) {
        setSelection({ cell: selection.cell, range: { x: 0, y: selection.range.y, width: columns.length, height: selection.range.height } });
        return true;
      }
      return false;
    }
    switch (key) {
      case "a":
        setSelection({ cell: selection.cell, range: { x: 0, y: 0, width: columns.length, height: index.length } });
        return true;
      case " ":
        setSelection({ cell: selection.cell, range: { x: selection.range.x, y: 0, width: selection.range.width, height: index.length } });
        return true;
      case "d":
        enter("fill", spread(seen, selection.range, false));
        return true;
      case "r":
        enter("fill", spread(seen, selection.range, true));
        return true;
      case "z":
        undo(event.shiftKey);
        return true;
      case "y":
        undo(true);
        return true;
      case "f":
        setLooking(looking ?? "");
        return true;
      case ";":
        hands.current?.edit(book.today);
        return true;
      default:
        return false;
    }
  };

  const onCommit = (text: string, onward: Onward) => {
    if (id !== undefined && active && text !== (pending?.state === "refused" ? undefined : forEditor(active, book.rows.get(place ?? 0, active.key)))) {
      enter("edit", [{ id, key: active.key, text }]);
    }
    const step: Record<Onward, [number, number]> = { down: [0, 1], up: [0, -1], right: [1, 0], left: [-1, 0], stay: [0, 0] };
    const [dx, dy] = step[onward];
    if (onward !== "stay") {
      const several = selection.range.width * selection.range.height > 1;
      if (several) select(advanced(selection, dx !== 0, dx + dy < 0, sheet));
      else select(at(clamp(column + dx, columns.length), clamp(row + dy, Math.max(index.length, 1))));
    }
    refocus();
  };

  // Scrolling moves the cell under the hands.
  const [box, setBox] = useState<Box>();
  useEffect(() => {
    const frame = requestAnimationFrame(() => setBox(grid.current?.bounds(column, row)));
    return () => cancelAnimationFrame(frame);
  }, [column, row, scroll, view, index, panel]);
  useEffect(() => {
    if (!open && looking === undefined) refocus();
  }, [open, selection]);

  // Ctrl+F looks through the register wherever the focus is: the browser's own search sees no canvas.
  useEffect(() => {
    const search = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f" && !event.defaultPrevented) {
        event.preventDefault();
        setLooking((now) => now ?? "");
      }
    };
    addEventListener("keydown", search);
    return () => removeEventListener("keydown", search);
  }, []);

  const places = useMemo(
    () => (looking ? find(book.rows, columns, index, looking) : new Float64Array()),
    [looking, columns, index, tick],
  );
  const here = row * columns.length + column;
  const findAt = places.indexOf(here);
  const findNext = (back: boolean, from = here) => {
    const next = places[nextPlace(places, from, back)];
    if (next === undefined) return;
    select(at(next % columns.length, Math.floor(next / columns.length)));
  };

  const filterKeys = Object.keys(view.filters).filter((key) => !isEmpty(view.filters[key]));
  const setFilter = (key: string, filter: Filter | undefined) => {
    const filters = { ...view.filters };
    if (filter) filters[key] = filter;
    else delete filters[key];
    setRefit(refit + 1);
    change({ filters });
    setOpen(undefined);
  };

  const stats = useMemo(() => {
    const { width, height } = selection.range;
    return width * height > 1 ? statistics(seen, selection.range) : undefined;
  }, [selection, seen, tick]);

  const text = id !== undefined && active ? forEditor(active, book.rows.get(place ?? 0, active.key)) : "";
  const value = id !== undefined && active ? shown(active, book.rows.get(place ?? 0, active.key)) : "";
  const number = place === undefined ? "" : book.rows.get(place, "number");
  const label = active ? t("cell_label", { column: active.title, row: row + 1, text: value || t("erased_text") }) : "";
  const state = (pending && { refused: pending.reason, conflict: t("conflict_here"), waiting: "", sent: "" }[pending.state]) || "";

  if (book.rows.alive === 0 && book.loader.done) {
    return (
      <div class="empty">
        <h2>{t("empty_title")}</h2>
        <p>{t("empty_help")}</p>
        <p class="buttons">
          <button type="button" class="main" onClick={onIntake}>
            {t("tab.intake")}
          </button>
          <a class="button" href="/" target="_blank" rel="noreferrer">
            {t("empty_form")}
          </a>
        </p>
      </div>
    );
  }

  return (
    <div class="register">
      <div class="tools" role="toolbar" aria-label={t("tab.register")}>
        <button
          type="button"
          disabled={!book.history.canUndo}
          title="Ctrl+Z"
          onClick={() => {
            undo(false);
            refocus();
          }}
        >
          ↶ {t("undo")}
        </button>
        <button
          type="button"
          disabled={!book.history.canRedo}
          title="Ctrl+Y"
          onClick={() => {
            undo(true);
            refocus();
          }}
        >
          ↷ {t("redo")}
        </button>
        <i class="rule" />
        <button type="button" aria-haspopup="dialog" onClick={(event) => setOpen({ what: "views", ...below(event.currentTarget) })}>
          {t("views")} ▾
        </button>
        <button type="button" aria-haspopup="dialog" onClick={(event) => setOpen({ what: "columns", ...below(event.currentTarget) })}>
          {t("columns")} ▾
        </button>
        <button
          type="button"
          disabled={filterKeys.length === 0}
          onClick={() => {
            setRefit(refit + 1);
            change({ filters: {} });
            refocus();
          }}
        >
          {t("filter_clear_all")}
          {filterKeys.length > 0 && ` (${filterKeys.length})`}
        </button>
        <button type="button" title="Ctrl+F" onClick={() => setLooking(looking === undefined ? "" : undefined)}>
          {t("find")}
        </button>
        <button type="button" aria-pressed={panel} title="Ctrl+Enter" onClick={() => onPanel(!panel)}>
          {t("panel")}
        </button>
        <span class="spring" />
        {looking !== undefined && (
          <form
            class="find"
            role="search"
            onSubmit={(event) => {
              event.preventDefault();
              findNext(false);
            }}
          >
            <input
              type="search"
              autofocus
              ref={(own: HTMLInputElement | null) => {
                if (looking === "") own?.focus();
              }}
              aria-label={t("find")}
              placeholder={t("find")}
              value={looking}
              onInput={(event) => setLooking(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Escape") {
                  event.preventDefault();
                  setLooking(undefined);
                  refocus();
                } else if (event.key === "Enter" && event.shiftKey) {
                  event.preventDefault();
                  findNext(true);
                }
              }}
            />
            <button type="submit" aria-label={t("find_next")}>
              ↓
            </button>
            <button type="button" aria-label={t("find_previous")} onClick={() => findNext(true)}>
              ↑
            </button>
            <span aria-live="polite">
              {looking !== "" && (places.length === 0 ? t("find_none") : t("find_count", { at: findAt + 1, n: places.length }))}
            </span>
            <button
              type="button"
              aria-label={t("close")}
              onClick={() => {
                setLooking(undefined);
                refocus();
              }}
            >
              ✕
            </button>
          </form>
        )}
      </div>
      <div class="formula">
        <span class="where">
          {active?.title} · {number}
        </span>
        <button
          type="button"
          class="plain"
          aria-label={t("column_help")}
          title={t("column_help")}
          onClick={(event) => setOpen({ what: "help", column, ...below(event.currentTarget) })}
        >
          ⓘ
        </button>
        <div class={`content ${typing === undefined ? "" : "typing"}`} onClick={() => hands.current?.edit()}>
          {typing ?? value}
        </div>
        {state !== "" && (
          <button type="button" class="bad plain" onClick={() => setOpen({ what: "note", ...noteBox() })}>
            ⚠ {state}
          </button>
        )}
      </div>
      {/* The canvas takes the focus when it is clicked; the hands take it back. */}
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
          onWidth={(at_, width) => {
            const key = columns[at_]?.key;
            if (key) change({ widths: { ...view.widths, [key]: Math.round(width) } });
          }}
          onMove={(from, to) => {
            const next = [...view.columns];
            const [key] = next.splice(from, 1);
            if (key) next.splice(to, 0, key);
            change({ columns: next });
          }}
          onHead={(at_, menu, own) => {
            hands.current?.commit();
            if (menu) setOpen({ what: "filter", column: at_, x: own.x, y: own.y + own.height });
            else select({ cell: [at_, scroll.first], range: { x: at_, y: 0, width: 1, height: index.length } }, [at_, scroll.first]);
          }}
          onContext={(x, y, left, top) => {
            const { range } = selection;
            const inside = x >= range.x && x < range.x + range.width && y >= range.y && y < range.y + range.height;
            if (!inside) setSelection(at(x, y));
            setOpen({ what: "context", x: left, y: top });
          }}
          onOpen={(x, y) => {
            const own = columns[x];
            if (own?.key === "number") onPanel(true);
            else if (x === column && y === row) hands.current?.edit();
          }}
          onFill={(from, to) => {
            enter("fill", filled(seen, from, to));
            setSelection({ cell: selection.cell, range: to });
          }}
          onScroll={(first, count) => setScroll({ first, count })}
          dark={dark}
          tick={tick}
          label={t("grid_label", { n: index.length })}
        />
        {index.length === 0 && book.rows.alive > 0 && <p class="over">{t("nothing_found")}</p>}
      </div>
      <Hands
        ref={hands}
        box={box}
        column={active}
        text={text}
        locked={lock(active, row)}
        label={state ? `${label}; ${state}` : label}
        today={book.today}
        onKey={onKey}
        onCommit={onCommit}
        onLocked={setMessage}
        onEditing={setTyping}
        onCopy={(event, cut) => {
          if (!event.clipboardData) return;
          event.preventDefault();
          copy(seen, selection.range, event.clipboardData);
          if (cut) clear("cut");
        }}
        onPaste={(event) => {
          if (!event.clipboardData) return;
          event.preventDefault();
          paste(read(event.clipboardData));
        }}
      />
      <div class="status" role="status">
        <span>{message || (typing === undefined ? t("ready") : t("editing"))}</span>
        <span>
          {index.length === book.rows.alive ? t("rows_shown", { n: index.length }) : t("rows_of", { n: index.length, all: book.rows.alive })}
        </span>
        {book.loader.month && <span class="busy">{t("loading_month", { month: book.loader.month, n: book.rows.alive })}</span>}
        <Saving book={book} />
        <span class="spring" />
        {stats && (
          <span class="sums">
            {t("count")}: <b>{stats.count}</b>
            {stats.numbers > 0 && (
              <>
                {" "}
                {t("average")}: <b>{round(stats.sum / stats.numbers)}</b> {t("sum")}: <b>{round(stats.sum)}</b>
              </>
            )}
          </span>
        )}
      </div>
      {open?.what === "filter" && columns[open.column] && (
        <FilterMenu
          column={columns[open.column] as Column}
          x={open.x}
          y={open.y}
          filter={view.filters[columns[open.column]?.key ?? ""]}
          values={tally(book.rows, columns[open.column] as Column, othersOf(book, view, columns[open.column]?.key ?? ""))}
          frozen={view.frozen === open.column + 1}
          onSort={(down, add) => {
            const key = columns[open.column]?.key ?? "";
            const rest = add ? view.sorts.filter((sort) => sort.key !== key) : [];
            setRefit(refit + 1);
            change({ sorts: [...rest, { key, down }] });
            setOpen(undefined);
          }}
          onUnsort={() => {
            setRefit(refit + 1);
            change({ sorts: [] });
            setOpen(undefined);
          }}
          onFilter={(filter) => setFilter(columns[open.column]?.key ?? "", filter)}
          onHide={() => {
            const next = view.columns.filter((_, own) => own !== open.column);
            if (next.length > 0) change({ columns: next });
            setOpen(undefined);
          }}
          onFreeze={() => {
            change({ frozen: view.frozen === open.column + 1 ? 0 : open.column + 1 });
            setOpen(undefined);
          }}
          onGroup={() => setOpen({ what: "group", column: open.column })}
          onHelp={() => setOpen({ what: "help", column: open.column, x: open.x, y: open.y })}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === "context" && (
        <Popup x={open.x} y={open.y} label={t("more")} role="menu" onClose={() => setOpen(undefined)} class="context">
          {(
            [
              ["copy", "Ctrl+C", () => void toClipboard(seen, selection.range)],
              ["paste", "Ctrl+V", () => void fromClipboard().then((rows) => (rows ? paste(rows) : setMessage(t("paste_how"))))],
              ["clear", "Delete", () => clear("clear")],
              ["fill_down", "Ctrl+D", () => enter("fill", spread(seen, selection.range, false))],
              [
                "filter_by_value",
                "",
                () => active && place !== undefined && setFilter(active.key, { ticked: [datedTick(active, book.rows.get(place, active.key))] }),
              ],
              ["open_details", "Ctrl+Enter", () => onPanel(true)],
            ] as const
          ).map(([name, keys, act]) => (
            <button
              type="button"
              role="menuitem"
              key={name}
              onClick={() => {
                setOpen(undefined);
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
      )}
      {open?.what === "note" && pending && active && (
        <CellNote
          book={book}
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
      {open?.what === "help" && columns[open.column] && (
        <ColumnHelp book={book} column={columns[open.column] as Column} x={open.x} y={open.y} onClose={() => setOpen(undefined)} />
      )}
      {open?.what === "columns" && (
        <ColumnsMenu
          columns={book.columns}
          shown={view.columns}
          x={open.x}
          y={open.y}
          onChange={(next) => change({ columns: next, frozen: Math.min(view.frozen, next.length) })}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === "views" && (
        <ViewsMenu
          book={book}
          view={view}
          x={open.x}
          y={open.y}
          onView={(next) => {
            setRefit(refit + 1);
            change(next);
            setOpen(undefined);
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open?.what === "group" && columns[open.column] && (
        <Groups column={columns[open.column] as Column} values={tally(book.rows, columns[open.column] as Column, index)} onClose={() => setOpen(undefined)} />
      )}
      {!open && book.report && book.report.bad.length > 0 && book.report.all > 1 && book.edits.count("waiting", "sent") === 0 && (
        <ReportWindow
          book={book}
          report={book.report}
          onGo={(to, key) => {
            book.report = undefined;
            go(to, key);
          }}
          onClose={() => {
            book.report = undefined;
            book.changed();
            refocus();
          }}
        />
      )}
    </div>
  );
}

function Saving({ book }: { book: Workbook }) {
  const waiting = book.edits.count("waiting", "sent");
  const refused = book.edits.count("refused");
  const conflicts = book.edits.count("conflict");
  const all = Math.max(book.edits.total, waiting);
  return (
    <>
      {waiting > 0 && !book.offline && (
        <span class="busy">
          {t("saving", { n: all - waiting, all })} <progress max={all} value={all - waiting} />
        </span>
      )}
      {waiting > 0 && book.offline && <span class="soon">{t("waiting", { n: waiting })}</span>}
      {refused > 0 && <span class="bad">{t("refused_count", { n: refused })}</span>}
      {conflicts > 0 && <span class="bad">{t("conflict_count", { n: conflicts })}</span>}
    </>
  );
}

function toneOf(column: Column, value: string): Tone | undefined {
  if (column.key === "light") return value === "late" ? "late" : value === "soon" ? "soon" : "quiet";
  if (column.key === "late_by" && value !== "") return "late";
  if (column.key === "needs_review" && value === "1") return "soon";
  return undefined;
}

/** The rows that the filters of all other columns leave: what a column's ticks are taken from. */
function othersOf(book: Workbook, view: View, key: string): Uint32Array {
  const filters = { ...view.filters };
  delete filters[key];
  return filtered(book.rows, book.columns, filters);
}

/** The tick that stands for a value: of moments their day. */
function datedTick(column: Column, value: string): string {
  return column.kind === "moment" || column.kind === "date" ? value.slice(0, 10) : value;
}

function below(own: HTMLElement): { x: number; y: number } {
  const box = own.getBoundingClientRect();
  return { x: box.left, y: box.bottom + 2 };
}

function round(value: number): string {
  return Number(value.toFixed(4)).toLocaleString("en-US");
}

async function toClipboard(seen: Seen, range: Box): Promise<void> {
  const rows = block(seen, range);
  const item = new ClipboardItem({
    "text/plain": new Blob([writeTsv(rows)], { type: "text/plain" }),
    "text/html": new Blob([writeHtml(rows)], { type: "text/html" }),
  });
  await navigator.clipboard.write([item]).catch(() => undefined);
}

async function fromClipboard(): Promise<string[][] | undefined> {
  const text = await navigator.clipboard?.readText().catch(() => undefined);
  return text === undefined ? undefined : parseTsv(text.replace(/\r?\n$/, ""));
}
