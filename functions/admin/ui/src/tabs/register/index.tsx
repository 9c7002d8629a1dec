// The register (台账): all complaints as rows, with the hands of a spreadsheet. Long because view, selection and what is typed meet
// here; what is drawn (cells, toolbar, formula bar, status bar, windows) and what keys do stand beside it.

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Box, Cell, GridHandle, Head, Tone } from "../../grid/GridView";
import { GridView } from "../../grid/glide";
import { Hands, type HandsHandle, type Onward } from "../../grid/hands";
import { advanced, at, clamp, moved, type Selection, type Sheet } from "../../grid/moves";
import { FindBar, useFindKey } from "../../menus/find";
import { openAtFirst } from "../../store/columns";
import { type Filter, type Filters, isEmpty } from "../../store/filter";
import { find, nextPlace } from "../../store/find";
import type { Column } from "../../store/kinds";
import { forEditor, shown } from "../../store/values";
import { index as indexOf, read as readView, standard, type View } from "../../store/view";
import { useWatched } from "../../store/watch";
import { say, t } from "../../texts";
import { MOST_CELLS, type Workbook } from "../../workbook";
import { copy, type Entry, entryAt, filled, fromClipboard, laid, read, type Seen, spread, statistics, toClipboard } from "../clipboard";
import { drawn, lock, rowTone } from "./cells";
import { First } from "./first";
import { Formula } from "./formula";
import { type Deeds, pressed } from "./keys";
import { Status } from "./status";
import { Toolbar } from "./toolbar";
import { type Open, Windows } from "./windows";

interface Props {
  book: Workbook;
  dark: boolean;
  /** Whether the side panel is open, and what it shows. */
  panel: boolean;
  onPanel(open: boolean): void;
  onActive(id: string | undefined): void;
  /** Shows another tab. */
  onTab(name: string): void;
  /** A complaint that is to be selected. */
  wanted: string | undefined;
  /** What another tab wants to be shown of the register; not kept for the next time. */
  asked: Filters | undefined;
}

