// Corrective actions (纠正措施) over all complaints: they come with the register's rows and are as fresh as these.

import { useMemo } from "preact/hooks";
import { useWatched } from "../../store/watch";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";
import { column, type Listed, ListTab } from "../list";
import { options, type TabProps } from "./parts";

interface Action {
  n: number;
  stage: string;
  round: number;
  at: string;
}

export function CapaTab({ book, dark, onOpen, onActive }: TabProps) {
  const tick = useWatched(book);
  const columns = useMemo(() => {
    const own = ["class", "department", "customer_name", "product_name", "stage"].flatMap((key) => book.columns.get(key) ?? []);
    return [
      column("number", "column.number", "text", 118),
      column("n", "list.n", "integer", 56),
      column("action", "list.capa_stage", "choice", 110, { options: options(book, "capa_stage") }),
      column("at", "list.since", "moment", 132),
      column("days", "list.days", "integer", 80),
      column("round", "list.round", "integer", 70),
      ...own,
    ];
  }, [book.columns]);
  const items = useMemo(() => actions(book), [tick]);
  const id = (item: string | undefined) => item?.split(" ")[0];
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.capa")}
      columns={columns}
      items={items}
      wrong=""
      none={t("none.capa")}
      help={t("help.capa")}
      sort={{ key: "at", down: false }}
      tone={(get) => (get("action") === "effective" || get("action") === "waived" ? "quiet" : Number(get("days")) > 30 ? "soon" : undefined)}
      onReload={() => void book.loader.poll().catch(() => undefined)}
      onOpen={(item) => onOpen(id(item) ?? "")}
      onActive={(item) => onActive(id(item))}
    />
  );
}

function actions(book: Workbook): Listed[] {
  const { rows } = book;
  const found: Listed[] = [];
  const texts = rows.column("capa");
  for (let row = 0; row < rows.length; row++) {
    if (rows.isGone(row) || (texts.codes[row] ?? 0) === 0) continue;
    const own = (key: string) => rows.get(row, key);
    for (const one of JSON.parse(texts.get(row)) as Action[]) {
      const settled = one.stage === "effective" || one.stage === "waived";
      const days = settled ? "" : String(Math.max(0, Math.floor((book.loader.now - Date.parse(one.at)) / 86_400_000)));
      const cells: Record<string, string> = { number: own("number"), n: String(one.n), action: one.stage, at: one.at, days, round: String(one.round) };
      for (const key of ["class", "department", "customer_name", "product_name", "stage"]) cells[key] = own(key);
      found.push({ id: `${rows.ids[row]} ${one.n}`, cells });
    }
  }
  return found;
}
