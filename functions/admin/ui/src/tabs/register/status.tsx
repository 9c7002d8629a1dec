// The register's status bar: what was said last, how many rows, what is being read and saved, sums of the selection.

import { Sums } from "../../menus/sums";
import type { Edits } from "../../store/edits";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";

interface Props {
  book: Workbook;
  message: string;
  rows: number;
  stats: { count: number; numbers: number; sum: number } | undefined;
}

export function Status({ book, message, rows, stats }: Props) {
  const all = book.rows.alive;
  return (
    <div class="status" role="status">
      <span>{message}</span>
      <span>{rows === all ? t("rows_shown", { n: rows }) : t("rows_of", { n: rows, all })}</span>
      {book.loader.month && <span class="busy">{t("loading_month", { month: book.loader.month, n: all })}</span>}
      <Saving edits={book.edits} offline={book.offline} />
      <span class="spring" />
      {stats && <Sums {...stats} />}
    </div>
  );
}

/** What is on its way, and what did not arrive. */
export function Saving({ edits, offline }: { edits: Edits; offline: boolean }) {
  const waiting = edits.count("waiting", "sent");
  const refused = edits.count("refused");
  const conflicts = edits.count("conflict");
  const all = Math.max(edits.total, waiting);
  return (
    <>
      {waiting > 0 && !offline && (
        <span class="busy">
          {t("saving", { n: all - waiting, all })} <progress max={all} value={all - waiting} />
        </span>
      )}
      {waiting > 0 && offline && <span class="soon">{t("waiting", { n: waiting })}</span>}
      {refused > 0 && <span class="bad">{t("refused_count", { n: refused })}</span>}
      {conflicts > 0 && <span class="bad">{t("conflict_count", { n: conflicts })}</span>}
    </>
  );
}
