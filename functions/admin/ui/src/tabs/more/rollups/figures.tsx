// What rates are set against (分母), month by month of a year: typed, or pasted from Excel as a block.

import { useEffect, useState } from "preact/hooks";
import type { Figures } from "../../../api/types";
import { parseTsv } from "../../../grid/tsv";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { said, useLoaded } from "../parts";

const KEEPERS = ["officer", "manager", "quality", "administrator"];

export function FiguresSheet({ book, year, onKept }: { book: Workbook; year: string; onKept(): void }) {
  const { found, wrong, again } = useLoaded(() => book.client.get<Figures>(`/api/figures?year=${year}`), [year, book.columns]);
  const [draft, setDraft] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const [done, setDone] = useState(false);
  useEffect(() => setDraft({}), [year]);
  if (!found) return <p class={`opening ${wrong ? "bad" : ""}`}>{wrong || t("loading")}</p>;
  const may = KEEPERS.includes(book.session.role);
  const kept = (month: number, name: number) => found.months[month]?.figures[found.names[name]?.name ?? ""] ?? "";
  const key = (month: number, name: number) => `${month} ${name}`;
  const value = (month: number, name: number) => draft[key(month, name)] ?? kept(month, name);
  const changed = Object.entries(draft).filter(([place, text]) => {
    const [month = 0, name = 0] = place.split(" ").map(Number);
    return text !== kept(month, name);
  });
  const type = (cells: [number, number, string][]) => {
    const next = { ...draft };
    for (const [month, name, text] of cells) if (month < found.months.length && name < found.names.length) next[key(month, name)] = text.replace(/[,，\s]/g, "").normalize("NFKC");
    setDraft(next);
    setDone(false);
  };
  const save = async () => {
    setBusy(true);
    setRefused("");
    try {
      const months = [...new Set(changed.map(([place]) => Number(place.split(" ")[0])))];
      for (const month of months) {
        const own = changed.filter(([place]) => Number(place.split(" ")[0]) === month);
        const figures = Object.fromEntries(own.map(([place, text]) => [found.names[Number(place.split(" ")[1])]?.name ?? "", text === "" ? null : text]));
        await book.client.put("/api/figures", { month: found.months[month]?.month ?? "", figures });
      }
      await again();
      setDraft({});
      setDone(true);
      onKept();
    } catch (failure) {
      setRefused(said(failure));
      await again();
    } finally {
      setBusy(false);
    }
  };
  /** Moves between the fields as a spreadsheet does. */
  const onKey = (event: KeyboardEvent, month: number, name: number) => {
    const by: Record<string, [number, number]> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], Enter: [event.shiftKey ? -1 : 1, 0] };
    const step = by[event.key];
    if (!step) return;
    event.preventDefault();
    const own = event.currentTarget as HTMLElement;
    own.closest("table")?.querySelector<HTMLInputElement>(`[data-place="${month + step[0]} ${name + step[1]}"]`)?.select();
  };
  const sum = (name: number) => found.months.reduce((all, _, month) => all + (Number(value(month, name)) || 0), 0);
  return (
    <section class="figures">
      <h2>{t("rollup.figures_of", { year })}</h2>
      <p class="quiet">{t("rollup.figures_help")}</p>
      {found.names.length === 0 ? (
        <p>{t("rollup.figures_none")}</p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <table class="wide figures-sheet">
            <thead>
              <tr>
                <th scope="col">{t("audit.month")}</th>
                {found.names.map((one) => (
                  <th scope="col" key={one.name} class="num">
                    {one.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.months.map((one, month) => (
                <tr key={one.month}>
                  <th scope="row" class="when">
                    {one.month}
                  </th>
                  {found.names.map((figure, name) => (
                    <td key={figure.name} class={value(month, name) === kept(month, name) ? "" : "typed"}>
                      <input
                        data-place={key(month, name)}
                        aria-label={`${figure.title} ${one.month}`}
                        inputMode="decimal"
                        readOnly={!may}
                        value={value(month, name)}
                        onInput={(event) => type([[month, name, event.currentTarget.value]])}
                        onKeyDown={(event) => onKey(event, month, name)}
                        onPaste={(event) => {
                          const block = parseTsv(event.clipboardData?.getData("text/plain") ?? "");
                          if (!may || (block.length <= 1 && (block[0]?.length ?? 0) <= 1)) return;
                          event.preventDefault();
                          type(block.flatMap((row, down) => row.map((text, right): [number, number, string] => [month + down, name + right, text])));
                        }}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t("import.all")}</th>
                {found.names.map((one, name) => (
                  <td key={one.name} class="num">
                    {sum(name) === 0 ? "" : sum(name).toLocaleString()}
                  </td>
                ))}
              </tr>
            </tfoot>
          </table>
          {refused && (
            <p class="bad" role="alert">
              {refused}
            </p>
          )}
          {done && (
            <p class="good" role="status">
              {t("rollup.figures_kept")}
            </p>
          )}
          {may && (
            <p class="buttons">
              <button type="submit" class="main" disabled={busy || changed.length === 0}>
                {t("rollup.figures_save", { n: changed.length })}
              </button>
            </p>
          )}
        </form>
      )}
    </section>
  );
}
