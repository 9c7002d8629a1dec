// Slips (单据) over all complaints of the last twelve months: returns, recalls, notices, reports, isolated stock, service.

import { useMemo } from "preact/hooks";
import type { Slips } from "../../api/types";
import { t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { options, pages, type TabProps, useLoaded } from "./parts";

export function SlipsTab({ book, dark, onOpen, onActive }: TabProps) {
  const { found, wrong, again } = useLoaded(() => pages(book.client, "/api/slips", (page: Slips) => page.slips), [book.fresh]);
  const columns = useMemo(
    () => [
      column("number", "column.number", "text", 118),
      column("kind", "list.slip_kind", "choice", 110, { options: options(book, "slip") }),
      column("n", "list.n", "integer", 56),
      column("title", "column.title", "text", 220),
      column("stage", "list.state", "choice", 90, { options: options(book, "slip_stage") }),
      column("batches", "list.batches", "list", 200),
      column("opened_at", "list.opened", "moment", 132),
      column("settled_at", "list.settled", "moment", 132),
      column("department", "column.department", "text", 110),
    ],
    [book.columns],
  );
  const items = useMemo(() => {
    const listed = (one: Slips["slips"][number]): Listed => {
      const more = one as typeof one & { department?: string | null };
      const cells = { number: one.number, kind: one.kind, n: String(one.n), title: one.title ?? one.rule, stage: one.stage, batches: one.batches.join("\n") };
      return {
        id: `${one.id} ${one.kind} ${one.n}`,
        cells: { ...cells, opened_at: one.opened_at, settled_at: one.settled_at ?? "", department: more.department ?? "" },
      };
    };
    return found?.map(listed);
  }, [found]);
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.slips")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none.slips")}
      help={t("help.slips")}
      sort={{ key: "opened_at", down: true }}
      tone={(get) => (get("settled_at") === "" ? undefined : "quiet")}
      onReload={() => void again()}
      onOpen={(item) => onOpen(item.split(" ")[0] ?? "")}
      onActive={(item) => onActive(item?.split(" ")[0])}
    />
  );
}
