// The bar above the grid: which cell is the active one, what stands in it or is typed, and what is wrong with it.

import { below } from "../../menus/popup";
import { t } from "../../texts";

interface Props {
  where: string;
  text: string;
  typing: boolean;
  /** What is wrong with the cell; empty where nothing is. */
  state: string;
  /** Shows what is known of the column, where anything is. */
  onHelp?(at: { x: number; y: number }): void;
  onEdit(): void;
  onState(): void;
}

export function Formula({ where, text, typing, state, onHelp, onEdit, onState }: Props) {
  return (
    <div class="formula">
      <span class="where">{where}</span>
      {onHelp && (
        <button type="button" class="plain" aria-label={t("column_help")} title={t("column_help")} onClick={(event) => onHelp(below(event.currentTarget))}>
          ⓘ
        </button>
      )}
      <div class={`content ${typing ? "typing" : ""}`} onClick={onEdit}>
        {text}
      </div>
      {state !== "" && (
        <button type="button" class="bad plain" onClick={onState}>
          ⚠ {state}
        </button>
      )}
    </div>
  );
}
