// Recurring duties (例行职责): what is due, missed and done, and those that no calendar asks for; whoever holds the desk says done.

import { useMemo } from "preact/hooks";
import type { Duties } from "../../api/types";
import { moment } from "../../store/values";
import { t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Deed, Facts, type TabProps, useLoaded } from "./parts";

type Duty = Duties["duties"][number];
type Waiting = Duties["unscheduled"][number];

const STATES = ["due", "missed", "done", "dropped", "as_set", "occasion", "per_device"] as const;

export function DutiesTab({ book, dark }: TabProps) {
  const { found, wrong, again } = useLoaded(async () => {
    const dated: Duty[] = [];
    let waiting: Waiting[] = [];
    let cursor: string | null = null;
    do {
      const page: Duties = await book.client.get<Duties>(`/api/duties${cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
      dated.push(...page.duties);
      waiting = page.unscheduled;
      cursor = page.next;
    } while (cursor !== null);
    return { dated: new Map(dated.map((one) => [one.id, one])), waiting: new Map(waiting.map((one) => [`${one.procedure} ${one.rule}`, one])) };
  }, []);
  const columns = useMemo(
    () => [
      column("title", "column.title", "text", 260),
      column("owner", "column.responsible", "text", 120),
      column("state", "list.state", "choice", 110, { options: STATES.map((one) => [one, t(`duty.${one}`)] as const) }),
      column("due_at", "list.due", "moment", 132, { limit: true }),
      column("period", "list.period", "text", 90),
      column("done_at", "done_at", "moment", 132),
      column("done_by", "list.by", "text", 170),
      column("device", "list.device", "text", 120),
      column("reference", "list.reference", "text", 140),
      column("remark", "list.remark", "words", 200),
      column("rule", "clause", "text", 110),
    ],
    [book.columns],
  );
  const items = useMemo(() => found && [...[...found.dated.values()].map(dated), ...[...found.waiting].map(([id, one]) => unscheduled(id, one))], [found]);
  const side = (id: string) => {
    const one = found?.dated.get(id);
    const other = found?.waiting.get(id);
    const wish = one ? { id } : other ? { procedure: other.procedure, rule: other.rule } : undefined;
    if (!wish) return null;
    const open = one ? !one.done_at && one.state !== "dropped" : other?.why !== "per_device";
    return (
      <>
        <h3>{one?.title ?? other?.title ?? one?.rule}</h3>
        <Facts
          all={[
            [t("column.responsible"), one?.owner ?? other?.owner],
            [t("clause"), `${one?.rule ?? other?.rule ?? ""} ${other?.source ?? ""}`.trim()],
            [t("done_at"), one?.done_at ? [moment(one.done_at, false), one.done_by, one.reference, one.remark].filter(Boolean).join(" · ") : undefined],
            [t("list.due"), one ? moment(one.due_at, true) : t(`duty.${other?.why ?? "as_set"}`)],
          ]}
        />
        {open && book.mayEdit && (
          <Deed
            title={t("duty.finish")}
            inputs={[
              { name: "reference", label: t("list.reference") },
              { name: "remark", label: t("list.remark"), kind: "area" },
            ]}
            run={async ({ reference, remark }) => {
              await book.client.post("/api/duties/done", { ...wish, reference: reference || null, remark: remark || null });
              await again();
            }}
          />
        )}
      </>
    );
  };
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.duties")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none.duties")}
      help={t("help.duties")}
      sort={{ key: "due_at", down: true }}
      tone={(get) => (get("state") === "missed" ? "late" : get("state") === "done" || get("state") === "dropped" ? "quiet" : undefined)}
      onReload={() => void again()}
      side={side}
    />
  );
}

function dated(one: Duty): Listed {
  const cells = { title: one.title ?? one.rule, owner: one.owner ?? "", state: one.state, due_at: one.due_at, period: one.period, rule: one.rule };
  const done = { done_at: one.done_at ?? "", done_by: one.done_by ?? "", device: one.device ?? "", reference: one.reference ?? "", remark: one.remark ?? "" };
  return { id: one.id, cells: { ...cells, ...done } };
}

function unscheduled(id: string, one: Waiting): Listed {
  return { id, cells: { title: one.title, owner: one.owner, state: one.why, rule: one.rule } };
}
