// The columns of each table beside what they were taken for: to be looked over, changed, and read once more.

import { useState } from "preact/hooks";
import { type Draft, drafted, type Layout, letters, mappingText, type Proposed } from "../../../store/mapping";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import type { Report } from "./shapes";

interface Props {
  book: Workbook;
  proposed: Proposed;
  report: Report;
  procedure: string;
  onRead(mapping: string, procedure: string): Promise<void>;
}

export function MappingEditor({ book, proposed, report, procedure: given, onRead }: Props) {
  const [draft, setDraft] = useState<Draft>(() => drafted(proposed));
  const [procedure, setProcedure] = useState(given || (book.book.procedures[0]?.id ?? ""));
  const [busy, setBusy] = useState(false);
  const layout = (fingerprint: string, change: (of: Draft["layouts"][string]) => void) => {
    const next = structuredClone(draft);
    const own = next.layouts[fingerprint];
    if (own) change(own);
    setDraft(next);
  };
  const sheet = (name: string, more: Partial<Draft["sheets"][string]>) =>
    setDraft({ ...draft, sheets: { ...draft.sheets, [name]: { ...(draft.sheets[name] ?? { skip: false, rows: "" }), ...more } } });
  const asked = proposed.layouts.flatMap((one) => one.columns).filter((column) => column.asked.length > 0).length;
  const sheets = report.files.flatMap((file) => file.by_sheet ?? []);
  return (
    <form
      class="mapping"
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        void onRead(mappingText(draft), procedure).finally(() => setBusy(false));
      }}
    >
      <p class="say">
        {asked > 0 ? <b class="soon">{t("import.asked", { n: asked })}</b> : <b class="good">{t("import.asked_none")}</b>} <span class="quiet">{t("import.mapping_help")}</span>
      </p>
      <p class="buttons">
        <button type="submit" class="main" disabled={busy}>
          {t("import.read_again")}
        </button>
        <label class="inline">
          {t("column.procedure")}
          <select value={procedure} onChange={(event) => setProcedure(event.currentTarget.value)}>
            {book.book.procedures.map((one) => (
              <option key={one.id} value={one.id} selected={one.id === procedure}>
                {one.id} {one.title}
              </option>
            ))}
          </select>
        </label>
      </p>
      {proposed.layouts.map((one) => (
        <OneLayout key={one.fingerprint} book={book} layout={one} fields={proposed.fields} sample={report.sample ?? []} draft={draft} onChange={(change) => layout(one.fingerprint, change)} />
      ))}
      {sheets.length > 0 && (
        <table class="wide narrow">
          <caption>{t("import.sheets")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("import.sheet")}</th>
              <th scope="col">{t("import.nature")}</th>
              <th scope="col">{t("import.left_out")}</th>
              <th scope="col">{t("import.header_rows")}</th>
            </tr>
          </thead>
          <tbody>
            {sheets.map((own) => (
              <tr key={own.sheet}>
                <td>{own.sheet}</td>
                <td class={own.nature === "skipped" ? "quiet" : ""}>{own.nature === "skipped" ? own.reason : t(own.nature === "forms" ? "import.forms" : "import.table")}</td>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`${t("import.left_out")} ${own.sheet}`}
                    checked={draft.sheets[own.sheet]?.skip ?? false}
                    onChange={(event) => sheet(own.sheet, { skip: event.currentTarget.checked })}
                  />
                </td>
                <td>
                  <input
                    class="short"
                    aria-label={`${t("import.header_rows")} ${own.sheet}`}
                    placeholder={own.headers[0]?.join("-") ?? ""}
                    value={draft.sheets[own.sheet]?.rows ?? ""}
                    onInput={(event) => sheet(own.sheet, { rows: event.currentTarget.value })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </form>
  );
}

interface LayoutProps {
  book: Workbook;
  layout: Layout;
  fields: readonly string[];
  sample: readonly Record<string, unknown>[];
  draft: Draft;
  onChange(change: (of: Draft["layouts"][string]) => void): void;
}

function OneLayout({ book, layout, fields, sample, draft, onChange }: LayoutProps) {
  const own = draft.layouts[layout.fingerprint];
  const words = book.book.words["ledger_field"] ?? {};
  const states = Object.entries(book.book.words["ledger_status"] ?? {});
  if (!own) return null;
  return (
    <section>
      <h3>
        {layout.seen_in.join("、")}
        <span class="quiet">
          {" "}
          {t("import.header_at", { row: layout.header_rows.join("–") })}
          {layout.said ? ` · ${t("import.said_layout")}` : layout.remembered ? ` · ${t("import.known_layout")}` : ""}
        </span>
      </h3>
      <table class="wide columns">
        <thead>
          <tr>
            <th scope="col" class="num" />
            <th scope="col">{t("import.header")}</th>
            <th scope="col">{t("import.example")}</th>
            <th scope="col">{t("import.field")}</th>
            <th scope="col">{t("import.check")}</th>
          </tr>
        </thead>
        <tbody>
          {layout.columns.map((column) => {
            const use = own.columns[column.header] ?? "";
            return (
              <tr key={column.at} class={column.asked.length > 0 ? "asked" : use === "ignore" ? "ignored" : ""}>
                <td class="num quiet">{letters(column.at)}</td>
                <th scope="row">{column.header}</th>
                <td class="example">{example(sample, column.use, column.header)}</td>
                <td>
                  <select aria-label={column.header} value={use} onChange={(event) => onChange((next) => void (next.columns[column.header] = event.currentTarget.value))}>
                    {column.automatic && <option value="">{t("import.automatic")}</option>}
                    <option value="extra" selected={use === "extra"}>
                      {t("import.extra")}
                    </option>
                    <option value="ignore" selected={use === "ignore"}>
                      {t("import.ignore")}
                    </option>
                    {fields.map((field) => (
                      <option key={field} value={field} selected={use === field}>
                        {words[field] ?? field}
                      </option>
                    ))}
                  </select>
                </td>
                <td>
                  {column.asked.map((one) => (
                    <span key={one.code} class="soon">
                      {one.message.replaceAll("`", "")}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="line">
        <label class="inline">
          {t("import.year")}
          <input
            class="short"
            inputMode="numeric"
            maxLength={4}
            placeholder={layout.year === null ? "" : String(layout.year)}
            value={own.year}
            onInput={(event) => onChange((next) => void (next.year = event.currentTarget.value.trim()))}
          />
        </label>
        {layout.colours.map(({ colour }) => (
          <label key={colour} class="inline">
            <svg class="swatch" width="16" height="16" aria-hidden="true">
              <rect width="16" height="16" rx="3" fill={`#${colour}`} stroke="currentColor" stroke-opacity="0.4" />
            </svg>
            {colour}
            <select aria-label={colour} value={own.colours[colour] ?? ""} onChange={(event) => onChange((next) => void (next.colours[colour] = event.currentTarget.value))}>
              <option value="">{t("import.no_meaning")}</option>
              {states.map(([code, word]) => (
                <option key={code} value={code} selected={own.colours[colour] === code}>
                  {word}
                </option>
              ))}
            </select>
          </label>
        ))}
      </p>
    </section>
  );
}

/** The first values that the reader found in a column. */
function example(sample: readonly Record<string, unknown>[], use: string, header: string): string {
  const found = new Set<string>();
  for (const record of sample) {
    const extra = record["_extra"] as Record<string, unknown> | undefined;
    const value = use === "extra" ? extra?.[header] : record[use];
    if (value !== undefined && value !== null && value !== "") found.add(String(value));
    if (found.size === 2) break;
  }
  return [...found].join(" ｜ ");
}
