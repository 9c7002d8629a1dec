// The audit (审计): what was done to accounts, desks, devices and mail, by whom; and the proof that the complaints' logs are whole.

import { useMemo, useState } from "preact/hooks";
import type { Journal, Proof } from "../../api/types";
import { moment } from "../../store/values";
import { say, t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Facts, pages, said, type TabProps, useLoaded } from "./parts";

const DEEDS = ["account made", "account changed", "directory", "device", "letter_again", "letter_away", "quarantine_raw", "quarantine_replayed", "quarantine_dismissed", "register_uploaded", "register_mapped", "register_copy", "register_forgotten", "import_run", "import_undone", "import_activated", "rollup_counted", "figures_entered", "customers_merged", "customers_unmerged"];

export function AuditTab({ book, dark }: TabProps) {
  const [month, setMonth] = useState(book.today.slice(0, 7));
  const [proof, setProof] = useState<Proof | string>();
  const { found, wrong, again } = useLoaded(async () => {
    const all = await pages(book.client, `/api/journal?month=${month}`, (page: Journal) => page.entries);
    return new Map(all.map((one) => [one.id, one]));
  }, [month]);
  const columns = useMemo(
    () => [
      column("at", "list.at", "moment", 132),
      column("by", "list.by", "text", 220),
      column("what", "audit.what", "choice", 150, { options: DEEDS.map((one) => [one, say(`journal.${one}`)] as const) }),
      column("of", "audit.of", "text", 240),
      column("detail", "audit.detail", "text", 460),
    ],
    [book.columns],
  );
  const items = useMemo(() => {
    const listed = (one: Journal["entries"][number]): Listed => {
      const detail = one.detail === null || one.detail === undefined ? "" : JSON.stringify(one.detail);
      return { id: one.id, cells: { at: inZone(one.at, book.offset), by: one.by, what: one.what, of: one.of, detail } };
    };
    return found && [...found.values()].map(listed);
  }, [found]);
  const verify = async () => {
    setProof(t("audit.verifying"));
    try {
      setProof(await book.client.get<Proof>("/api/verify"));
    } catch (failure) {
      setProof(said(failure));
    }
  };
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.audit")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none.audit")}
      sort={{ key: "at", down: true }}
      tools={
        <>
          <label>
            {t("audit.month")} <input type="month" value={month} onChange={(event) => event.currentTarget.value && setMonth(event.currentTarget.value)} />
          </label>
          <button type="button" onClick={() => void verify()}>
            {t("audit.verify")}
          </button>
          {proof !== undefined && <Proved proof={proof} offset={book.offset} />}
        </>
      }
      onReload={() => void again()}
      side={(id) => {
        const one = found?.get(id);
        if (!one) return null;
        return (
          <>
            <h3>{say(`journal.${one.what}`)}</h3>
            <Facts
              all={[
                [t("list.at"), moment(inZone(one.at, book.offset), false)],
                [t("list.by"), one.by],
                [t("audit.of"), one.of],
              ]}
            />
            {one.detail !== null && one.detail !== undefined && <pre class="words">{JSON.stringify(one.detail, null, 1)}</pre>}
          </>
        );
      }}
    />
  );
}

/** An instant of UTC in the house's zone. */
export function inZone(at: string, offset: string): string {
  const [, sign = "+", hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  return `${new Date(Date.parse(at) + shift * 60_000).toISOString().slice(0, 19)}${offset}`;
}

function Proved({ proof, offset }: { proof: Proof | string; offset: string }) {
  if (typeof proof === "string") return <span role="status">{proof}</span>;
  if (proof.faults.length === 0) {
    return (
      <span class="good" role="status">
        ✓ {t("audit.whole", { n: proof.complaints, entries: proof.entries, at: moment(inZone(proof.at, offset), false) })}
      </span>
    );
  }
  return (
    <details class="bad">
      <summary>{t("audit.faults", { n: proof.faults.length })}</summary>
      <ul>
        {proof.faults.slice(0, 200).map((one) => (
          <li key={`${one.of} ${one.what}`}>{t("labelled", { name: one.of, text: one.what })}</li>
        ))}
      </ul>
      <p>{t("audit.faults_help")}</p>
    </details>
  );
}
