// Figures from a file (.xlsx, .csv): which of its columns is which figure, what would change, and what was not understood; entered
// when the person says so, and undone as one.

import { useMemo, useState } from "preact/hooks";
import { Popup } from "../../../menus/popup";
import type { FigureSheet } from "../../../store/figures";
import { MONTH } from "../../../store/figures";
import { changesOf, type Head, type Understood, understood } from "../../../store/figures_file";
import { shown } from "../../../store/values";
import { say, t } from "../../../texts";
import { said, toGrid } from "../parts";

/** A file that was read, and the name it has. */
export interface Given {
  name: string;
  file: Understood;
}

/** Changes that are listed; all are counted and entered. */
const LISTED = 500;

interface Props {
  sheet: FigureSheet;
  year: string;
  given: Given | undefined;
  onGiven(given: Given | undefined): void;
  /** What was entered is of this year. */
  onEntered(year: string): void;
}

export function FiguresFile({ sheet, year, given, onGiven, onEntered }: Props) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const open = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setWrong("");
    try {
      const excel = await import("../../../store/excel");
      const leaves = await excel.readAny(new Uint8Array(await file.arrayBuffer()));
      if (typeof leaves === "string") {
        setWrong(say(`figures.${leaves}`));
      } else {
        const figures = [...sheet.columns.values()].map(({ key, title }) => ({ name: key, title }));
        const found = understood(leaves, figures, year);
        if (found) {
          // What would change is told against what stands there.
          for (const own of new Set(found.months.map(({ month }) => month.slice(0, 4)))) await sheet.need(own);
          onGiven({ name: file.name, file: found });
        } else {
          setWrong(t("figures.no_months"));
        }
      }
    } catch (failure) {
      setWrong(said(failure));
    }
    setBusy(false);
  };
  const close = () => {
    onGiven(undefined);
    toGrid();
  };
  return (
    <>
      <label class="button">
        {busy ? t("excel.busy") : t("figures.file")}
        <input
          class="unseen"
          type="file"
          accept=".xlsx,.csv,.txt"
          disabled={busy}
          onChange={(event) => {
            const own = event.currentTarget;
            // The same file may be chosen again after it was mended.
            void open(own.files?.[0]).finally(() => (own.value = ""));
          }}
        />
      </label>
      {wrong && (
        <span class="bad" role="alert">
          {wrong}
        </span>
      )}
      {given && <Preview sheet={sheet} given={given} onClose={close} onEntered={onEntered} />}
    </>
  );
}

interface PreviewProps {
  sheet: FigureSheet;
  given: Given;
  onClose(): void;
  onEntered(year: string): void;
}

function Preview({ sheet, given: { name, file }, onClose, onEntered }: PreviewProps) {
  const [heads, setHeads] = useState<readonly Head[]>(file.heads);
  const { changes, refused, same } = useMemo(
    () => changesOf(file, heads, sheet.columns, (month, figure) => sheet.held(month, figure), (column, text) => sheet.reads(column, text)),
    [file, heads],
  );
  const figures = [...sheet.columns.values()].filter(({ key }) => key !== MONTH);
  const title = (key: string) => sheet.columns.get(key)?.title ?? key;
  const number = (key: string, text: string) => {
    const column = sheet.columns.get(key);
    return column && text !== "" ? shown(column, text) : text;
  };
  const choose = (at: number, figure: string) => {
    // A figure has one column: another that had it has none now.
    setHeads(heads.map((one) => (one.at === at ? { ...one, figure: figure || undefined } : one.figure === figure ? { ...one, figure: undefined } : one)));
  };
  const enter = () => {
    sheet.enter(
      "figures",
      changes.map(({ month, figure, text }) => ({ id: month, key: figure, text })),
    );
    onClose();
    const first = changes[0]?.month.slice(0, 4);
    if (first !== undefined && !changes.some(({ month }) => month.startsWith(sheet.year))) onEntered(first);
  };
  const strange = file.strange.map(({ row, text, reason }) => ({ row, what: "", text, reason: t(`figures.${reason}`) }));
  const bad = [...strange, ...refused.map(({ row, title: what, text, code }) => ({ row, what, text, reason: say(`fault.${code}`) }))].sort((a, b) => a.row - b.row);
  return (
    <Popup x={window.innerWidth / 2 - 380} y={80} label={t("figures.file")} onClose={onClose} class="report excel figures-file">
      <h3>{[name, file.sheet].filter(Boolean).join(" · ")}</h3>
      {file.heads.length === 0 && <p class="bad">{t("figures.no_heads")}</p>}
      <p class="heads">
        {heads.map(({ at, title: own, figure }) => (
          <label key={at}>
            {own}{" "}
            <select value={figure ?? ""} onChange={(event) => choose(at, event.currentTarget.value)}>
              <option value="" selected={figure === undefined}>
                {t("figures.not_read")}
              </option>
              {figures.map((one) => (
                <option key={one.key} value={one.key} selected={one.key === figure}>
                  {one.title}
                </option>
              ))}
            </select>
          </label>
        ))}
      </p>
      <p>{t("figures.sum", { months: file.months.length, n: changes.length, same, bad: bad.length })}</p>
      {changes.length > LISTED && <p class="quiet">{t("excel.first", { n: LISTED })}</p>}
      <div class="scroll" role="region" aria-label={t("excel.changes")} tabIndex={0}>
        {bad.length > 0 && (
          <table class="strange">
            <caption class="bad">{t("figures.strange", { n: bad.length })}</caption>
            <thead>
              <tr>
                <th>{t("figures.row")}</th>
                <th>{t("report_column")}</th>
                <th>{t("report_value")}</th>
                <th>{t("report_reason")}</th>
              </tr>
            </thead>
            <tbody>
              {bad.slice(0, LISTED).map(({ row, what, text, reason }, at) => (
                <tr key={at}>
                  <td class="num">{row}</td>
                  <td>{what}</td>
                  <td>{text}</td>
                  <td class="bad">{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {changes.length > 0 && (
          <table class="changes-of-file">
            <thead>
              <tr>
                <th>{t("audit.month")}</th>
                <th>{t("report_column")}</th>
                <th class="num">{t("excel.was")}</th>
                <th class="num">{t("excel.becomes")}</th>
              </tr>
            </thead>
            <tbody>
              {changes.slice(0, LISTED).map(({ month, figure, from, to }) => (
                <tr key={`${month} ${figure}`}>
                  <td>{month}</td>
                  <td>{title(figure)}</td>
                  <td class="num">{number(figure, from) || t("erased_text")}</td>
                  <td class="num">{number(figure, to)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <p class="buttons">
        <button type="button" class="main" disabled={changes.length === 0} onClick={enter}>
          {t("excel.enter", { n: changes.length })}
        </button>
        <button type="button" onClick={onClose}>
          {t("cancel")}
        </button>
      </p>
    </Popup>
  );
}
