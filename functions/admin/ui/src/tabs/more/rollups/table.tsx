// A table of a report: what each column is stands once, above its rows.

import type { ComponentChildren } from "preact";
import { t } from "../../../texts";

export interface Column {
  title: string;
  /** Numbers stand at the right. */
  num?: boolean;
  /** Its cells name their rows. */
  names?: boolean;
  class?: string;
}

interface Props {
  caption?: string;
  class?: string;
  /** A column that is none has no cells either. */
  columns: readonly (Column | false)[];
  rows: readonly { key: string; cells: readonly ComponentChildren[] }[];
}

export function Table({ caption, columns, rows, ...more }: Props) {
  const shown = columns.flatMap((column, at) => (column ? [{ ...column, at }] : []));
  const look = (column: Column) => [column.num ? "num" : "", column.class ?? ""].filter(Boolean).join(" ");
  return (
    <table class={`wide full ${more.class ?? ""}`}>
      {caption && <caption>{caption}</caption>}
      <thead>
        <tr>
          {shown.map((column) => (
            <th key={column.at} scope="col" class={column.num ? "num" : ""}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {shown.map((column) => {
              const own = cells[column.at];
              const text = typeof own === "number" ? own.toLocaleString() : own;
              return column.names ? (
                <th key={column.at} scope="row" class={look(column)}>
                  {text}
                </th>
              ) : (
                <td key={column.at} class={look(column)}>
                  {text}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A count that leads to what it counts. */
export function Leads({ name, n, onClick }: { name: string; n: number; onClick(): void }) {
  return (
    <button type="button" class="link" aria-label={t("labelled", { name, text: n })} onClick={onClick}>
      {n.toLocaleString()}
    </button>
  );
}
