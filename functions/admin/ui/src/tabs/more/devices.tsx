// Devices (设备): the register by serial, with warranty and complaints; written down and changed beside the list.

import { useMemo, useState } from "preact/hooks";
import type { Devices } from "../../api/types";
import { say, t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Deed, type DeedInput, Facts, pages, type TabProps, useLoaded } from "./parts";

type Device = Devices["devices"][number] & Record<string, unknown>;

const TEXTS = ["serial", "product", "model", "batch", "procedure", "user_unit", "tracking_no", "customer_name", "customer_contact"] as const;
const DATES = ["sold_on", "shipped_on", "accepted_on", "warranty_until", "implant_date", "retired_on"] as const;
const MONTHS = "warranty_months";

export function DevicesTab({ book, dark, onOpen }: TabProps) {
  const { found, wrong, again } = useLoaded(async () => {
    const all = await pages(book.client, "/api/devices", (page: Devices) => page.devices);
    return new Map(all.map((one) => [one.serial ?? "", one as Device]));
  }, []);
  const columns = useMemo(
    () => [
      ...TEXTS.map((key) => column(key, `device.${key}`, "text", key === "customer_name" || key === "product" ? 170 : 130)),
      column("warranty_state", "device.warranty_state", "choice", 100, {
        options: ["in_warranty", "out_of_warranty", "unknown"].map((one) => [one, say(`device.${one}`)] as const),
      }),
      column("warranty_end", "device.warranty_end", "date", 104),
      column(MONTHS, "device.warranty_months", "integer", 90),
      ...DATES.map((key) => column(key, `device.${key}`, "date", 104)),
    ],
    [book.columns],
  );
  const text = (one: Device, key: string) => (one[key] === null || one[key] === undefined ? "" : String(one[key]));
  const items = useMemo(
    () => found && [...found.values()].map((one): Listed => ({ id: one.serial ?? "", cells: Object.fromEntries(columns.map(({ key }) => [key, text(one, key)])) })),
    [found, columns],
  );
  const writes = !["approver", "auditor"].includes(book.session.role);
  const inputs = (one: Device | undefined): DeedInput[] => [
    ...TEXTS.filter((key) => !one || key !== "serial").map((key) => ({ name: key, label: t(`device.${key}`), value: one && text(one, key), required: key === "serial" })),
    ...DATES.map((key) => ({ name: key, label: t(`device.${key}`), value: one && text(one, key), kind: "date" as const })),
    { name: MONTHS, label: t("device.warranty_months"), value: one && text(one, MONTHS), kind: "number" },
  ];
  const body = (values: Record<string, string>) => {
    const plain = Object.entries(values).map(([key, value]) => [key, value === "" ? null : key === MONTHS ? Number(value) : value]);
    return Object.fromEntries(plain) as Record<string, unknown>;
  };
  const [adding, setAdding] = useState(false);
  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.devices")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none.devices")}
      sort={{ key: "serial", down: false }}
      tone={(get) => (get("retired_on") === "" ? undefined : "quiet")}
      tools={
        writes && (
          <>
            <button type="button" aria-pressed={adding} onClick={() => setAdding(!adding)}>
              ＋ {t("device.add")}
            </button>
            {adding && (
              <div class="drawer">
                <Deed
                  title={t("device.add")}
                  inputs={inputs(undefined)}
                  run={async (values) => {
                    await book.client.post("/api/devices", body(values));
                    await again();
                  }}
                />
              </div>
            )}
          </>
        )
      }
      onReload={() => void again()}
      side={(serial) => {
        const one = found?.get(serial);
        if (!one) return null;
        return (
          <>
            <h3>{serial}</h3>
            <Facts
              all={[
                [t("device.product"), text(one, "product")],
                [t("device.warranty_state"), say(`device.${text(one, "warranty_state")}`)],
                [t("device.warranty_end"), text(one, "warranty_end")],
                [t("device.customer_name"), text(one, "customer_name")],
              ]}
            />
            <History book={book} serial={serial} onOpen={onOpen} />
            <p>
              <a href={`/admin/devices/${encodeURIComponent(serial)}`} target="_blank" rel="noreferrer">
                {t("full_page")} ↗
              </a>
            </p>
            {writes && (
              <Deed
                stamp={one.version}
                title={t("device.change")}
                inputs={inputs(one)}
                run={async (values) => {
                  await book.client.put(`/api/devices/${encodeURIComponent(serial)}`, { ...body(values), version: one.version });
                  await again();
                }}
              />
            )}
          </>
        );
      }}
    />
  );
}

/** The complaints about a device. */
function History({ book, serial, onOpen }: { book: TabProps["book"]; serial: string; onOpen(id: string): void }) {
  const path = `/api/devices/${encodeURIComponent(serial)}`;
  const { found, wrong } = useLoaded(() => book.client.get<{ complaints: { id: string; number: string; stage: string; received_at: string }[] }>(path), [serial]);
  return (
    <section>
      <h3>{t("device.complaints")}</h3>
      {wrong && <p class="bad">{wrong}</p>}
      {found?.complaints.length === 0 && <p class="quiet">{t("none")}</p>}
      {found?.complaints.map((one) => (
        <p key={one.id}>
          <button type="button" class="link" onClick={() => onOpen(one.id)}>
            {one.number}
          </button>{" "}
          {one.received_at.slice(0, 10)} {book.book.words["stage"]?.[one.stage] ?? one.stage}
        </p>
      ))}
    </section>
  );
}
