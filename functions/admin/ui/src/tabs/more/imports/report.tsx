// What became, or would become, of a ledger's rows: the sum, sheet by sheet, row by row, and what an undoing left.

import { useMemo } from "preact/hooks";
import { say, t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { column, type Listed, ListTab } from "../../list";
import type { Report, SheetReport, Totals, Undone } from "./shapes";

const KINDS = ["created", "merged", "unchanged", "skipped", "rejected"] as const;

/** Rows in = what became of them: as a bar and as an equation. */
export function Sum({ totals }: { totals: Totals }) {
  return (
    <div class="sum">
      <p>
        <b class="num">{totals.rows.toLocaleString()}</b> {t("import.rows")} <span class="quiet">=</span>{" "}
        {KINDS.map((kind, at) => (
          <span key={kind}>
            {at > 0 && <span class="quiet"> + </span>}
            <i class={`dot of-${kind}`} aria-hidden="true" />
            {t(`import.${kind}`)} <b class="num">{totals[kind].toLocaleString()}</b>
            {kind === "merged" && totals.mended > 0 && <span class="quiet"> {t("import.mended", { n: totals.mended })}</span>}
          </span>
        ))}
      </p>
      <Bar totals={totals} />
    </div>
  );
}

function Bar({ totals }: { totals: Totals }) {
  let at = 0;
  return (
    <svg class="bar-of" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
      {KINDS.map((kind) => {
        const width = totals.rows > 0 ? (totals[kind] / totals.rows) * 1000 : 0;
        const from = at;
        at += width;
        return <rect key={kind} class={`of-${kind}`} x={from} y="0" width={width} height="10" />;
      })}
    </svg>
  );
}

export function Sheets({ report }: { report: Report }) {
  const many = report.files.length > 1;
  const sheets = report.files.flatMap((file) => (file.by_sheet ?? []).map((sheet) => ({ file: file.file, sheet })));
  const subtotals = sheets.flatMap(({ sheet }) => sheet.subtotals.map((one) => ({ sheet: sheet.sheet, ...one })));
  return (
    <>
      <table class="wide">
        <caption>{t("import.by_sheet")}</caption>
        <thead>
          <tr>
            {many && <th scope="col">{t("import.file")}</th>}
            <th scope="col">{t("import.sheet")}</th>
            <th scope="col">{t("import.nature")}</th>
            <th scope="col" class="num">
              {t("import.rows")}
            </th>
            {KINDS.map((kind) => (
              <th scope="col" class="num" key={kind}>
                {t(`import.${kind}`)}
              </th>
            ))}
            <th scope="col" class="num">
              {t("import.claims")}
            </th>
            <th scope="col" class="num">
              {t("import.defects")}
            </th>
          </tr>
        </thead>
        <tbody>
          {sheets.map(({ file, sheet }) => (
            <tr key={`${file} ${sheet.sheet}`}>
              {many && <td>{file}</td>}
              <th scope="row">
                {sheet.sheet}
                {sheet.hidden && <span class="chip">{t("import.hidden")}</span>}
              </th>
              <td class={sheet.nature === "skipped" ? "quiet" : ""}>{nature(sheet)}</td>
              <td class="num">{sheet.totals.rows.toLocaleString()}</td>
              {KINDS.map((kind) => (
                <td class={`num ${kind === "rejected" && sheet.totals.rejected > 0 ? "bad" : ""}`} key={kind}>
                  {sheet.totals[kind] === 0 ? <span class="quiet">0</span> : sheet.totals[kind].toLocaleString()}
                </td>
              ))}
              <td class="num">{sheet.figures.all.claim_amount === "0.00" ? "" : sheet.figures.all.claim_amount}</td>
              <td class="num">{sheet.figures.all.defect_qty === "0" ? "" : sheet.figures.all.defect_qty}</td>
            </tr>
          ))}
        </tbody>
        {sheets.length > 1 && (
          <tfoot>
            <tr>
              {many && <td />}
              <th scope="row">{t("import.all")}</th>
              <td />
              <td class="num">{report.totals.rows.toLocaleString()}</td>
              {KINDS.map((kind) => (
                <td class="num" key={kind}>
                  {report.totals[kind].toLocaleString()}
                </td>
              ))}
              <td />
              <td />
            </tr>
          </tfoot>
        )}
      </table>
      {subtotals.length > 0 && (
        <table class="wide">
          <caption>{t("import.subtotals")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("import.sheet")}</th>
              <th scope="col" class="num">
                {t("import.row")}
              </th>
              <th scope="col">{t("import.label")}</th>
              <th scope="col">{t("import.header")}</th>
              <th scope="col" class="num">
                {t("import.stated")}
              </th>
              <th scope="col" class="num">
                {t("import.found")}
              </th>
              <th scope="col" />
            </tr>
          </thead>
          <tbody>
            {subtotals.map((one) => (
              <tr key={`${one.sheet} ${one.row} ${one.header}`}>
                <td>{one.sheet}</td>
                <td class="num">{one.row}</td>
                <td>{one.label}</td>
                <td>{one.header}</td>
                <td class="num">{one.stated}</td>
                <td class="num">{one.found}</td>
                <td class={one.agrees ? "good" : "bad"}>{one.agrees ? `✓ ${t("import.agrees")}` : `✗ ${t("import.differs")}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function nature(sheet: SheetReport): string {
  if (sheet.nature === "skipped") return sheet.reason ?? "";
  return `${t(sheet.nature === "forms" ? "import.forms" : "import.table")}${sheet.headers.length > 0 ? ` · ${t("import.header_at", { row: sheet.headers.map((rows) => rows.join("–")).join("、") })}` : ""}`;
}

export interface Row extends Listed {
  kind: "rejected" | "warning" | "skipped";
}

/** Every row of which there is something to tell, the worst first. */
export function linesOf(report: Report): Row[] {
  const of = (kind: Row["kind"], file: Report["files"][number], name: "rejected" | "warnings" | "skipped") =>
    file[name].map((line, at): Row => {
      const said = (line.reason ?? line.message ?? "").replaceAll("`", "");
      return { kind, id: `${file.file} ${name} ${at}`, cells: { kind, sheet: line.sheet, row: String(line.row), column: line.column ?? "", said } };
    });
  return report.files.flatMap((file) => [...of("rejected", file, "rejected"), ...of("warning", file, "warnings"), ...of("skipped", file, "skipped")]);
}

interface ListProps {
  book: Workbook;
  dark: boolean;
  onReload(): void;
}

export function Lines({ book, dark, lines, leftOff, onReload }: ListProps & { lines: readonly Row[]; leftOff: number }) {
  const columns = useMemo(
    () => [
      column("kind", "import.kind", "choice", 96, { options: (["rejected", "warning", "skipped"] as const).map((kind) => [kind, t(`import.kind_${kind}`)] as const) }),
      column("sheet", "import.sheet", "text", 130),
      column("row", "import.row", "integer", 70),
      column("column", "import.column", "text", 64),
      column("said", "import.said", "text", 760),
    ],
    [book.columns],
  );
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("import.lines")}
      columns={columns}
      items={lines}
      wrong=""
      none={t("import.lines_none")}
      {...(leftOff > 0 ? { help: t("import.left_off", { n: leftOff }) } : {})}
      tone={(get) => (get("kind") === "rejected" ? "late" : get("kind") === "warning" ? "soon" : "quiet")}
      onReload={onReload}
    />
  );
}

/** What an undoing did not take back, and why. */
export function Left({ book, dark, left, onReload, onOpen, onActive }: ListProps & { left: Undone["left"]; onOpen(id: string): void; onActive(id: string | undefined): void }) {
  const columns = useMemo(() => [column("number", "column.number", "text", 160), column("reason", "reason", "text", 520)], [book.columns]);
  const items = useMemo(() => left.map((one): Listed => ({ id: one.id, cells: { number: one.number ?? one.id, reason: say(`import.left_${one.reason}`) } })), [left, book.columns]);
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("import.left")}
      columns={columns}
      items={items}
      wrong=""
      none={t("import.left_none")}
      help={t("import.left_help")}
      onReload={onReload}
      onOpen={onOpen}
      onActive={onActive}
    />
  );
}

/** The first complaints as they were understood. */
export function Sample({ book, sample, fields }: { book: Workbook; sample: readonly Record<string, unknown>[]; fields: readonly string[] }) {
  const words = book.book.words["ledger_field"] ?? {};
  const used = fields.filter((field) => sample.some((record) => record[field] !== undefined && record[field] !== null));
  const extra = [...new Set(sample.flatMap((record) => Object.keys((record["_extra"] as object | undefined) ?? {})))];
  const text = (field: string, value: unknown) => (value === undefined || value === null ? "" : field === "status" ? (book.book.words["ledger_status"]?.[String(value)] ?? String(value)) : String(value));
  return (
    <table class="wide sample">
      <caption>{t("import.sample_help", { n: sample.length })}</caption>
      <thead>
        <tr>
          <th scope="col">{t("import.sheet")}</th>
          <th scope="col" class="num">
            {t("import.row")}
          </th>
          {used.map((field) => (
            <th scope="col" key={field}>
              {words[field] ?? field}
            </th>
          ))}
          {extra.map((header) => (
            <th scope="col" key={header} class="quiet">
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sample.map((record, at) => {
          const place = record["_src"] as { sheet: string; row: number } | undefined;
          return (
            <tr key={at}>
              <td class="quiet">{place?.sheet}</td>
              <td class="num quiet">{place?.row}</td>
              {used.map((field) => (
                <td key={field}>{text(field, record[field])}</td>
              ))}
              {extra.map((header) => (
                <td key={header} class="quiet">
                  {text("", (record["_extra"] as Record<string, unknown> | undefined)?.[header])}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
