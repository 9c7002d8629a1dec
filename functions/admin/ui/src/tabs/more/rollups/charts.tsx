// The charts, drawn by hand as SVG: Pareto, control chart, bars. Each stands beside a table that says the same, so that the
// drawing itself is hidden from assistive programs; a click on a bar does what the table's button does.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../texts";
import type { Month, Trend } from "./shapes";

const HEIGHT = 250;
const LEFT = 38;
const TOP = 16;
const BOTTOM = 44;

/** An axis that ends at a round number; of counts all its numbers are whole. */
export function scale(most: number, whole: boolean): { top: number; ticks: number[] } {
  if (!(most > 0)) return { top: 1, ticks: [0, 1] };
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 2.5, 5, 10].map((one) => Number((one * power).toPrecision(3)));
  const step = round.find((one) => one >= rough && (!whole || Number.isInteger(one))) ?? (whole ? Math.ceil(rough) : power * 10);
  const top = Math.ceil(most / step - 1e-9) * step;
  return { top, ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, at) => Number((at * step).toPrecision(6))) };
}

/** How wide the place is, so that a drawing is as sharp as its place. */
function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(560);
  useLayoutEffect(() => {
    const own = place.current;
    if (!own) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(280, Math.floor(own.clientWidth))));
    watch.observe(own);
    return () => watch.disconnect();
  }, []);
  return [place, width];
}

/** A name in at most two lines, each of so many narrow signs. */
export function lines(text: string, most: number): string[] {
  const wide = (sign: string) => (sign.charCodeAt(0) > 0x2e7f ? 2 : 1);
  const found = [""];
  let length = 0;
  for (const sign of text) {
    length += wide(sign);
    if (length > most) {
      if (found.length === 2) return [found[0] ?? "", `${(found[1] ?? "").slice(0, -1)}…`];
      found.push("");
      length = wide(sign);
    }
    found[found.length - 1] += sign;
  }
  return found;
}

function Grid({ ticks, y, width, right }: { ticks: readonly number[]; y(value: number): number; width: number; right: number }) {
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="grid-line" x1={LEFT} x2={width - right} y1={y(tick)} y2={y(tick)} />
          <text class="tick" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
            {tick.toLocaleString()}
          </text>
        </g>
      ))}
    </>
  );
}

export interface Bar {
  key: string;
  label: string;
  n: number;
  cumulative?: number;
  before?: number | null;
  go?: (() => void) | undefined;
}

/** Columns, the most frequent first, with the line of their shares added up where they have one. */
export function Bars({ bars, before }: { bars: readonly Bar[]; before?: string | undefined }) {
  const [place, width] = useWidth();
  const lined = bars.some((one) => one.cumulative !== undefined);
  const right = lined ? 40 : 12;
  const { top, ticks } = scale(Math.max(...bars.map((one) => Math.max(one.n, one.before ?? 0))), true);
  const inside = HEIGHT - TOP - BOTTOM;
  const y = (value: number) => TOP + inside * (1 - value / top);
  const share = (value: number) => TOP + inside * (1 - value / 100);
  const each = (width - LEFT - right) / Math.max(bars.length, 1);
  const thick = Math.min(46, each * 0.62);
  const middle = (at: number) => LEFT + each * (at + 0.5);
  const line = bars.flatMap((one, at) => (one.cumulative === undefined ? [] : [`${middle(at)},${share(one.cumulative)}`]));
  return (
    <div class="chart" ref={place}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <Grid ticks={ticks} y={y} width={width} right={right} />
        {lined &&
          [0, 50, 80, 100].map((tick) => (
            <text key={tick} class="tick" x={width - right + 6} y={share(tick) + 4}>
              {tick}%
            </text>
          ))}
        {lined && <line class="eighty" x1={LEFT} x2={width - right} y1={share(80)} y2={share(80)} />}
        {bars.map((one, at) => (
          <g key={one.key} class={one.go ? "bar-group goes" : "bar-group"} onClick={one.go}>
            <title>{t("labelled", { name: one.label, text: one.n })}</title>
            <rect class="touch" x={LEFT + each * at} y={TOP} width={each} height={inside + BOTTOM} />
            {one.before !== null && one.before !== undefined && (
              <line class="before" x1={middle(at) - thick / 2 - 3} x2={middle(at) + thick / 2 + 3} y1={y(one.before)} y2={y(one.before)} />
            )}
            <rect class="bar-rect" x={middle(at) - thick / 2} y={y(one.n)} width={thick} height={TOP + inside - y(one.n)} rx="2" />
            <text class="value" x={middle(at)} y={y(one.n) - 4} text-anchor="middle">
              {one.n > 0 ? one.n.toLocaleString() : ""}
            </text>
            <text class="name" y={HEIGHT - BOTTOM + 16} text-anchor="middle">
              {lines(one.label, Math.max(2, Math.floor((each - 2) / 6))).map((line_, down) => (
                <tspan key={down} x={middle(at)} dy={down === 0 ? 0 : 14}>
                  {line_}
                </tspan>
              ))}
            </text>
          </g>
        ))}
        {line.length > 1 && <polyline class="cumulative" points={line.join(" ")} />}
        {bars.map((one, at) => (one.cumulative === undefined ? null : <circle key={one.key} class="cumulative-dot" cx={middle(at)} cy={share(one.cumulative)} r="3" />))}
      </svg>
      {lined && (
        <p class="legend-line" aria-hidden="true">
          <span class="key-cumulative">{t("rollup.cumulative")}</span>
          {before && bars.some((one) => typeof one.before === "number") && <span class="key-before">{before}</span>}
        </p>
      )}
    </div>
  );
}

