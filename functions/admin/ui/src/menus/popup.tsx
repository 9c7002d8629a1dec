// A small window that hangs on something: closed by Esc, by a click elsewhere, or by itself.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  x: number;
  y: number;
  /** What it is, for screen readers. */
  label: string;
  role?: "menu" | "dialog";
  class?: string;
  onClose(): void;
  children: ComponentChildren;
}

export function Popup({ x, y, label, role = "dialog", onClose, children, ...more }: Props) {
  const own = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = own.current;
    if (!box) return;
    box.style.left = `${Math.max(4, Math.min(x, window.innerWidth - box.offsetWidth - 6))}px`;
    box.style.top = `${Math.max(4, Math.min(y, window.innerHeight - box.offsetHeight - 6))}px`;
  });
  useEffect(() => {
    const outside = (event: MouseEvent) => {
      if (!own.current?.contains(event.target as Node)) onClose();
    };
    addEventListener("mousedown", outside, true);
    const first = own.current?.querySelector<HTMLElement>("[autofocus], button, input");
    first?.focus();
    return () => removeEventListener("mousedown", outside, true);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    if (event.key === "Tab") hold(event, own.current);
    if (role === "menu" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const items = [...(own.current?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? [])];
      const at = items.indexOf(document.activeElement as HTMLElement);
      if (at >= 0) {
        event.preventDefault();
        items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length]?.focus();
      }
    }
  };
  return (
    <div ref={own} class={`popup ${more.class ?? ""}`} role={role} aria-label={label} onKeyDown={onKeyDown}>
      {children}
    </div>
  );
}

/** Tab stays inside. */
export function hold(event: KeyboardEvent, inside: HTMLElement | null): void {
  const all = [...(inside?.querySelectorAll<HTMLElement>("button, input, select, textarea, a[href]") ?? [])].filter(
    (one) => !one.hasAttribute("disabled") && one.offsetParent !== null,
  );
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return;
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
