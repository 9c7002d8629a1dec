// The form for calls, visits and letters: what the caller says, read back; complaints that may be the same are shown while
// it is typed.

import { useMemo, useRef, useState } from "preact/hooks";
import { Failure } from "../api/client";
import { moment, shown } from "../store/values";
import { t } from "../texts";
import type { Workbook } from "../workbook";

interface Receipt {
  id: string;
  number: string;
  query_code: string;
  class: string;
  department: string | null;
  deadlines: { rule: string; until: string | null; due_at: string }[];
}

const CUSTOMER = [
  ["name", "intake_customer", "name"],
  ["phone", "intake_phone", "tel"],
  ["email", "intake_email", "email"],
  ["address", "intake_address", "street-address"],
] as const;
const PRODUCT = [
  ["name", "intake_product"],
  ["model", "intake_model"],
  ["serial", "intake_serial"],
  ["batch", "intake_batch"],
  ["order", "intake_order"],
  ["quantity", "intake_quantity"],
] as const;
const CHANNELS = ["telephone", "visit", "letter", "fax", "email", "wechat"];

export function IntakeTab({ book, onOpen }: { book: Workbook; onOpen(id: string): void }) {
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Record<string, string>>({ channel: "telephone" });
  const [wrong, setWrong] = useState<{ message: string; field?: string }[]>([]);
  const [receipt, setReceipt] = useState<Receipt>();
  const [busy, setBusy] = useState(false);
  // One key for one form: a second press is the same complaint.
  const key = useRef(crypto.randomUUID());
  const set = (name: string, value: string) => setValues({ ...values, [name]: value });
  const get = (name: string) => (values[name] ?? "").trim();

  const similar = useMemo(() => {
    const wanted: [string, string][] = [
      ["customer_contact", get("customer.phone")],
      ["customer_name", get("customer.name")],
      ["serial_no", get("product.serial")],
      ["order_no", get("product.order")],
      ["batch_no", get("product.batch")],
    ];
    const asked = wanted.filter(([, value]) => value.length >= 2);
    const found: number[] = [];
    if (asked.length === 0) return found;
    for (let row = book.rows.length - 1; row >= 0 && found.length < 200; row--) {
      if (book.rows.isGone(row)) continue;
      if (asked.some(([name, value]) => book.rows.get(row, name) !== "" && book.rows.get(row, name).includes(value))) found.push(row);
    }
    return found.sort((a, b) => book.rows.get(b, "received_at").localeCompare(book.rows.get(a, "received_at"))).slice(0, 6);
  }, [values, book.rows.length]);

  const send = async () => {
    const some = (prefix: string, names: readonly (readonly string[])[]) => {
      const all = names.map(([name = ""]) => [name, get(`${prefix}.${name}`)] as const).filter(([, value]) => value !== "");
      return all.length > 0 ? Object.fromEntries(all) : undefined;
    };
    const received = get("received_at");
    const body: Record<string, unknown> = {
      channel: get("channel"),
      description: values["description"] ?? "",
      customer: some("customer", CUSTOMER) ?? { name: "" },
    };
    const product = some("product", PRODUCT);
    if (product) body["product"] = product;
    if (received) body["received_at"] = `${received}:00${book.offset}`;
    if (get("procedure")) body["procedure"] = get("procedure");
    setBusy(true);
    setWrong([]);
    try {
      const got = await book.client.post<Receipt>("/api/intake", body, { "idempotency-key": key.current });
      setReceipt(got);
      void book.loader.poll().catch(() => undefined);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      setWrong(failure.offline ? [{ message: t("offline") }] : [...failure.all]);
    } finally {
      setBusy(false);
    }
  };

  if (receipt) {
    return (
      <div class="intake">
        <div role="status">
          <h2>{t("intake_done", { number: receipt.number })}</h2>
        </div>
        <p>{t("intake_class", { class: receipt.class, department: receipt.department ?? "—" })}</p>
        <p class="code">{t("intake_code", { code: receipt.query_code })}</p>
        <ul>
          {receipt.deadlines.map((one) => (
            <li key={one.rule}>{t("intake_due", { until: ruleTitle(book, one.rule), at: moment(one.due_at, true) })}</li>
          ))}
        </ul>
        <p class="buttons">
          <button type="button" class="main" autofocus onClick={() => onOpen(receipt.id)}>
            {t("intake_open")}
          </button>
          <button
            type="button"
            onClick={() => {
              key.current = crypto.randomUUID();
              setReceipt(undefined);
              setValues({ channel: values["channel"] ?? "telephone" });
            }}
          >
            {t("intake_next")}
          </button>
        </p>
      </div>
    );
  }

  const field = (name: string, label: string, more: Record<string, unknown> = {}) => (
    <label class="field" key={name}>
      <span>{label}</span>
      <input name={name} value={values[name] ?? ""} onInput={(event) => set(name, event.currentTarget.value)} {...more} />
    </label>
  );
  return (
    <form
      ref={form}
      class="intake"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>{t("intake_title")}</h2>
      {wrong.length > 0 && (
        <ul class="bad" role="alert">
          {wrong.map((one) => (
            <li key={one.message}>{one.message}</li>
          ))}
        </ul>
      )}
      <div class="two">
        <div>
          <label class="field">
            <span>
              {t("intake_description")} <b class="must">*</b>
            </span>
            <textarea
              name="description"
              rows={7}
              required
              autofocus
              value={values["description"] ?? ""}
              onInput={(event) => set("description", event.currentTarget.value)}
            />
          </label>
          <div class="pairs">
            {CUSTOMER.map(([name, label]) => field(`customer.${name}`, t(label), { required: name === "name", autocomplete: "off" }))}
            {PRODUCT.map(([name, label]) => field(`product.${name}`, t(label), { autocomplete: "off" }))}
            <label class="field">
              <span>{t("intake_channel")}</span>
              <select name="channel" value={values["channel"]} onChange={(event) => set("channel", event.currentTarget.value)}>
                {Object.entries(book.book.words["channel"] ?? {})
                  .filter(([code]) => CHANNELS.includes(code))
                  .map(([code, word]) => (
                    <option key={code} value={code}>
                      {word}
                    </option>
                  ))}
              </select>
            </label>
            {field("received_at", t("intake_received"), { type: "datetime-local" })}
            <label class="field">
              <span>{t("intake_procedure")}</span>
              <select name="procedure" value={values["procedure"] ?? ""} onChange={(event) => set("procedure", event.currentTarget.value)}>
                <option value="">{t("intake_auto")}</option>
                {book.book.procedures.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.id} {one.title}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p class="buttons">
            <button type="submit" class="main" disabled={busy}>
              {t("intake_send")}
            </button>
          </p>
        </div>
        <aside>
          <h3>{t("intake_readback")}</h3>
          <blockquote>
            {[get("customer.name"), get("customer.phone"), get("product.name"), get("product.batch"), get("product.quantity")].filter(Boolean).join(" · ")}
            <p class="words">{get("description")}</p>
          </blockquote>
          {similar.length > 0 && (
            <section role="status">
              <h3>{t("intake_similar")}</h3>
              {similar.map((row) => (
                <p key={row}>
                  <button type="button" class="link" onClick={() => onOpen(book.rows.ids[row] ?? "")}>
                    {book.rows.get(row, "number")}
                  </button>{" "}
                  {book.rows.get(row, "received_at").slice(0, 10)} {book.rows.get(row, "customer_name")} {book.rows.get(row, "product_name")}{" "}
                  {shown(book.columns.get("stage")!, book.rows.get(row, "stage"))}
                </p>
              ))}
            </section>
          )}
        </aside>
      </div>
    </form>
  );
}

function ruleTitle(book: Workbook, rule: string): string {
  for (const procedure of book.book.procedures) {
    const told = procedure.rules[rule];
    if (told) return told.title || rule;
  }
  return rule;
}
