// Views: which columns stand open, in which order and width, what is frozen, sorted and filtered. They can be stored.

import type { Filters } from "./filter";
import { filtered } from "./filter";
import type { Column } from "./kinds";
import type { Rows } from "./rows";
import { type Sort, sorted } from "./sort";

export interface View {
  columns: string[];
  widths: Record<string, number>;
  frozen: number;
  sorts: Sort[];
  filters: Filters;
}

export interface SavedView {
  name: string;
  view: View;
}

export function standard(columns: string[]): View {
  return { columns, widths: {}, frozen: 1, sorts: [{ key: "received_at", down: true }], filters: {} };
}

/** The rows of a view, in its order. */
export function index(rows: Rows, columns: ReadonlyMap<string, Column>, view: View): Uint32Array {
  return sorted(rows, columns, view.sorts, filtered(rows, columns, view.filters));
}

/** A view that was stored, if it still is one. */
export function read(value: unknown, columns: ReadonlyMap<string, Column>): View | undefined {
  if (!value || typeof value !== "object") return undefined;
  const view = value as Partial<View>;
  const known = (view.columns ?? []).filter((key) => columns.has(key));
  if (known.length === 0) return undefined;
  return {
    columns: known,
    widths: view.widths ?? {},
    frozen: Math.min(view.frozen ?? 1, known.length),
    sorts: (view.sorts ?? []).filter((sort) => columns.has(sort.key)),
    filters: view.filters ?? {},
  };
}
