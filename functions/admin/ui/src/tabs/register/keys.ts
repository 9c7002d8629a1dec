// Keys on a selected cell that are no movement: what each does, as in Excel.

/** What keys do. */
export interface Deeds {
  /** Enter on a cell whose edit was refused; whether there was one. */
  explain(): boolean;
  /** On to the next cell; by Tab to the right, else down. */
  advance(right: boolean, back: boolean): void;
  panel(): void;
  clear(): void;
  /** Forgets a refused edit; whether there was one. */
  forget(): boolean;
  context(): void;
  filter(): void;
  rows(): void;
  columns(): void;
  all(): void;
  fill(right: boolean): void;
  undo(again: boolean): void;
  find(): void;
  today(): void;
}

/** Does what a key asks for; whether it asked for anything. */
export function pressed(event: KeyboardEvent, deeds: Deeds): boolean {
  const ctrl = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const does = (deed: () => void) => {
    deed();
    return true;
  };
  if (key === "Enter" && ctrl) return does(deeds.panel);
  if (key === "Enter" && deeds.explain()) return true;
  if (key === "Enter" || key === "Tab") return does(() => deeds.advance(key === "Tab", event.shiftKey));
  if (key === "Delete") return does(deeds.clear);
  if (key === "Escape") return deeds.forget();
  if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) return does(deeds.context);
  if (event.altKey && key === "ArrowUp") return does(deeds.filter);
  if (!ctrl) return key === " " && event.shiftKey ? does(deeds.rows) : false;
  switch (key) {
    case "a":
      return does(deeds.all);
    case " ":
      return does(deeds.columns);
    case "d":
      return does(() => deeds.fill(false));
    case "r":
      return does(() => deeds.fill(true));
    case "z":
      return does(() => deeds.undo(event.shiftKey));
    case "y":
      return does(() => deeds.undo(true));
    case "f":
      return does(deeds.find);
    case ";":
      return does(deeds.today);
    default:
      return false;
  }
}
