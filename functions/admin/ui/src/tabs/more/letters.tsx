// Letters (信件) that have not left: those that wait, and those that were given up, which can be sent again or put away.

import { useMemo, useState } from "preact/hooks";
import type { Letters } from "../../api/types";
import { t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Deed, Facts, options, pages, type TabProps, useLoaded } from "./parts";

type Letter = Letters["letters"][number];

export function LettersTab({ book, dark, onOpen }: TabProps) {
  const [state, setState] = useState<"waiting" | "failed">("failed");
  const { found, wrong, again } = useLoaded(async () => {
    const all = await pages(book.client, `/api/letters?state=${state}`, (page: Letters) => page.letters);
    return new Map(all.map((one) => [one.place, one]));
  }, [state]);
  const columns = useMemo(
    () => [
      column("name", "list.letter", "text", 170),
      column("number", "column.number", "text", 118),
      column("to", "list.to", "text", 190),
      column("state", "list.state", "choice", 90, { options: options(book, "letter_state") }),
      column("at", "list.ordered", "text", 132),
      column("attempts", "list.attempts", "integer", 70),
      column("next_try", "list.next_try", "text", 132),
      column("why", "report_reason", "text", 300),
      column("channel", "column.channel", "text", 90),
    ],
    [book.columns],
  );
  const listed = (one: Letter): Listed => {
    const cells = { name: one.name, number: one.about?.number ?? "", to: one.to ?? t("customer"), state: one.state, at: one.at ?? "", why: one.why ?? "" };
    return { id: one.place, cells: { ...cells, attempts: String(one.attempts), next_try: one.next_try ?? "", channel: one.channel ?? "" } };
  };
  const items = useMemo(() => found && [...found.values()].map(listed), [found]);
  const office = ["officer", "manager", "quality", "administrator"].includes(book.session.role);
  const act = (letter: string, what: "again" | "away") => async () => {
    await book.client.post("/api/letters", { letter, do: what });
    await again();
  };
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.letters")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t(state === "failed" ? "none.letters_failed" : "none.letters")}
      help={t(state === "failed" ? "help.letters_failed" : "help.letters")}
      tone={() => (state === "failed" ? "late" : undefined)}
      tools={(["failed", "waiting"] as const).map((one) => (
        <button type="button" key={one} aria-pressed={state === one} onClick={() => setState(one)}>
          {t(`letters.${one}`)}
        </button>
      ))}
      onReload={() => void again()}
      onOpen={(place) => {
        const about = found?.get(place)?.about;
        if (about) onOpen(about.id);
      }}
      side={(place) => {
        const one = found?.get(place);
        if (!one) return null;
        return (
          <>
            <h3>{one.name}</h3>
            <Facts
              all={[
                [t("list.to"), one.to ?? t("customer")],
                [t("list.ordered"), one.at],
                [t("list.attempts"), one.attempts],
                [t("report_reason"), one.why],
              ]}
            />
            {one.about && (
              <p>
                <button type="button" class="link" onClick={() => one.about && onOpen(one.about.id)}>
                  {one.about.number}
                </button>
              </p>
            )}
            {state === "failed" && office && (
              <>
                <Deed title={t("letters.again")} run={act(place, "again")} />
                <Deed title={t("letters.away")} run={act(place, "away")} />
              </>
            )}
          </>
        );
      }}
    />
  );
}