export function Register({ book, dark, panel, onPanel, onActive, onTab, wanted, asked }: Props) {
  const tick = useWatched(book);
  const grid = useRef<GridHandle>(null);
  const hands = useRef<HandsHandle>(null);
  const [view, setView] = useState<View>(() => ({ ...standard(openAtFirst(book.book, book.columns)), filters: asked ?? {} }));
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
      if (old) setView(asked ? { ...old, filters: asked } : old);
    });
  }, []);
  const change = (next: Partial<View>, refits = false) => {
    const whole = { ...view, ...next };
    if (refits) setRefit(refit + 1);
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
  const refocus = () => hands.current?.focus();

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

  const cell = useCallback((x: number, y: number): Cell => drawn(book, columns[x], index[y]), [columns, index, book]);
  const toned = useCallback((y: number): Tone | undefined => rowTone(book, index[y]), [index, book]);

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

  const wide = (range: Partial<Box>) => setSelection({ cell: selection.cell, range: { ...selection.range, ...range } });
  const deeds: Deeds = {
    explain: () => {
      if (pending?.state !== "refused" && pending?.state !== "conflict") return false;
      setOpen({ what: "note", ...noteBox() });
      return true;
    },
    advance: (right, back) => select(advanced(selection, right, back, sheet)),
    panel: () => onPanel(!panel),
    clear: () => clear("clear"),
    forget: () => {
      if (pending?.state !== "refused") return false;
      book.edits.forget(pending.id, pending.key);
      return true;
    },
    context: () => setOpen({ what: "context", ...noteBox() }),
    filter: () => setOpen({ what: "filter", column, x: grid.current?.bounds(column, row)?.x ?? 100, y: 120 }),
    rows: () => wide({ x: 0, width: columns.length }),
    columns: () => wide({ y: 0, height: index.length }),
    all: () => wide({ x: 0, y: 0, width: columns.length, height: index.length }),
    fill: (right) => enter("fill", spread(seen, selection.range, right)),
    undo,
    find: () => setLooking(looking ?? ""),
    today: () => hands.current?.edit(book.today),
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const move = event.altKey ? undefined : moved(selection, { key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey }, sheet);
    if (move) select(move.to, move.see);
    return move !== undefined || pressed(event, deeds);
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

  const empty = book.rows.alive === 0 && book.loader.done;
  // Scrolling moves the cell under the hands.
  const [box, setBox] = useState<Box>();
  useEffect(() => {
    const frame = requestAnimationFrame(() => setBox(grid.current?.bounds(column, row)));
    return () => cancelAnimationFrame(frame);
  }, [column, row, scroll, view, index, panel]);
  // In the same breath as what was open goes, so that the next key finds the grid.
  useLayoutEffect(() => {
    if (!open && looking === undefined) refocus();
  }, [open, selection, empty]);

  useFindKey(setLooking);

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
    change({ filters }, true);
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

  if (empty) return <First book={book} onTab={onTab} />;

  return (
    <div class="register">
      <Toolbar
        book={book}
        filters={filterKeys.length}
        panel={panel}
        onUndo={(again) => {
          undo(again);
          refocus();
        }}
        onViews={(at_) => setOpen({ what: "views", ...at_ })}
        onColumns={(at_) => setOpen({ what: "columns", ...at_ })}
        onExcel={(at_) => setOpen({ what: "excel", ...at_ })}
        onUnfilter={() => {
          change({ filters: {} }, true);
          refocus();
        }}
        onFind={() => setLooking(looking === undefined ? "" : undefined)}
        onPanel={() => onPanel(!panel)}
      >
        {looking !== undefined && (
          <FindBar
            looking={looking}
            count={places.length}
            at={findAt}
            onLook={setLooking}
            onNext={findNext}
            onClose={() => {
              setLooking(undefined);
              refocus();
            }}
          />
        )}
      </Toolbar>
      <Formula
        where={`${active?.title ?? ""} · ${number}`}
        text={typing ?? value}
        typing={typing !== undefined}
        state={state}
        onHelp={(at_) => setOpen({ what: "help", column, ...at_ })}
        onEdit={() => hands.current?.edit()}
        onState={() => setOpen({ what: "note", ...noteBox() })}
      />
      {/* The canvas takes the focus when it is clicked; the hands take it back. */}
      <div class="sheet" onMouseUp={refocus} onClick={refocus}>
        <GridView
          ref={grid}
          heads={heads}
          rows={index.length}
          cell={cell}
          rowTone={toned}
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
        locked={lock(book, active, place)}
        label={state ? `${label}${t("semicolon")}${state}` : label}
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
      <Status book={book} message={message || t(typing === undefined ? "ready" : "editing")} rows={index.length} stats={stats} />
      <Windows
        book={book}
        view={view}
        columns={columns}
        index={index}
        open={open}
        active={active}
        place={place}
        pending={pending}
        column={column}
        setOpen={setOpen}
        change={change}
        setFilter={setFilter}
        onFix={(own) => {
          setOpen(undefined);
          requestAnimationFrame(() => active && hands.current?.edit(forEditor(active, own.to)));
        }}
        onReturned={(changes) => book.enter("excel", [...changes])}
        onGo={(to, key) => {
          book.report = undefined;
          go(to, key);
        }}
        onReported={() => {
          book.report = undefined;
          book.changed();
          refocus();
        }}
        deeds={{
          copy: () => void toClipboard(seen, selection.range),
          paste: () => void fromClipboard().then((found) => (found ? paste(found) : setMessage(t("paste_how")))),
          clear: () => clear("clear"),
          fill_down: () => enter("fill", spread(seen, selection.range, false)),
          open_details: () => onPanel(true),
        }}
      />
    </div>
  );
}
