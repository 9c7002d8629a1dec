// Saved views: ready ones, one's own, and those that colleagues share.

import { useEffect, useState } from "preact/hooks";
import { openAtFirst } from "../store/columns";
import { read, standard, type View } from "../store/view";
import { t } from "../texts";
import type { Workbook } from "../workbook";
import { Popup } from "./popup";

interface Kept {
  name: string;
  view: unknown;
  /** Whose it is, where a colleague shares it. */
  by?: string | null;
  shared: boolean;
}

interface Props {
  book: Workbook;
  view: View;
  x: number;
  y: number;
  onView(view: View): void;
  onClose(): void;
}

export function ViewsMenu({ book, view, x, y, onView, onClose }: Props) {
  const [kept, setKept] = useState<Kept[]>([]);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [wrong, setWrong] = useState("");
  const load = () =>
    book.client
      .get<{ views: Kept[] }>("/api/views")
      .then((found) => setKept(found.views))
      .catch((failure: Error) => setWrong(failure.message));
  useEffect(() => void load(), []);
  const plain = standard(openAtFirst(book.book, book.columns));
  const month = book.today.slice(0, 7);
  const ready: [string, View][] = [
    [t("view_standard"), plain],
    [t("view_late"), { ...plain, filters: { light: { ticked: ["late"] } }, sorts: [{ key: "due_at", down: false }] }],
    [t("view_month"), { ...plain, filters: { received_at: { ticked: [month] } } }],
  ];
  const send = (change: Kept | { name: string; view: null }) =>
    book.client
      .post("/api/views", change)
      .then(() => {
        setName("");
        return load();
      })
      .catch((failure: Error) => setWrong(failure.message));
  return (
    <Popup x={x} y={y} label={t("views")} onClose={onClose} class="views">
      <div class="lines">
        {ready.map(([title, one]) => (
          <button type="button" key={title} onClick={() => onView(one)}>
            {title}
          </button>
        ))}
        {kept.length > 0 && <hr />}
        {kept.map((one) => (
          <p class="line" key={`${one.by ?? ""} ${one.name}`}>
            <button
              type="button"
              onClick={() => {
                const found = read(one.view, book.columns);
                if (found) onView(found);
              }}
            >
              {one.name}
              {one.by && <span class="quiet"> {t("view_by", { user: one.by })}</span>}
            </button>
            {!one.by && (
              <button type="button" class="plain" aria-label={`${t("view_delete")} ${one.name}`} onClick={() => void send({ name: one.name, view: null })}>
                ✕
              </button>
            )}
          </p>
        ))}
        <hr />
      </div>
      <form
        class="save"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void send({ name: name.trim(), view, shared });
        }}
      >
        <input value={name} maxLength={60} placeholder={t("view_name")} aria-label={t("view_name")} onInput={(event) => setName(event.currentTarget.value)} />
        <label class="tick">
          <input type="checkbox" checked={shared} onChange={() => setShared(!shared)} /> {t("view_shared")}
        </label>
        <button type="submit" class="main" disabled={name.trim() === ""}>
          {t("view_save")}
        </button>
        {wrong && (
          <p class="bad" role="alert">
            {wrong}
          </p>
        )}
      </form>
    </Popup>
  );
}
