// What an upload's reports hold, as `kesu import --json` prints them.

import type { Imports, ImportTold } from "../../../api/types";
import type { Proposed } from "../../../store/mapping";

export type One = Imports["imports"][number];

/** Rows = created + merged + unchanged + skipped + rejected; the mended ones are among the merged. */
export interface Totals {
  rows: number;
  created: number;
  merged: number;
  unchanged: number;
  skipped: number;
  rejected: number;
  mended: number;
}

export interface Line {
  sheet: string;
  row: number;
  column?: string;
  code: string;
  reason?: string;
  message?: string;
}

export interface SheetReport {
  sheet: string;
  hidden: boolean;
  nature: "table" | "forms" | "skipped";
  reason: string | null;
  totals: Totals;
  headers: number[][];
  figures: { all: { records: number; claim_amount: string; defect_qty: string; total_qty: string } };
  subtotals: { row: number; label: string; header: string; stated: string; found: string; agrees: boolean }[];
}

export interface FileReport {
  file: string;
  kind?: string;
  unreadable?: { code: string; message: string };
  skipped: Line[];
  rejected: Line[];
  warnings: Line[];
  questions?: (Line & { header?: string })[];
  by_sheet?: SheetReport[];
  totals: Totals;
}

export interface Report {
  batch: string | null;
  files: FileReport[];
  totals: Totals;
  remembered: string[];
  left_off: number;
  proposed?: Proposed;
  sample?: Record<string, unknown>[];
}

export interface Undone {
  removed: number;
  put_back: number;
  left: { id: string; number: string | null; reason: string }[];
}

export interface Activated {
  activated: number;
  at_rest: number;
}

export interface Import extends Omit<ImportTold, "read" | "run" | "undo" | "activate" | "refused"> {
  refused: { code: string; message: string } | null;
  read: Report | null;
  run: Report | null;
  undo: Undone | null;
  activate: Activated | null;
}

/** Whether something is being done with it just now. */
export function busy(one: { state: string }): boolean {
  return ["reading", "running", "undoing", "activating"].includes(one.state);
}
