// What is typed into the cells of a list that is a sheet: entered, pasted, cleared, pulled on and undone with the hands of the register.

import type { Box } from "../grid/GridView";
import type { Pending } from "../store/edits";
import type { Entered } from "../store/entered";
import type { Column } from "../store/kinds";
import { say, t } from "../texts";
import { MOST_CELLS } from "../workbook";
import { type Entry, entryAt, filled, laid, type Seen, spread } from "./clipboard";

/** A list that is typed into. */
export interface ListEdit {
  sheet: Entered;
  /** Why nobody may type there; nothing where he may. */
  locked(column: Column): string | undefined;
}

export interface Entering {
  pending(id: string | undefined, key: string | undefined): Pending | undefined;
  type(entry: Entry): void;
  paste(range: Box, pasted: string[][]): Box;
  clear(name: "clear" | "cut", range: Box): void;
  pull(from: Box, to: Box): void;
  spread(range: Box, right: boolean): void;
  undo(again: boolean): void;
}

/** What may be done with a list's cells; `tell` is given what is to be said. */
export function entering({ sheet, locked }: ListEdit, seen: Seen, tell: (message: string) => void): Entering {
  const enter = (name: string, entries: readonly Entry[]) => {
    if (entries.length > MOST_CELLS) {
      tell(t("too_many", { n: MOST_CELLS }));
      return;
    }
    const free = entries.filter(({ key }) => {
      const column = sheet.columns.get(key);
      return column !== undefined && locked(column) === undefined;
    });
    const skipped = entries.length - free.length;
    sheet.enter(name, free, skipped);
    tell(skipped > 0 ? t("report_skipped", { n: skipped }) : "");
  };
  return {
    pending: (id, key) => (id === undefined || key === undefined ? undefined : sheet.edits.of(id, key)),
    type: (entry) => enter("edit", [entry]),
    paste: (range, pasted) => {
      const result = laid(seen, range, pasted);
      enter("paste", result.entries);
      return result.range;
    },
    clear: (name, range) => {
      const entries: Entry[] = [];
      for (let y = range.y; y < range.y + range.height; y++) {
        for (let x = range.x; x < range.x + range.width; x++) {
          const entry = entryAt(seen, x, y, "");
          const row = seen.index[y];
          if (entry && row !== undefined && seen.rows.get(row, entry.key) !== "") entries.push(entry);
        }
      }
      enter(name, entries);
    },
    pull: (from, to) => enter("fill", filled(seen, from, to)),
    spread: (range, right) => enter("fill", spread(seen, range, right)),
    undo: (again) => {
      const deed = again ? sheet.redo() : sheet.undo();
      if (deed) tell(t(again ? "redone" : "undone", { deed: say(`deed.${deed.name}`), n: deed.count }));
    },
  };
}
