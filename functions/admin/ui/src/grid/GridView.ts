// What the workbook wants of a grid; the library behind it stands in one other file.

import type { Selection } from "./moves";

/** What a cell looks like. Colour never stands alone: the text says the same. */
export type Tone = "late" | "soon" | "quiet";
/** An edit's mark in the cell's corner. */
export type Mark = "waiting" | "refused" | "conflict";

export interface Cell {
  text: string;
  right?: boolean;
  tone?: Tone | undefined;
  mark?: Mark | undefined;
  /** Nobody types here. */
  fixed?: boolean;
}

export interface Head {
  key: string;
  title: string;
  width: number;
  sorted?: "up" | "down" | undefined;
  filtered?: boolean;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GridViewProps {
  heads: readonly Head[];
  rows: number;
  cell(column: number, row: number): Cell;
  /** How a whole row is tinted. */
  rowTone(row: number): Tone | undefined;
  selection: Selection | undefined;
  onSelection(selection: Selection): void;
  /** Whether heads have an arrow. */
  menus?: boolean;
  /** Columns that stay at the left. */
  frozen: number;
  onWidth(column: number, width: number): void;
  onMove(from: number, to: number): void;
  /** A click on a head; `menu` where its arrow was hit. */
  onHead(column: number, menu: boolean, box: Box): void;
  onContext(column: number, row: number, x: number, y: number): void;
  /** A double click. */
  onOpen(column: number, row: number): void;
  /** The fill handle was pulled from one range over a larger one. */
  onFill(from: Box, to: Box): void;
  onScroll(first: number, count: number): void;
  dark: boolean;
  /** Another number draws everything anew. */
  tick: number;
  label: string;
}

export interface GridHandle {
  /** Where a cell stands in the window; nothing where it is not seen. */
  bounds(column: number, row: number): Box | undefined;
  see(column: number, row: number): void;
}
