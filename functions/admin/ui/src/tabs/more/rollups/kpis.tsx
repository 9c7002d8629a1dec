// The procedure's key figures with their targets and lights; the words beside a light say the same.

import { t } from "../../../texts";
import type { KeyFigure } from "./shapes";
import { Table } from "./table";

export function KeyFigures({ all, before, year }: { all: readonly KeyFigure[]; before: string | undefined; year: string | undefined }) {
  const shown = (value: string | null, unit: string | null) =>
    value === null ? "—" : `${Number(value).toLocaleString(undefined, { maximumFractionDigits: 2 })}${unit === "percent" ? " %" : ""}`;
  const earlier = before !== undefined && all.some((one) => one.before !== null);
  const years = year !== undefined && year !== before && all.some((one) => one.year_before !== null);
  return (
    <section>
      <Table
        class="kpis"
        caption={t("rollup.kpis")}
        columns={[
          { title: t("procedure.title"), names: true },
          { title: t("rollup.value"), num: true },
          { title: t("rollup.of"), num: true, class: "quiet" },
          { title: t("setting.target") },
          { title: t("rollup.light"), class: "light-cell" },
          earlier && { title: before, num: true },
          years && { title: year, num: true },
          { title: t("clause"), class: "quiet" },
        ]}
        rows={all.map((one) => ({
          key: one.id,
          cells: [
            one.title,
            <b>{shown(one.value, one.unit)}</b>,
            one.of ? one.of.map((part) => Number(part).toLocaleString()).join(" / ") : "",
            one.target_text || <span class="quiet">—</span>,
            <>
              <span class={`light is-${one.light}`} aria-hidden="true" /> {one.light_text}
            </>,
            shown(one.before, one.unit),
            shown(one.year_before, one.unit),
            <span title={one.assumed ? t("assumed", { why: one.assumed }) : undefined}>
              {one.source}
              {one.assumed && <span class="soon"> *</span>}
            </span>,
          ],
        }))}
      />
    </section>
  );
}
