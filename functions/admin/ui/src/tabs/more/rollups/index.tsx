// Figures of a month, a quarter or a year (汇总): counts, key figures with their lights, charts that lead to the complaints
// they count, and what is overdue; what rates are set against has a tab of its own.

import { useMemo, useState } from "preact/hooks";
import type { Rollup, Rollups } from "../../../api/types";
import { moved, monthIn, periodOf, type Span, spanOf } from "../../../store/period";
import { moment } from "../../../store/values";
import { t } from "../../../texts";
import { inZone } from "../audit";
import { sheetOf } from "../figures";
import { said, type TabProps, useLoaded } from "../parts";
import { Page } from "./page";
import "../more.css";

const COUNTERS = ["manager", "quality", "administrator"];
const SPANS: readonly Span[] = ["month", "quarter", "year"];

export function RollupsTab({ book, onTab }: TabProps) {
  const [procedure, setProcedure] = useState(book.book.procedures[0]?.id ?? "");
  const [period, setPeriod] = useState<string>(() => periodOf(book.today, "year"));
  const [version, setVersion] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const kept = useLoaded(() => book.client.get<Rollups>("/api/rollups"), []);
  const query = new URLSearchParams({ procedure, ...(version === undefined ? {} : { version }) });
  const { found, wrong, again } = useLoaded(() => book.client.get<Rollup>(`/api/rollups/${period}?${query}`), [period, procedure, version, book.columns]);
  const shown = found?.period === period && found.procedure === procedure ? found : undefined;
  const ended = useMemo(() => kept.found?.rollups.filter((one) => one.procedure === procedure) ?? [], [kept.found, procedure]);
  const span = spanOf(period);
  const go = (next: string) => {
    setPeriod(next);
    setVersion(undefined);
    setRefused("");
  };
  const count = async () => {
    setBusy(true);
    setRefused("");
    try {
      await book.client.post(`/api/rollups/${period}`, { procedure });
      setVersion(undefined);
      await Promise.all([again(), kept.again()]);
    } catch (failure) {
      setRefused(said(failure));
    } finally {
      setBusy(false);
    }
  };
  /** The sheet of what the rates of this period are set against. */
  const figures = () => {
    sheetOf(book).year = period.slice(0, 4);
    onTab("figures");
  };
  const versions = shown?.versions ?? [];
  return (
    <div class="page rollups">
      <div class="tools" role="toolbar" aria-label={t("tab.rollups")}>
        {book.book.procedures.length > 1 && (
          <select aria-label={t("column.procedure")} value={procedure} onChange={(event) => setProcedure(event.currentTarget.value)}>
            {book.book.procedures.map((one) => (
              <option key={one.id} value={one.id} selected={one.id === procedure}>
                {one.id} {one.title}
              </option>
            ))}
          </select>
        )}
        {SPANS.map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={span === one}
            onClick={() => go(periodOf(monthIn(period, true) > book.today.slice(0, 7) ? book.today : monthIn(period, true), one))}
          >
            {t(`rollup.${one}`)}
          </button>
        ))}
        <button type="button" aria-label={t("rollup.earlier")} onClick={() => go(moved(period, -1))}>
          ←
        </button>
        <b class="num period">{period}</b>
        <button type="button" aria-label={t("rollup.later")} disabled={monthIn(moved(period, 1), false) > book.today.slice(0, 7)} onClick={() => go(moved(period, 1))}>
          →
        </button>
        {ended.length > 0 && (
          <select aria-label={t("rollup.kept")} value={ended.some((one) => one.period === period) ? period : ""} onChange={(event) => event.currentTarget.value && go(event.currentTarget.value)}>
            <option value="">{t("rollup.kept")}</option>
            {ended.map((one) => (
              <option key={one.period} value={one.period} selected={one.period === period}>
                {one.period}
                {one.received === null ? "" : ` · ${one.received}`}
              </option>
            ))}
          </select>
        )}
        {versions.length > 1 && (
          <select aria-label={t("procedure.version")} value={version ?? String(shown?.version ?? "")} onChange={(event) => setVersion(event.currentTarget.value)}>
            {versions.map((one) => (
              <option key={one.version} value={String(one.version)} selected={String(one.version) === (version ?? String(shown?.version))}>
                V{one.version}
                {one.moved > 0 ? ` · ${t("rollup.moved", { n: one.moved })}` : ""}
              </option>
            ))}
          </select>
        )}
        <span class="rule" />
        {COUNTERS.includes(book.session.role) && (
          <button type="button" disabled={busy} title={t("rollup.count_help")} onClick={() => void count()}>
            {t("rollup.count")}
          </button>
        )}
        <a class="button" href={`/api/rollups/${period}.xlsx?${query}`} download>
          {t("rollup.xlsx")}
        </a>
        <button type="button" disabled={!shown} onClick={() => print()}>
          {t("rollup.print")}
        </button>
        <button type="button" onClick={figures}>
          {t("tab.figures")}
        </button>
        <span class="spring" />
        {(wrong || refused) && (
          <span class="bad" role="alert">
            {refused || wrong}
          </span>
        )}
        {shown && (
          <span class="quiet">
            {shown.counted_at ? t("rollup.counted_at", { at: moment(inZone(shown.counted_at, book.offset), false) }) : t("rollup.as_of", { at: moment(inZone(shown.as_of, book.offset), false) })}
            {shown.running && ` · ${t("rollup.running")}`}
          </span>
        )}
      </div>
      <div class="page-scroll" role="region" aria-label={t("tab.rollups")} tabIndex={0}>
        {shown ? (
          <Page book={book} rollup={shown} onShow={(filters) => onTab("register", filters)} onFigures={figures} onTab={onTab} />
        ) : (
          !wrong && <p class="opening">{t("rollup.counting")}</p>
        )}
      </div>
    </div>
  );
}
