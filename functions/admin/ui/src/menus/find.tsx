// The find bar: what is looked for, which of how many was found, onwards and back.

import { useEffect } from "preact/hooks";
import { t } from "../texts";

/** Has Ctrl+F look through the list wherever the focus is: the browser's own search sees no canvas. */
export function useFindKey(look: (set: (now: string | undefined) => string) => void): void {
  useEffect(() => {
    const search = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f" && !event.defaultPrevented) {
        event.preventDefault();
        look((now) => now ?? "");
      }
    };
    addEventListener("keydown", search);
    return () => removeEventListener("keydown", search);
  }, []);
}

interface Props {
  looking: string;
  count: number;
  /** Which of the found cells is the active one; below 0 for none. */
  at: number;
  onLook(text: string): void;
  onNext(back: boolean): void;
  onClose(): void;
}

export function FindBar({ looking, count, at, onLook, onNext, onClose }: Props) {
  return (
    <form
      class="find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onNext(false);
      }}
    >
      <input
        type="search"
        autofocus
        ref={(own: HTMLInputElement | null) => {
          if (looking === "") own?.focus();
        }}
        aria-label={t("find")}
        placeholder={t("find")}
        value={looking}
        onInput={(event) => onLook(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault();
            onClose();
          } else if (event.key === "Enter" && event.shiftKey) {
            event.preventDefault();
            onNext(true);
          }
        }}
      />
      <button type="submit" aria-label={t("find_next")}>
        ↓
      </button>
      <button type="button" aria-label={t("find_previous")} onClick={() => onNext(true)}>
        ↑
      </button>
      <span aria-live="polite">{looking !== "" && (count === 0 ? t("find_none") : t("find_count", { at: at + 1, n: count }))}</span>
      <button type="button" aria-label={t("close")} onClick={onClose}>
        ✕
      </button>
    </form>
  );
}
