// The parts of what the API says of a period.

import type { Rollup } from "../../../api/types";

export type Headline = Rollup["complaints"][number];
export type KeyFigure = Rollup["kpis"][number];
export type Axis = Rollup["axes"][number];
export type Row = Axis["rows"][number];
export type Trend = Rollup["trends"][number];
export type Month = Trend["months"][number];
