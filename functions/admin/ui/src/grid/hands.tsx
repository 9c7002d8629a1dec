// The hands in the grid: one textarea lies over the active cell and always holds the focus, so that a Chinese word can
// begin on a selected cell without losing its first letter. Typing or composing makes it the editor.

import { forwardRef } from "preact/compat";
import { useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Calendar } from "../cells/calendar";
import { Choices } from "../cells/choices";
import type { Column } from "../store/kinds";
import { DATED } from "../store/kinds";
import { word } from "../store/values";
import type { Box } from "./GridView";

/** Where Enter, Tab and the arrows lead after an edit. */
export type Onward = "down" | "up" | "right" | "left" | "stay";

export interface HandsProps {
  /** The active cell in the window; nothing while it is scrolled away. */
  box: Box | undefined;
  column: Column | undefined;
  /** What stands in the cell, as an editor takes it. */
  text: string;
  /** Why nobody may type here; nothing where he may. */
  locked: string | undefined;
  /** What a screen reader says of the cell. */
  label: string;
  today: string;
  onKey(event: KeyboardEvent): boolean;
  onCommit(text: string, onward: Onward): void;
  onLocked(why: string): void;
  onCopy(event: ClipboardEvent, cut: boolean): void;
  onPaste(event: ClipboardEvent): void;
  onEditing(text: string | undefined): void;
}

export interface HandsHandle {
  /** Takes the focus back, at once where nobody has it or the picture of the cells, else with the next frame unless the person has gone elsewhere by then. */
  focus(): void;
  /** Opens the editor on what stands there, or on a text of one's own. */
  edit(text?: string): void;
  /** Takes what is typed, if anything is. */
  commit(): void;
  editing(): boolean;
}

type Mode = "idle" | "typing" | "editing";

/** Whether nobody has the focus, or the picture of the cells (which takes it back whenever it is clicked), or what it tells to screen readers. */
function free(held: Element | null): boolean {
  return held === null || held === document.body || held.closest("canvas") !== null;
}

