// What the API says of a period.

import type { Counts } from "../../../store/period";

export interface Headline {
  key: "received" | "closed" | "open_at_end" | "overdue_at_end" | "not_complaints";
  title: string;
  n: number;
  before: number | null;
  year_before: number | null;
  filter: Counts;
}

export interface KeyFigure {
  id: string;
  title: string;
  source: string;
  assumed: string | null;
  value: string | null;
  unit: string | null;
  of: [string, string] | null;
  target_text: string;
  light: "green" | "amber" | "red" | "grey";
  light_text: string;
  by: Record<string, string>;
  before: string | null;
  year_before: string | null;
  missing: string[];
}

export interface Row {
  value: string;
  label: string;
  n: number;
  share: number;
  cumulative: number;
  before: number | null;
  year_before: number | null;
  filter: Counts;
}

export interface Axis {
  axis: string;
  title: string;
  field: string | null;
  of: number;
  rows: Row[];
}

export interface Month {
  at: string;
  n: number;
  size?: number;
  value: number;
  upper?: number;
  lower?: number;
  signals?: string[];
}

export interface Trend {
  title: string;
  axis: string;
  value: string;
  chart: "c" | "u" | "p";
  of?: string;
  centre?: number;
  months: Month[];
  field: string | null;
}

export interface Alarm {
  kind: string;
  text: string;
  filter: Counts;
}

export interface Version {
  version: number;
  counted_at: string | null;
  moved: number;
}

export interface Rollup {
  period: string;
  months: string[];
  procedure: string;
  procedure_title: string;
  procedure_version: string;
  company: string;
  version: number;
  versions: Version[];
  counted_at: string | null;
  as_of: string;
  running: boolean;
  moved: { figure: string; before: unknown; after: unknown }[];
  complaints: Headline[];
  compared: { which: string; period: string }[];
  closing: { median: (number | null)[]; p90: (number | null)[]; times: { days: number | null; title: string; n: number }[] };
  kpis: KeyFigure[];
  axes: Axis[];
  trends: Trend[];
  signals: Alarm[];
  on_time: { rule: string; title: string; due: number; met: number; share: number | null }[];
  overdue: { number: string; rule: string; title: string; due_at: string }[];
  customers: { name: string | null; n: number; numbers: string[] }[];
  duties: { rule: string; title: string; period: string; owner: string; due_at: string; done_at: string | null; state: string; state_text: string }[];
  missing: { figure: string; title: string; months: string[] }[];
  money: { field: string; title: string; currency: string; sum: string }[];
  reactions: { value: string; label: string; n: number }[];
  returned: string;
}

export interface Kept {
  rollups: { period: string; procedure: string; version: number; received: number | null }[];
}

export interface Entered {
  year: string;
  names: { name: string; title: string }[];
  months: { month: string; figures: Record<string, string> }[];
}
