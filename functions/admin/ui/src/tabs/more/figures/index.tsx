// Shipments and sales (出货与销售): what rates are set against, a row for each month and a column for each figure; typed, pasted from
// Excel, or read from a file.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Column } from "../../../store/kinds";
import { FigureSheet, MONTH } from "../../../store/figures";
import { useWatched } from "../../../store/watch";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import type { ListEdit } from "../../entering";
import { column, type Listed, ListTab } from "../../list";
import { said, type TabProps } from "../parts";
import { FiguresFile, type Given } from "./file";

/** Who may enter figures. */
const KEEPERS = ["officer", "manager", "quality", "administrator"];
/** Years before the current one that can be chosen; earlier ones are reached by the arrow. */
const BACK = 9;

const SHEETS = new WeakMap<Workbook, FigureSheet>();

/** The sheet of this workbook: what was typed, and what can be undone, is there again when the tab is. */
export function sheetOf(book: Workbook): FigureSheet {
  let sheet = SHEETS.get(book);
  if (!sheet) {
    const when = () => ({ today: book.today, offset: book.offset, offline: book.loader.offline });
    sheet = new FigureSheet(book.client, book.kept, when, book.today.slice(0, 4));
    SHEETS.set(book, sheet);
    const own = sheet;
    void own.start().catch(() => undefined);
    // What waits is tried again now and then, as in the register.
    addEventListener("online", () => own.retry());
    setInterval(() => own.retry(), 5000);
  }
  return sheet;
}

export function FiguresTab({ book, dark, onActive, onTab }: TabProps) {
  const sheet = sheetOf(book);
  const tick = useWatched(sheet);
  const [year, setYear] = useState(sheet.year);
  const [ready, setReady] = useState<string>();
  const [wrong, setWrong] = useState("");
  const [given, setGiven] = useState<Given>();
  const may = KEEPERS.includes(book.session.role);

  const load = async () => {
    try {
      await sheet.again();
      await sheet.need(year);
      setReady(year);
      setWrong("");
    } catch (failure) {
      setWrong(said(failure));
    }
  };
  useEffect(() => {
    sheet.year = year;
    void load();
  }, [year, book.columns]);
  useEffect(() => onActive(undefined), []);

  const titles = [...sheet.columns.values()].map((one) => one.title).join("\n");
  const columns = useMemo(() => [column(MONTH, "audit.month", "text", 96), ...sheet.columns.values()], [titles, book.columns]);
  const items = useMemo(() => (ready === year ? months(sheet, year, columns) : undefined), [tick, ready, year, columns]);
  const edit: ListEdit = useMemo(
    () => ({
      sheet,
      locked: (own: Column) => (own.key === MONTH ? t("locked.computed") : may ? undefined : t("locked.reader")),
    }),
    [tick, book.columns],
  );
  const years = useMemo(() => {
    const now = Number(book.today.slice(0, 4));
    const all = Array.from({ length: BACK + 2 }, (_, at) => String(now + 1 - at));
    return all.includes(year) ? all : [...all, year].sort().reverse();
  }, [year]);

  if (items && columns.length === 1) return <p class="opening">{t("figures.none")}</p>;
  return (
    <ListTab
      key={titles}
      book={book}
      dark={dark}
      label={t("tab.figures")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("figures.none")}
      help={t("figures.help")}
      edit={edit}
      onReload={() => void load()}
      tools={
        <>
          <button type="button" aria-label={t("figures.year_before")} onClick={() => setYear(String(Number(year) - 1))}>
            ←
          </button>
          <select aria-label={t("figures.year")} value={year} onChange={(event) => setYear(event.currentTarget.value)}>
            {years.map((one) => (
              <option key={one} value={one} selected={one === year}>
                {one}
              </option>
            ))}
          </select>
          <button type="button" aria-label={t("figures.year_after")} onClick={() => setYear(String(Number(year) + 1))}>
            →
          </button>
          <i class="rule" />
          {may && <FiguresFile sheet={sheet} year={year} given={given} onGiven={setGiven} onEntered={setYear} />}
          <button type="button" onClick={() => onTab("rollups")}>
            {t("tab.rollups")}
          </button>
        </>
      }
    />
  );
}

function months(sheet: FigureSheet, year: string, columns: readonly Column[]): Listed[] {
  return Array.from({ length: 12 }, (_, at) => {
    const month = `${year}-${String(at + 1).padStart(2, "0")}`;
    return { id: month, cells: Object.fromEntries(columns.map(({ key }) => [key, key === MONTH ? month : sheet.held(month, key)])) };
  });
}
