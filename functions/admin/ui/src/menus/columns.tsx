// The list of all columns with ticks: what is ticked is shown.

import { useState } from "preact/hooks";
import type { Column } from "../store/kinds";
import { t } from "../texts";
import { Popup } from "./popup";

interface Props {
  columns: ReadonlyMap<string, Column>;
  shown: readonly string[];
  x: number;
  y: number;
  onChange(shown: string[]): void;
  onClose(): void;
}

export function ColumnsMenu({ columns, shown, x, y, onChange, onClose }: Props) {
  const [search, setSearch] = useState("");
  const open = new Set(shown);
  const found = [...columns.values()].filter((column) => column.title.includes(search.trim()));
  const toggle = (key: string) => {
    if (open.has(key)) {
      if (shown.length > 1) onChange(shown.filter((one) => one !== key));
      return;
    }
    // A column comes back where it stood among those that are shown.
    const order = [...columns.keys()];
    const next = [...shown];
    const before = order.slice(0, order.indexOf(key)).reverse();
    const after = before.map((one) => next.indexOf(one)).find((at) => at >= 0);
    next.splice(after === undefined ? 0 : after + 1, 0, key);
    onChange(next);
  };
  return (
    <Popup x={x} y={y} label={t("columns")} onClose={onClose} class="filter">
      <p class="quiet">{t("columns_help")}</p>
      <input
        type="search"
        autofocus
        value={search}
        placeholder={t("find")}
        aria-label={t("find")}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <div class="ticks">
        {found.map((column) => (
          <label class="tick" key={column.key}>
            <input type="checkbox" checked={open.has(column.key)} onChange={() => toggle(column.key)} />
            <span>{column.title}</span>
          </label>
        ))}
      </div>
    </Popup>
  );
}