export const Hands = forwardRef<HandsHandle, HandsProps>(function Hands(props, ref) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [mode, setMode] = useState<Mode>("idle");
  const now = useRef<Mode>("idle");
  const [typed, setTyped] = useState("");
  const [lit, setLit] = useState(-1);
  const composing = useRef(false);
  // Where the editor was opened: it stays there though the grid scrolls.
  const opened = useRef<Box | undefined>(undefined);

  const become = (next: Mode) => {
    now.current = next;
    setMode(next);
    if (next !== "idle") opened.current = props.box;
    setLit(-1);
  };
  const read = () => area.current?.value ?? "";
  const told = (text: string) => {
    setTyped(text);
    props.onEditing(text);
  };

  const end = () => {
    if (area.current) area.current.value = "";
    become("idle");
    props.onEditing(undefined);
    setTyped("");
  };
  const commit = (onward: Onward) => {
    if (now.current === "idle") return;
    const text = read();
    end();
    props.onCommit(text, onward);
  };
  const start = (text: string, next: Mode) => {
    if (props.locked !== undefined) {
      props.onLocked(props.locked);
      return;
    }
    if (!area.current) return;
    area.current.value = text;
    area.current.focus({ preventScroll: true });
    area.current.setSelectionRange(text.length, text.length);
    become(next);
    told(text);
  };

  useImperativeHandle(ref, () => ({
    focus: () => {
      const held = document.activeElement;
      // Where nobody has it, or the picture of the cells, a key pressed before the next frame would be lost.
      if (free(held)) area.current?.focus({ preventScroll: true });
      requestAnimationFrame(() => {
        // After a click the picture takes it only now.
        const now = document.activeElement;
        if (now === held || free(now)) area.current?.focus({ preventScroll: true });
      });
    },
    edit: (text) => start(text ?? props.text, "editing"),
    commit: () => commit("stay"),
    editing: () => now.current !== "idle",
  }));

  const column = props.column;
  const open = mode !== "idle";
  const options = open && column && column.options.length > 0 ? column.options : undefined;
  const several = column?.kind === "choices";
  const list = options && (several || typed === props.text ? options : options.filter(([, words]) => words.includes(typed.trim())));

  const pick = (code: string) => {
    if (!column || !area.current) return;
    const words = word(column, code);
    if (!several) {
      area.current.value = words;
      commit("stay");
      return;
    }
    const have = read()
      .split("\n")
      .map((one) => one.trim())
      .filter((one) => one !== "");
    const next = have.includes(words) ? have.filter((one) => one !== words) : [...have, words];
    area.current.value = next.join("\n");
    told(area.current.value);
    area.current.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // A key that an input method is using is none of ours.
    if (composing.current || event.isComposing || event.keyCode === 229) return;
    if (now.current === "idle") {
      if (event.key === "F2") {
        event.preventDefault();
        start(props.text, "editing");
      } else if (event.altKey && event.key === "ArrowDown" && column && (column.options.length > 0 || DATED.has(column.kind))) {
        event.preventDefault();
        start(props.text, "editing");
      } else if (event.key === "Backspace") {
        event.preventDefault();
        start("", "typing");
      } else if (props.onKey(event)) {
        event.preventDefault();
      }
      return;
    }
    const listed = list && list.length > 0;
    if (event.key === "Escape") {
      event.preventDefault();
      end();
    } else if (event.key === "Enter" && event.altKey && (column?.kind === "words" || column?.kind === "list" || several)) {
      event.preventDefault();
      const at = area.current?.selectionStart ?? 0;
      area.current?.setRangeText("\n", at, area.current.selectionEnd, "end");
      told(read());
    } else if (event.key === "Enter") {
      event.preventDefault();
      const one = list?.[lit];
      if (one && several) pick(one[0]);
      else {
        if (one && area.current) area.current.value = one[1];
        // One left in the list is what was meant.
        else if (listed && list.length === 1 && typed.trim() !== "" && list[0] && area.current) area.current.value = list[0][1];
        commit(event.shiftKey ? "up" : "down");
      }
    } else if (event.key === "Tab") {
      event.preventDefault();
      const one = list?.[lit];
      if (one && area.current && !several) area.current.value = one[1];
      commit(event.shiftKey ? "left" : "right");
    } else if (listed && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setLit((lit + step + list.length) % list.length);
    } else if (now.current === "typing" && /^Arrow/.test(event.key) && !event.shiftKey && !event.ctrlKey) {
      event.preventDefault();
      commit(event.key.slice(5).toLowerCase() as Onward);
    }
  };

  const onInput = () => {
    if (now.current === "idle") {
      if (props.locked !== undefined) {
        if (!composing.current && area.current) area.current.value = "";
        props.onLocked(props.locked);
        return;
      }
      become("typing");
    }
    setLit(-1);
    told(read());
  };

  // The editor grows with long texts.
  const long = column?.kind === "words" || column?.kind === "list" || several;
  const box = open ? (opened.current ?? props.box) : props.box;
  useLayoutEffect(() => {
    const own = area.current;
    if (!own) return;
    const place = box ?? { x: 0, y: 0, width: 1, height: 1 };
    own.style.left = `${place.x}px`;
    own.style.top = `${place.y}px`;
    own.style.minWidth = `${place.width}px`;
    own.style.width = open && long ? `${Math.max(place.width, 340)}px` : `${place.width}px`;
    own.style.height = `${place.height}px`;
    if (open) own.style.height = `${Math.min(Math.max(place.height, own.scrollHeight + 2, long ? 84 : 0), 320)}px`;
  });

  const under = area.current?.getBoundingClientRect();
  return (
    <>
      <textarea
        ref={area}
        class={`hands ${open ? "open" : ""}`}
        rows={1}
        spellcheck={false}
        autocomplete="off"
        aria-label={props.label}
        aria-readonly={props.locked !== undefined}
        aria-haspopup={options ? "listbox" : undefined}
        onKeyDown={onKeyDown}
        onInput={onInput}
        onCompositionStart={() => {
          composing.current = true;
          if (now.current === "idle" && props.locked === undefined) {
            become("typing");
            told("");
          }
        }}
        onCompositionEnd={() => {
          composing.current = false;
          if (props.locked !== undefined && now.current === "idle" && area.current) area.current.value = "";
          else told(read());
        }}
        onCopy={(event) => now.current === "idle" && props.onCopy(event, false)}
        onCut={(event) => now.current === "idle" && props.onCopy(event, true)}
        onPaste={(event) => now.current === "idle" && props.onPaste(event)}
      />
      {open && list && list.length > 0 && box && (
        <Choices options={list} lit={lit} chosen={several ? typed.split("\n") : [typed]} box={{ ...box, width: Math.max(box.width, 140) }} onPick={pick} />
      )}
      {open && column && DATED.has(column.kind) && box && (
        <Calendar
          box={box}
          value={typed}
          today={props.today}
          onPick={(day) => {
            if (!area.current) return;
            const time = column.kind === "moment" ? (/\d{1,2}:\d{2}/.exec(read())?.[0] ?? "09:00") : "";
            area.current.value = time ? `${day} ${time}` : day;
            if (column.kind === "date") commit("stay");
            else {
              told(area.current.value);
              area.current.focus({ preventScroll: true });
            }
          }}
        />
      )}
      {open && long && under && (
        <Hint box={under} />
      )}
    </>
  );
});

function Hint({ box }: { box: DOMRect }) {
  const own = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (own.current) {
      own.current.style.left = `${box.left}px`;
      own.current.style.top = `${box.bottom + 1}px`;
    }
  });
  return (
    <div ref={own} class="hint" aria-hidden="true">
      Alt+Enter ↵ · Enter ✓ · Esc ✗
    </div>
  );
}
