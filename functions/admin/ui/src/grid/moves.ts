// Where a key takes the selection, as in Excel: arrows, Home and End, pages, jumps to the edge of what is filled, ranges.

/** The active cell and the range around it, in columns and rows of the view. */
export interface Selection {
  cell: readonly [number, number];
  range: { x: number; y: number; width: number; height: number };
}

export interface Sheet {
  columns: number;
  rows: number;
  /** Rows of one page. */
  page: number;
  empty(column: number, row: number): boolean;
}

export interface Keys {
  key: string;
  ctrl: boolean;
  shift: boolean;
}

export function at(column: number, row: number): Selection {
  return { cell: [column, row], range: { x: column, y: row, width: 1, height: 1 } };
}

/** The corner of the range that is not the active cell's. */
function far(selection: Selection): [number, number] {
  const { cell, range } = selection;
  const x = cell[0] === range.x ? range.x + range.width - 1 : range.x;
  const y = cell[1] === range.y ? range.y + range.height - 1 : range.y;
  return [x, y];
}

export function between(cell: readonly [number, number], corner: readonly [number, number]): Selection {
  const x = Math.min(cell[0], corner[0]);
  const y = Math.min(cell[1], corner[1]);
  return { cell, range: { x, y, width: Math.abs(cell[0] - corner[0]) + 1, height: Math.abs(cell[1] - corner[1]) + 1 } };
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The selection after a key, and the cell that must be seen; nothing where the key does not move. */
export function moved(selection: Selection, keys: Keys, sheet: Sheet): { to: Selection; see: [number, number] } | undefined {
  if (sheet.columns === 0 || sheet.rows === 0) return undefined;
  const from = keys.shift ? far(selection) : ([...selection.cell] as [number, number]);
  const target = goal(from, keys, sheet);
  if (!target) return undefined;
  const see: [number, number] = [clamp(target[0], sheet.columns), clamp(target[1], sheet.rows)];
  return { to: keys.shift ? between(selection.cell, see) : at(...see), see };
}

function goal([x, y]: [number, number], keys: Keys, sheet: Sheet): [number, number] | undefined {
  const step = STEPS[keys.key];
  if (step) return keys.ctrl ? edge(x, y, step, sheet) : [x + step[0], y + step[1]];
  switch (keys.key) {
    case "Home":
      return keys.ctrl ? [0, 0] : [0, y];
    case "End":
      return keys.ctrl ? [sheet.columns - 1, sheet.rows - 1] : [sheet.columns - 1, y];
    case "PageDown":
      return [x, y + sheet.page];
    case "PageUp":
      return [x, y - sheet.page];
    default:
      return undefined;
  }
}

/** Ctrl+arrow: to the last filled cell before a gap, or over the gap to the next filled one, or to the edge. */
function edge(x: number, y: number, [dx, dy]: [number, number], sheet: Sheet): [number, number] {
  const inside = (a: number, b: number) => a >= 0 && b >= 0 && a < sheet.columns && b < sheet.rows;
  if (!inside(x + dx, y + dy)) return [x, y];
  const skipping = sheet.empty(x, y) || sheet.empty(x + dx, y + dy);
  for (;;) {
    const [nextX, nextY] = [x + dx, y + dy];
    if (!inside(nextX, nextY)) return [x, y];
    if (!skipping && sheet.empty(nextX, nextY)) return [x, y];
    [x, y] = [nextX, nextY];
    if (skipping && !sheet.empty(x, y)) return [x, y];
  }
}

/** Enter and Tab: inside a range of several cells they go round in it, else one further. */
export function advanced(selection: Selection, tab: boolean, back: boolean, sheet: Sheet): Selection {
  const { cell, range } = selection;
  const step = back ? -1 : 1;
  if (range.width * range.height === 1) {
    const [x, y] = tab ? [cell[0] + step, cell[1]] : [cell[0], cell[1] + step];
    return at(clamp(x, sheet.columns), clamp(y, sheet.rows));
  }
  const size = range.width * range.height;
  const [dx, dy] = [cell[0] - range.x, cell[1] - range.y];
  const place = tab ? dy * range.width + dx : dx * range.height + dy;
  const next = (place + step + size) % size;
  const to: [number, number] = tab
    ? [range.x + (next % range.width), range.y + Math.floor(next / range.width)]
    : [range.x + Math.floor(next / range.height), range.y + (next % range.height)];
  return { cell: to, range };
}

export function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
