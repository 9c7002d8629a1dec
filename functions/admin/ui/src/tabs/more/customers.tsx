// Customers (客户) as the register's rows name them: how many complaints each had, what is open, when the last one came.

import { useMemo } from "preact/hooks";
import { moment } from "../../store/values";
import { useWatched } from "../../store/watch";
import { t } from "../../texts";
import type { Workbook } from "../../workbook";
import { column, type Listed, ListTab } from "../list";
import { Facts, type TabProps } from "./parts";

/** A customer: everything that the rows say of him. */
interface Customer {
  name: string;
  /** His name as it is written in rows: width and case make no difference. */
  written: Set<string>;
  rows: number[];
  open: number;
  late: number;
  year: number;
  products: Map<string, number>;
  contact: string;
  claimed: number;
}

export function CustomersTab({ book, dark, onOpen, onActive, onTab }: TabProps) {
  const tick = useWatched(book);
  const customers = useMemo(() => gathered(book), [tick]);
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
    ],
    [book.columns],
  );
  const items = useMemo(() => [...customers.values()].map((one) => listed(book, one)), [customers]);
  const show = (id: string) => {
    const written = customers.get(id)?.written;
    if (written) onTab("register", { customer_name: { ticked: [...written] } });
  };
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.customers")}
      columns={columns}
      items={items}
      wrong=""
      none={t("none.customers")}
      help={t("help.customers")}
      sort={{ key: "last", down: true }}
      tone={(get) => (Number(get("late")) > 0 ? "late" : Number(get("open")) === 0 ? "quiet" : undefined)}
      onReload={() => void book.loader.poll().catch(() => undefined)}
      onOpen={show}
      onActive={() => onActive(undefined)}
      side={(id) => {
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

function gathered(book: Workbook): Map<string, Customer> {
  const { rows } = book;
  const found = new Map<string, Customer>();
  const year = book.today.slice(0, 4);
  for (let row = 0; row < rows.length; row++) {
    if (rows.isGone(row)) continue;
    const written = rows.get(row, "customer_name");
    const id = written.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
    // What was erased, or never said, is nobody.
    if (id === "") continue;
    let one = found.get(id);
    if (!one) {
      one = { name: written.trim(), written: new Set(), rows: [], open: 0, late: 0, year: 0, products: new Map(), contact: "", claimed: 0 };
      found.set(id, one);
    }
    one.written.add(written);
    one.rows.push(row);
    const open = rows.get(row, "closed_at") === "" && !["closed", "archived", "not_a_complaint"].includes(rows.get(row, "stage"));
    if (open) one.open++;
    if (open && rows.get(row, "light") === "late") one.late++;
    if (rows.get(row, "received_at").startsWith(year)) one.year++;
    const product = rows.get(row, "product_name");
    if (product !== "") one.products.set(product, (one.products.get(product) ?? 0) + 1);
    one.contact ||= rows.get(row, "customer_contact");
    one.claimed += Number.parseFloat(rows.get(row, "amount")) || 0;
  }
  return found;
}

function listed(book: Workbook, one: Customer): Listed {
  const times = one.rows.map((row) => book.rows.get(row, "received_at")).filter((at) => at !== "");
  const moments = times.map((at) => [Date.parse(at), at] as const).sort(([a], [b]) => a - b);
  const products = [...one.products].sort(([, a], [, b]) => b - a).map(([name, n]) => (n > 1 ? `${name} ×${n}` : name));
  const id = one.name.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
  return {
    id,
    cells: {
      customer: one.name,
      all: String(one.rows.length),
      open: String(one.open),
      late: one.late === 0 ? "" : String(one.late),
      year: String(one.year),
      last: moments.at(-1)?.[1] ?? "",
      first: moments[0]?.[1] ?? "",
      products: products.join("\n"),
      claimed: one.claimed === 0 ? "" : one.claimed.toFixed(2),
      contact: one.contact,
    },
  };
}
