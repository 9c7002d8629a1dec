// What a column is, and which kinds of values a cell may hold.

/** How a field is kept, as `GET /api/book` names it; `days` and `hours` are computed here. */
export type Kind =
  | "text"
  | "face"
  | "words"
  | "choice"
  | "choices"
  | "date"
  | "moment"
  | "number"
  | "integer"
  | "money"
  | "flag"
  | "list"
  | "link";

/** A code and its words. */
export type Option = readonly [string, string];

/** Which command a change of a cell is; `none` for what nobody types. */
export type Way = "edit" | "classify" | "route" | "none";

/** One column of the register. */
export interface Column {
  key: string;
  title: string;
  kind: Kind;
  options: readonly Option[];
  way: Way;
  /** Filled by a step of the procedure until it holds something. */
  step: boolean;
  /** Worked out in the browser. */
  computed: boolean;
  /** A limit: midnight is 24:00 of the day before. */
  limit: boolean;
  width: number;
}

export const NUMERIC: ReadonlySet<Kind> = new Set<Kind>(["number", "integer", "money"]);
export const DATED: ReadonlySet<Kind> = new Set<Kind>(["date", "moment"]);
