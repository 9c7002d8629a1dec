// What is due (待办): deadlines that are late or end within a week, the longest late first.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Due as DueAnswer } from "../api/types";
import type { Box, Cell, GridHandle, Head, Tone } from "../grid/GridView";
import { GridView } from "../grid/glide";
import { Hands, type HandsHandle } from "../grid/hands";
import { advanced, at, moved, type Selection } from "../grid/moves";
import { writeHtml, writeTsv } from "../grid/tsv";
import { moment } from "../store/values";
import { useWatched } from "../store/watch";
import { t } from "../texts";
import type { Workbook } from "../workbook";

type Item = DueAnswer["items"][number] & Record<string, unknown>;

const WIDTHS: Record<string, number> = {
  late: 110,
  due_at: 136,
  title: 240,
  responsible: 110,
  number: 118,
  customer_name: 150,
  class: 120,
  department: 100,
  stage: 90,
};

interface Props {
  book: Workbook;
  dark: boolean;
  /** On a telephone each stands as a card. */
  narrow: boolean;
  onOpen(id: string): void;
  onActive(id: string | undefined): void;
}

export function DueTab({ book, dark, narrow, onOpen, onActive }: Props) {
  const tick = useWatched(book);
  const [mine, setMine] = useState(true);
  const [items, setItems] = useState<Item[]>();
  const [wrong, setWrong] = useState("");
  const [selection, setSelection] = useState<Selection>(() => at(0, 0));
  const [widths, setWidths] = useState(WIDTHS);
  const [scroll, setScroll] = useState(0);
  const [box, setBox] = useState<Box>();
  const grid = useRef<GridHandle>(null);
  const hands = useRef<HandsHandle>(null);
  const now = useRef(0);

  const load = async () => {
    try {
      const all: Item[] = [];
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({ scope: mine ? "mine" : "all" });
        if (cursor) query.set("cursor", cursor);
        const page: DueAnswer = await book.client.get<DueAnswer>(`/api/due?${query}`);
        now.current = Date.parse(page.as_of);
        all.push(...(page.items as Item[]));
        cursor = page.next;
      } while (cursor && all.length < 5000);
      setItems(all);
      setWrong("");
    } catch (failure) {
      setWrong((failure as Error).message || t("offline"));
    }
  };
  useEffect(() => void load(), [mine, book.fresh]);
  useEffect(() => {
    const timer = setInterval(() => void load(), 30_000);
    return () => clearInterval(timer);
  }, [mine]);

  const keys = Object.keys(WIDTHS);
  const title = (key: string) => (key === "customer_name" ? t("customer") : (book.columns.get(key)?.title ?? t(`column.${key}` as "column.title")));
  const heads: Head[] = keys.map((key) => ({ key, title: key === "late" ? t("column.late") : key === "title" ? t("column.title") : title(key), width: widths[key] ?? 100 }));
  const text = (item: Item | undefined, key: string): string => {
    if (!item) return "";
    const value = item[key];
    if (key === "late") return left(Date.parse(item.due_at) - now.current);
    if (key === "due_at") return moment(item.due_at, true);
    if (key === "stage") return book.book.words["stage"]?.[String(value)] ?? String(value ?? "");
    if (key === "title") return String(value ?? item.rule);
    return String(value ?? "");
  };
  const cell = useCallback(
    (x: number, y: number): Cell => {
      const item = items?.[y];
      const key = keys[x] ?? "";
      return { text: text(item, key), tone: key === "late" && item?.late ? "late" : undefined };
    },
    [items, tick],
  );
  const rowTone = useCallback((y: number): Tone | undefined => (items?.[y]?.late ? "late" : undefined), [items]);
  const count = items?.length ?? 0;
  const item = items?.[selection.cell[1]];
  useEffect(() => onActive(item?.id), [item?.id]);
  useEffect(() => {
    hands.current?.focus();
    const frame = requestAnimationFrame(() => setBox(grid.current?.bounds(...selection.cell)));
    return () => cancelAnimationFrame(frame);
  }, [selection, scroll, items]);

  const sheet = { columns: keys.length, rows: count, page: 20, empty: (x: number, y: number) => text(items?.[y], keys[x] ?? "") === "" };
  const select = (next: Selection, see: readonly [number, number] = next.cell) => {
    setSelection(next);
    grid.current?.see(see[0], see[1]);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    const ctrl = event.ctrlKey || event.metaKey;
    const move = moved(selection, { key: event.key, ctrl, shift: event.shiftKey }, sheet);
    if (move) {
      select(move.to, move.see);
      return true;
    }
    if (event.key === "Enter" && item) {
      onOpen(item.id);
      return true;
    }
    if (event.key === "Tab") {
      select(advanced(selection, true, event.shiftKey, sheet));
      return true;
    }
    if (ctrl && event.key.toLowerCase() === "a") {
      setSelection({ cell: selection.cell, range: { x: 0, y: 0, width: keys.length, height: count } });
      return true;
    }
    return false;
  };

  return (
    <div class="register">
      <div class="tools" role="toolbar" aria-label={t("tab.due")}>
        <button type="button" aria-pressed={mine} onClick={() => setMine(true)}>
          {t("due_mine")}
        </button>
        <button type="button" aria-pressed={!mine} onClick={() => setMine(false)}>
          {t("due_all")}
        </button>
        <button type="button" onClick={() => void load()}>
          {t("refresh")}
        </button>
        <span class="quiet">{t("due_help")}</span>
        {wrong && (
          <span class="bad" role="alert">
            {wrong}
          </span>
        )}
      </div>
      {narrow && (
        <ul class="cards">
          {items?.map((one) => (
            <li key={`${one.id} ${one.rule}`}>
              <button type="button" class={one.late ? "is-late" : ""} onClick={() => onOpen(one.id)}>
                <b class={one.late ? "late" : ""}>{text(one, "late")}</b>
                <span>{text(one, "title")}</span>
                <span class="quiet">
                  {one.number} · {text(one, "customer_name")}
                </span>
                <span class="quiet num">
                  {text(one, "due_at")} · {one.responsible}
                </span>
              </button>
            </li>
          ))}
          {items && count === 0 && <li class="quiet">{t("due_none")}</li>}
        </ul>
      )}
      {!narrow && (<>
      <div class="sheet" onMouseUp={() => hands.current?.focus()}>
        <GridView
          ref={grid}
          heads={heads}
          rows={count}
          cell={cell}
          rowTone={rowTone}
          selection={selection}
          onSelection={setSelection}
          frozen={0}
          onWidth={(column, width) => setWidths({ ...widths, [keys[column] ?? ""]: width })}
          onMove={() => undefined}
          onHead={() => undefined}
          onContext={(_x, y) => items?.[y] && onOpen(items[y].id)}
          onOpen={(_x, y) => items?.[y] && onOpen(items[y].id)}
          onFill={() => undefined}
          onScroll={setScroll}
          dark={dark}
          tick={tick}
          label={t("tab.due")}
        />
        {items && count === 0 && <p class="over">{t("due_none")}</p>}
      </div>
      <Hands
        ref={hands}
        box={box}
        column={undefined}
        text=""
        locked={t("locked.none")}
        label={item ? `${text(item, "late")} ${text(item, "title")} ${item.number}` : t("due_none")}
        today={book.today}
        onKey={onKey}
        onCommit={() => undefined}
        onLocked={() => undefined}
        onEditing={() => undefined}
        onCopy={(event) => {
          const { range } = selection;
          const rows = Array.from({ length: range.height }, (_, dy) =>
            Array.from({ length: range.width }, (_, dx) => text(items?.[range.y + dy], keys[range.x + dx] ?? "")),
          );
          event.preventDefault();
          event.clipboardData?.setData("text/plain", writeTsv(rows));
          event.clipboardData?.setData("text/html", writeHtml(rows));
        }}
        onPaste={(event) => event.preventDefault()}
      />
      </>)}
      <div class="status" role="status">
        <span>{t("rows_shown", { n: count })}</span>
        <span class="late">{t("due_late", { n: items?.filter((one) => one.late).length ?? 0 })}</span>
      </div>
    </div>
  );
}

/** How long is left, or how long it is late, in the largest unit that says something. */
function left(milliseconds: number): string {
  const minutes = Math.abs(milliseconds) / 60_000;
  const [unit, n] =
    minutes >= 48 * 60 ? (["unit_days", minutes / 1440] as const) : minutes >= 90 ? (["unit_hours", minutes / 60] as const) : (["unit_minutes", minutes] as const);
  return t(milliseconds < 0 ? "due_late" : "due_left", { n: t(unit, { n: Math.round(n) }) });
}
