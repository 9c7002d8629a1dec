// What the lists share: reading all pages of an answer, facts, and small forms that do something and say what was refused.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Client, Failure } from "../../api/client";
import type { Filters } from "../../store/filter";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";

/** What every tab is given. */
export interface TabProps {
  book: Workbook;
  dark: boolean;
  /** Shows a complaint in the panel. */
  onOpen(id: string): void;
  onActive(id: string | undefined): void;
  /** Shows another tab; the register with these filters. */
  onTab(name: string, filters?: Filters): void;
}

/** The most that a list holds. */
const MOST = 20_000;

/** All pages of a list. */
export async function pages<Page extends { next: string | null }, Item>(client: Client, path: string, items: (page: Page) => readonly Item[]): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  do {
    const own: string = cursor === null ? path : `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await client.get<Page>(own);
    all.push(...items(page));
    cursor = page.next;
  } while (cursor !== null && all.length < MOST);
  return all;
}

export function said(failure: unknown): string {
  if (failure instanceof Failure && failure.offline) return t("offline");
  return failure instanceof Error ? failure.message : String(failure);
}

/** Something that is read when the tab opens, when `on` changes, and when it is asked for again. */
export function useLoaded<T>(load: () => Promise<T>, on: readonly unknown[]): { found: T | undefined; wrong: string; again(): Promise<void> } {
  const [found, setFound] = useState<T>();
  const [wrong, setWrong] = useState("");
  const again = () =>
    load().then(
      (next) => {
        setFound(next);
        setWrong("");
      },
      (failure: unknown) => setWrong(said(failure)),
    );
  useEffect(() => {
    let live = true;
    load().then(
      (next) => {
        if (!live) return;
        setFound(next);
        setWrong("");
      },
      (failure: unknown) => live && setWrong(said(failure)),
    );
    return () => {
      live = false;
    };
  }, on as unknown[]);
  return { found, wrong, again };
}

/** Gives the grid the focus after a window was closed, so that the next key finds it. */
export function toGrid(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("textarea.hands")?.focus({ preventScroll: true }));
}

export function Facts({ all }: { all: readonly (readonly [string, string | number | null | undefined])[] }) {
  return (
    <dl class="facts">
      {all.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === undefined || value === "" ? "—" : value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface DeedInput {
  name: string;
  label: string;
  kind?: "text" | "area" | "date" | "number" | "email" | "select" | "check";
  value?: string | undefined;
  required?: boolean;
  options?: readonly (readonly [string, string])[];
}

interface DeedProps {
  title: string;
  inputs?: readonly DeedInput[];
  help?: string;
  /** Another one fills the inputs anew: what they show was changed. */
  stamp?: string | number | undefined;
  run(values: Record<string, string>): Promise<ComponentChildren | void>;
}

/** A form that is opened, sent, and says what was refused; what `run` gives is said when it is done. */
export function Deed({ title, inputs = [], help, stamp, run }: DeedProps) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [done, setDone] = useState<ComponentChildren>();
  const send = async (form: HTMLFormElement) => {
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    setBusy(true);
    setWrong("");
    setDone(undefined);
    try {
      setDone((await run(values)) || t("labelled", { name: t("done"), text: title }));
    } catch (failure) {
      setWrong(failure instanceof Failure && failure.status === 409 ? t("stale_list") : said(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <details class="step">
      <summary>{title}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        {help && <p class="quiet">{help}</p>}
        {inputs.map((input) => (
          <OneInput key={`${input.name} ${stamp ?? ""}`} input={input} />
        ))}
        {wrong && (
          <p class="bad" role="alert">
            {wrong}
          </p>
        )}
        {done && (
          <p class="good" role="status">
            {done}
          </p>
        )}
        <p class="buttons">
          <button type="submit" class="main" disabled={busy}>
            {title}
          </button>
        </p>
      </form>
    </details>
  );
}

function OneInput({ input }: { input: DeedInput }) {
  const { name, label, kind = "text", value = "", required = false, options = [] } = input;
  if (kind === "check") {
    return (
      <label class="tick">
        <input type="checkbox" name={name} value="yes" defaultChecked={value === "yes"} /> {label}
      </label>
    );
  }
  return (
    <label class="field">
      <span>
        {label}
        {required && <b class="must"> *</b>}
      </span>
      {kind === "area" ? (
        <textarea name={name} rows={3} defaultValue={value} required={required} />
      ) : kind === "select" ? (
        <select name={name} required={required} defaultValue={value}>
          {options.map(([code, words]) => (
            <option key={code} value={code} selected={code === value}>
              {words}
            </option>
          ))}
        </select>
      ) : (
        <input name={name} type={kind as "text"} defaultValue={value} required={required} autocomplete="off" />
      )}
    </label>
  );
}

/** The words of codes as options of a column or an input. */
export function options(book: Workbook, table: string): [string, string][] {
  return Object.entries(book.book.words[table] ?? {});
}
