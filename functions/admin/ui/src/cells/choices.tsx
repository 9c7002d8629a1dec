// The drop-down of a cell: codes of the pack in words.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Box } from "../grid/GridView";
import type { Option } from "../store/kinds";

interface Props {
  options: readonly Option[];
  /** Which is lit by the arrows. */
  lit: number;
  /** Words that are chosen. */
  chosen: readonly string[];
  box: Box;
  onPick(code: string): void;
}

export function Choices({ options, lit, chosen, box, onPick }: Props) {
  const own = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    if (own.current) place(own.current, box);
    own.current?.querySelector(".lit")?.scrollIntoView({ block: "nearest" });
  });
  return (
    <ul ref={own} class="choices" role="listbox">
      {options.map(([code, words], at) => (
        <li
          key={code}
          role="option"
          aria-selected={chosen.includes(words)}
          class={at === lit ? "lit" : ""}
          // The textarea must keep the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(code);
          }}
        >
          {words}
        </li>
      ))}
    </ul>
  );
}

/** Puts something that hangs on a cell below it, or above where there is no room. */
export function place(own: HTMLElement, box: Box): void {
  const height = own.offsetHeight;
  const below = box.y + box.height;
  const top = below + height > window.innerHeight && box.y - height > 0 ? box.y - height : below;
  const left = Math.min(box.x, window.innerWidth - own.offsetWidth - 4);
  own.style.left = `${Math.max(0, left)}px`;
  own.style.top = `${top}px`;
  own.style.minWidth = `${box.width}px`;
}
