// The register's toolbar: undo, views, columns, filters, find and the panel's switch.

import type { ComponentChildren } from "preact";
import { below } from "../../menus/popup";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";

interface Props {
  book: Workbook;
  /** How many columns are filtered. */
  filters: number;
  panel: boolean;
  onUndo(again: boolean): void;
  onViews(at: { x: number; y: number }): void;
  onColumns(at: { x: number; y: number }): void;
  onExcel(at: { x: number; y: number }): void;
  onUnfilter(): void;
  onFind(): void;
  onPanel(): void;
  /** The find bar, while something is looked for. */
  children: ComponentChildren;
}

export function Toolbar({ book, filters, panel, onUndo, onViews, onColumns, onExcel, onUnfilter, onFind, onPanel, children }: Props) {
  return (
    <div class="tools" role="toolbar" aria-label={t("tab.register")}>
      <button type="button" disabled={!book.history.canUndo} title="Ctrl+Z" onClick={() => onUndo(false)}>
        ↶ {t("undo")}
      </button>
      <button type="button" disabled={!book.history.canRedo} title="Ctrl+Y" onClick={() => onUndo(true)}>
        ↷ {t("redo")}
      </button>
      <i class="rule" />
      <button type="button" aria-haspopup="dialog" onClick={(event) => onViews(below(event.currentTarget))}>
        {t("views")} ▾
      </button>
      <button type="button" aria-haspopup="dialog" onClick={(event) => onColumns(below(event.currentTarget))}>
        {t("columns")} ▾
      </button>
      <button type="button" aria-haspopup="dialog" onClick={(event) => onExcel(below(event.currentTarget))}>
        {t("excel")} ▾
      </button>
      <button type="button" disabled={filters === 0} onClick={onUnfilter}>
        {t("filter_clear_all")}
        {filters > 0 && ` (${filters})`}
      </button>
      <button type="button" title="Ctrl+F" onClick={onFind}>
        {t("find")}
      </button>
      <button type="button" aria-pressed={panel} title="Ctrl+Enter" onClick={onPanel}>
        {t("panel")}
      </button>
      <span class="spring" />
      {children}
    </div>
  );
}
