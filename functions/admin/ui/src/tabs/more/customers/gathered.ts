// What the register's rows say of each customer: complaints, what is open, when the last one came; of names that are said to be
// one customer together.

import { type Customers, folded, type Merge } from "../../../store/companies";
import type { Workbook } from "../../../workbook";
import type { Listed } from "../../list";

/** A customer: everything that the rows say of him. */
export interface Customer {
  /** The folded name under which he is counted. */
  id: string;
  name: string;
  /** His names as they are written in rows, with how often each is. */
  written: Map<string, number>;
  rows: number[];
  open: number;
  late: number;
  year: number;
  products: Map<string, number>;
  contact: string;
  claimed: number;
}

export function gathered<One extends Merge>(book: Workbook, customers: Customers<One>): Map<string, Customer> {
  const { rows } = book;
  const found = new Map<string, Customer>();
  const ids = new Map<string, string>();
  const year = book.today.slice(0, 4);
  for (let row = 0; row < rows.length; row++) {
    if (rows.isGone(row)) continue;
    const written = rows.get(row, "customer_name");
    let id = ids.get(written);
    if (id === undefined) {
      const name = folded(written);
      id = name === "" ? "" : customers.of(name);
      ids.set(written, id);
    }
    // What was erased, or never said, is nobody.
    if (id === "") continue;
    let one = found.get(id);
    if (!one) {
      one = { id, name: customers.title(id) ?? written.trim(), written: new Map(), rows: [], open: 0, late: 0, year: 0, products: new Map(), contact: "", claimed: 0 };
      found.set(id, one);
    }
    one.written.set(written, (one.written.get(written) ?? 0) + 1);
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

export function listed(book: Workbook, one: Customer): Listed {
  const times = one.rows.map((row) => book.rows.get(row, "received_at")).filter((at) => at !== "");
  const moments = times.map((at) => [Date.parse(at), at] as const).sort(([a], [b]) => a - b);
  const products = [...one.products].sort(([, a], [, b]) => b - a).map(([name, n]) => (n > 1 ? `${name} ×${n}` : name));
  const names = [...one.written.keys()].map((name) => name.trim()).filter((name) => name !== one.name);
  return {
    id: one.id,
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
      names: [...new Set(names)].join("\n"),
    },
  };
}
