// Customers (客户) as the register's rows name them: how many complaints each had, what is open, when the last one came; names that are
// said to be one customer are counted together.

import { useMemo, useState } from "preact/hooks";
import type { Merged } from "../../../api/types";
import { Customers } from "../../../store/companies";
import { moment } from "../../../store/values";
import { useWatched } from "../../../store/watch";
import { t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { column, ListTab } from "../../list";
import { Facts, said, type TabProps, useLoaded } from "../parts";
import { gathered, listed } from "./gathered";
import { Alike, type Deeds, Names, Picked, type Said } from "./merging";
import "../more.css";

/** Who sees the whole house's customers; the others see names as they are written. */
const HOUSE = ["officer", "manager", "approver", "quality", "administrator", "auditor"];
/** Who may say that names are one customer: whoever may merge complaints of the whole house. */
const MERGERS = ["officer", "manager", "quality", "administrator"];
const NOBODY: Merged = { merged: [], suffixes: [], places: [] };

export function CustomersTab({ book, dark, onOpen, onActive, onTab }: TabProps) {
  const tick = useWatched(book);
  const { role } = book.session;
  const may = MERGERS.includes(role);
  const { found, wrong, again } = useLoaded(() => (HOUSE.includes(role) ? book.client.get<Merged>("/api/customers") : Promise.resolve(NOBODY)), []);
  const [changed, setChanged] = useState<Merged>();
  const [refused, setRefused] = useState("");
  const [picked, setPicked] = useState<readonly string[]>([]);
  const known = changed ?? found;
  const directory = useMemo(() => new Customers<Said>(known?.merged ?? []), [known]);
  const customers = useMemo(() => gathered(book, directory), [tick, directory]);
  const columns = useMemo(
    () => [
      column("customer", "customer", "text", 220),
      column("all", "customer.all", "integer", 88),
      column("open", "customer.open", "integer", 80),
      column("late", "light.late", "integer", 80),
      column("year", "customer.year", "integer", 100),
      column("last", "customer.last", "moment", 132),
      column("first", "customer.first", "moment", 132),
      column("products", "customer.products", "list", 240),
      column("claimed", "customer.claimed", "money", 110),
      column("contact", "contact", "text", 150),
      column("names", "customer.names", "list", 240),
    ],
    [book.columns],
  );
  const ready = known !== undefined || wrong !== "";
  const items = useMemo(() => (ready ? [...customers.values()].map((one) => listed(book, one)) : undefined), [customers, ready]);
  const show = (id: string) => {
    const written = customers.get(id)?.written;
    if (written) onTab("register", { customer_name: { ticked: [...written.keys()] } });
  };
  const send = async (what: "merge" | "unmerge", body: unknown) => {
    try {
      setChanged(await book.client.post<Merged>(`/api/customers/${what}`, body));
      setRefused("");
      return true;
    } catch (failure) {
      setRefused(said(failure));
      return false;
    }
  };
  const deeds: Deeds = {
    merge: (names, into) => send("merge", { names, into }),
    unmerge: (names) => send("unmerge", { names }),
  };
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.customers")}
      columns={columns}
      items={items}
      wrong={refused || wrong}
      none={t("none.customers")}
      help={t("help.customers")}
      sort={{ key: "last", down: true }}
      tone={(get) => (Number(get("late")) > 0 ? "late" : Number(get("open")) === 0 ? "quiet" : undefined)}
      tools={may && known && <Alike customers={customers} words={known} deeds={deeds} />}
      onReload={() => {
        setChanged(undefined);
        void again();
        void book.loader.poll().catch(() => undefined);
      }}
      onOpen={show}
      onActive={() => onActive(undefined)}
      side={(id, selected) => {
        const one = customers.get(id);
        if (!one) return null;
        const own = [...one.rows].sort((a, b) => (book.rows.get(b, "received_at") < book.rows.get(a, "received_at") ? -1 : 1));
        return (
          <>
            <h3>{one.name}</h3>
            <Facts
              all={[
                [t("customer.all"), one.rows.length],
                [t("customer.open"), one.open],
                [t("light.late"), one.late],
                [t("contact"), one.contact],
              ]}
            />
            <p class="buttons">
              <button type="button" class="main" onClick={() => show(id)}>
                {t("customer.show")}
              </button>
            </p>
            <Names one={one} directory={directory} offset={book.offset} may={may} deeds={deeds} />
            {may && <Picked customers={customers} picked={picked} selected={selected} onPick={setPicked} deeds={deeds} />}
            <ol class="log">
              {own.slice(0, 30).map((row) => (
                <li key={row}>
                  <button type="button" class="link" onClick={() => onOpen(book.rows.ids[row] ?? "")}>
                    {book.rows.get(row, "number")}
                  </button>{" "}
                  <span class="quiet num">{moment(book.rows.get(row, "received_at"), false).slice(0, 10)}</span> <span class="stage">{word(book, row, "stage")}</span>
                  <br />
                  {[book.rows.get(row, "product_name"), word(book, row, "class")].filter(Boolean).join(" · ")}
                </li>
              ))}
            </ol>
          </>
        );
      }}
    />
  );
}

function word(book: Workbook, row: number, key: string): string {
  const code = book.rows.get(row, key);
  return book.columns.get(key)?.options.find(([own]) => own === code)?.[1] ?? code;
}
