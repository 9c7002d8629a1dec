// The view as a file of Excel, and the way back: what was changed in the file is shown first, and entered when the person says so.

import { useMemo, useState } from "preact/hooks";
import type { Column } from "../store/kinds";
import { type Change, type Changes, changesOf } from "../store/sheet";
import { shown, typed } from "../store/values";
import { say, t } from "../texts";
import type { Workbook } from "../workbook";
import { Popup } from "./popup";

interface Props {
  book: Workbook;
  columns: readonly Column[];
  index: Uint32Array;
  frozen: number;
  x: number;
  y: number;
  lock(column: Column, row: number): string | undefined;
  onEnter(changes: readonly Change[]): void;
  onGo(id: string, key: string): void;
  onClose(): void;
}

/** Changes that are listed; all are counted and entered. */
const LISTED = 500;

export function ExcelMenu({ book, columns, index, frozen, x, y, lock, onEnter, onGo, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [found, setFound] = useState<Changes>();
  // A file of half the register would look whole, and what is not read yet would look missing from one.
  const reading = !book.loader.done;

  const during = async (work: () => Promise<string | undefined>) => {
    setBusy(true);
    setWrong("");
    try {
      setWrong((await work()) ?? "");
    } catch {
      setWrong(t("excel.failed"));
    }
    setBusy(false);
  };

  const save = () =>
    during(async () => {
      const excel = await import("../store/excel");
      if (index.length > excel.MOST_ROWS) return t("excel.too_many", { n: excel.MOST_ROWS });
      const leaf = {
        title: t("tab.register"),
        installation: book.book.installation,
        at: book.book.as_of,
        columns,
        rows: [...index].map((row) => ({
          id: book.rows.ids[row] ?? "",
          version: book.rows.versions[row] ?? 0,
          kept: columns.map((column) => book.rows.get(row, column.key)),
        })),
        frozen,
        locked: (column: Column) => column.computed || column.way === "none",
        wrong: { title: t("excel.wrong_title"), message: t("excel.wrong_message") },
      };
      download(await excel.write(leaf), `${t("tab.register")}-${book.today}.xlsx`);
      onClose();
      return undefined;
    });

  const open = (file: File | undefined) =>
    during(async () => {
      if (!file) return undefined;
      const excel = await import("../store/excel");
      const returned = await excel.read(new Uint8Array(await file.arrayBuffer()), book.book.installation);
      if (typeof returned === "string") return say(`excel.${returned}`);
      setFound(
        changesOf(returned, {
          columns: book.columns,
          now: (id, key) => {
            const row = book.rows.place(id);
            return row === undefined ? undefined : book.rows.get(row, key);
          },
          lock: (id, column) => {
            const row = book.rows.place(id);
            return row === undefined ? undefined : lock(column, row);
          },
          read: (column, text) => typed(column, text, book.today, book.offset),
          say: (code) => say(`fault.${code}`),
          cut: t("excel.cut"),
        }),
      );
      return undefined;
    });

  return (
    <Popup x={x} y={y} label={t("excel")} onClose={onClose} class={found ? "report excel" : "excel"}>
      {found ? (
        <Preview book={book} found={found} onEnter={onEnter} onGo={onGo} onClose={onClose} />
      ) : (
        <div class="lines">
          <button type="button" disabled={busy || reading || index.length === 0} onClick={() => void save()}>
            {t("excel.save", { n: index.length })}
          </button>
          <label class="button-like">
            {t("excel.open")}
            <input type="file" accept=".xlsx" disabled={busy || reading} onChange={(event) => void open(event.currentTarget.files?.[0])} />
          </label>
          <p class="quiet">{t("excel.help")}</p>
        </div>
      )}
      {reading && <p role="status">{book.loader.offline ? t("excel.offline") : t("loading_month", { month: book.loader.month ?? "…", n: book.rows.alive })}</p>}
      {busy && <p role="status">{t("excel.busy")}</p>}
      {wrong && (
        <p class="bad" role="alert">
          {wrong}
        </p>
      )}
    </Popup>
  );
}

function Preview({ book, found, onEnter, onGo, onClose }: Pick<Props, "book" | "onEnter" | "onGo" | "onClose"> & { found: Changes }) {
  // Of two values of one cell the other's stands until the person says that his is the right one.
  const [mine, setMine] = useState<ReadonlySet<Change>>(new Set());
  const count = useMemo(() => (as: Change["as"]) => found.changes.filter((one) => one.as === as).length, [found]);
  const wanted = found.changes.filter((one) => one.as === "change" || mine.has(one));
  const rest: [number, "excel.strangers" | "excel.twice" | "excel.missing"][] = [
    [found.strangers, "excel.strangers"],
    [found.twice, "excel.twice"],
    [found.missing, "excel.missing"],
  ];
  return (
    <>
      <h3>{t("excel.changes")}</h3>
      <p>
        {found.changes.length === 0
          ? t("excel.none")
          : t("excel.sum", { all: found.changes.length, change: count("change"), conflict: count("conflict"), refused: count("refused") })}
      </p>
      {rest.map(([n, key]) => n > 0 && <p class="quiet" key={key}>{t(key, { n })}</p>)}
      {found.changes.length > LISTED && <p class="quiet">{t("excel.first", { n: LISTED })}</p>}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{t("column.number")}</th>
              <th>{t("report_column")}</th>
              <th>{t("excel.was")}</th>
              <th>{t("excel.becomes")}</th>
              <th>{t("report_reason")}</th>
            </tr>
          </thead>
          <tbody>
            {[...found.changes]
              .sort((a, b) => ORDER[a.as] - ORDER[b.as])
              .slice(0, LISTED)
              .map((one) => (
                <Line
                  key={`${one.id} ${one.key}`}
                  book={book}
                  change={one}
                  mine={mine.has(one)}
                  onMine={(on) => setMine(new Set(on ? [...mine, one] : [...mine].filter((other) => other !== one)))}
                  onGo={onGo}
                />
              ))}
          </tbody>
        </table>
      </div>
      <p class="buttons">
        <button type="button" class="main" disabled={wanted.length === 0} onClick={() => onEnter(wanted)}>
          {t("excel.enter", { n: wanted.length })}
        </button>
        <button type="button" onClick={onClose}>
          {t("cancel")}
        </button>
      </p>
    </>
  );
}

/** What wants a decision stands first. */
const ORDER: Record<Change["as"], number> = { conflict: 0, refused: 1, change: 2 };

interface LineProps {
  book: Workbook;
  change: Change;
  mine: boolean;
  onMine(on: boolean): void;
  onGo(id: string, key: string): void;
}

function Line({ book, change, mine, onMine, onGo }: LineProps) {
  const row = book.rows.place(change.id);
  const column = book.columns.get(change.key);
  const words = (kept: string) => (column ? shown(column, kept) : kept);
  return (
    <tr class={change.as}>
      <td>
        <button type="button" class="link" onClick={() => onGo(change.id, change.key)}>
          {row === undefined ? change.id : book.rows.get(row, "number")}
        </button>
      </td>
      <td>{column?.title}</td>
      <td>{words(change.from)}</td>
      <td>{change.text || t("erased_text")}</td>
      <td>
        {change.as === "refused" && <span class="bad">{change.reason}</span>}
        {change.as === "conflict" && (
          <label class="tick">
            <input type="checkbox" checked={mine} onChange={(event) => onMine(event.currentTarget.checked)} />{" "}
            {t("excel.conflict", { text: words(change.rival ?? "") || t("erased_text") })}
          </label>
        )}
      </td>
    </tr>
  );
}

/** Has the browser save a file of Excel. */
export function download(bytes: Uint8Array, name: string): void {
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