/** A count or a rate by month between its limits; what breaks a rule is marked by its form and said in words. */
export function Control({ trend, onMonth }: { trend: Trend; onMonth(month: Month): void }) {
  const [place, width] = useWidth();
  const right = 14;
  const { months, centre } = trend;
  const most = Math.max(...months.flatMap((one) => [one.value, one.upper ?? 0]), centre ?? 0);
  const { top, ticks } = scale(most * 1.08, trend.chart === "c");
  const inside = HEIGHT - TOP - BOTTOM;
  const y = (value: number) => TOP + inside * (1 - value / top);
  const each = (width - LEFT - right) / Math.max(months.length, 1);
  const middle = (at: number) => LEFT + each * (at + 0.5);
  const step = (limit: (one: Month) => number | undefined) =>
    months
      .flatMap((one, at) => {
        const value = limit(one);
        return value === undefined ? [] : [`${LEFT + each * at},${y(value)}`, `${LEFT + each * (at + 1)},${y(value)}`];
      })
      .join(" ");
  const every = Math.max(1, Math.ceil(52 / each));
  return (
    <div class="chart" ref={place}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <Grid ticks={ticks} y={y} width={width} right={right} />
        {centre !== undefined && <line class="centre" x1={LEFT} x2={width - right} y1={y(centre)} y2={y(centre)} />}
        <polyline class="limit-line" points={step((one) => one.upper)} />
        <polyline class="limit-line" points={step((one) => (one.lower !== undefined && one.lower > 0 ? one.lower : undefined))} />
        <polyline class="run" points={months.map((one, at) => `${middle(at)},${y(one.value)}`).join(" ")} />
        {months.map((one, at) => {
          const bad = (one.signals ?? []).length > 0;
          const [cx, cy] = [middle(at), y(one.value)];
          return (
            <g key={one.at} class="bar-group goes" onClick={() => onMonth(one)}>
              <title>{t("labelled", { name: one.at, text: one.value })}</title>
              <rect class="touch" x={LEFT + each * at} y={TOP} width={each} height={inside + BOTTOM} />
              {bad ? <path class="signal" d={`M${cx} ${cy - 7}L${cx + 7} ${cy}L${cx} ${cy + 7}L${cx - 7} ${cy}Z`} /> : <circle class="point" cx={cx} cy={cy} r="3.5" />}
              {bad && (
                <text class="signal-text" x={cx} y={cy - 11} text-anchor="middle">
                  {one.value}
                </text>
              )}
              {at % every === 0 && (
                <text class="name" x={cx} y={HEIGHT - BOTTOM + 16} text-anchor="middle">
                  {one.at}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <p class="legend-line" aria-hidden="true">
        <span class="key-run">{t("rollup.chart_value")}</span>
        <span class="key-centre">{t("rollup.chart_centre")}</span>
        <span class="key-limit">{t("rollup.chart_limit")}</span>
        <span class="key-signal">◆ {t("rollup.chart_signal")}</span>
      </p>
    </div>
  );
}
