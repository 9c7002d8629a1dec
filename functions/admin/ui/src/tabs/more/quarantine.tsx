// Mail that waits for a person (隔离): why it could not be taken in, read again, as a complaint whatever it is, or put away.

import { useMemo } from "preact/hooks";
import type { Quarantine } from "../../api/types";
import { moment } from "../../store/values";
import { t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Deed, Facts, options, pages, type TabProps, useLoaded } from "./parts";

type Held = Quarantine["entries"][number];

export function QuarantineTab({ book, dark, onOpen }: TabProps) {
  const { found, wrong, again } = useLoaded(async () => {
    const all = await pages(book.client, "/api/quarantine", (page: Quarantine) => page.entries);
    return new Map(all.map((one) => [one.id, one]));
  }, []);
  const why = (one: Held) => book.book.words["held_reason"]?.[one.reason] ?? one.reason;
  const columns = useMemo(
    () => [
      column("at", "list.arrived", "moment", 132),
      column("from", "list.from", "text", 220),
      column("reason", "report_reason", "text", 260),
      column("kind", "list.kind", "choice", 90, { options: options(book, "held_kind") }),
      column("state", "list.state", "choice", 90, { options: options(book, "held_state") }),
      column("size", "list.size", "integer", 90),
      column("by", "list.by", "text", 170),
    ],
    [book.columns],
  );
  const listed = (one: Held): Listed => ({
    id: one.id,
    cells: { at: one.at, from: one.from, reason: why(one), kind: one.kind, state: one.state, size: String(one.size), by: one.by ?? "" },
  });
  const items = useMemo(() => found && [...found.values()].map(listed), [found, book.columns]);
  const take = (id: string, as: "read" | "complaint") => async () => {
    await book.client.post(`/api/quarantine/${encodeURIComponent(id)}/replay`, { as });
    await again();
    void book.loader.poll().catch(() => undefined);
  };
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.quarantine")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none.quarantine")}
      help={t("help.quarantine")}
      tone={(get) => (get("state") === "waiting" ? undefined : "quiet")}
      onReload={() => void again()}
      side={(id) => {
        const one = found?.get(id);
        if (!one) return null;
        return (
          <>
            <h3>{why(one)}</h3>
            <Facts
              all={[
                [t("list.from"), one.from],
                [t("list.arrived"), moment(one.at, false)],
                [t("list.state"), book.book.words["held_state"]?.[one.state] ?? one.state],
                [t("list.by"), one.by],
              ]}
            />
            <p>
              <a href={`/admin/quarantine/${encodeURIComponent(id)}`} target="_blank" rel="noreferrer">
                {t("quarantine.look")} ↗
              </a>
            </p>
            {one.complaint && (
              <p>
                <button type="button" class="link" onClick={() => one.complaint && onOpen(one.complaint)}>
                  {t("open_details")}
                </button>
              </p>
            )}
            {one.state === "waiting" && (
              <>
                <Deed title={t("quarantine.read")} help={t("quarantine.read_help")} run={take(id, "read")} />
                <Deed title={t("quarantine.complaint")} help={t("quarantine.complaint_help")} run={take(id, "complaint")} />
                <Deed
                  title={t("quarantine.dismiss")}
                  inputs={[{ name: "reason", label: t("reason"), kind: "area", required: true }]}
                  run={async ({ reason }) => {
                    await book.client.post(`/api/quarantine/${encodeURIComponent(id)}/dismiss`, { reason });
                    await again();
                  }}
                />
              </>
            )}
          </>
        );
      }}
    />
  );
}
