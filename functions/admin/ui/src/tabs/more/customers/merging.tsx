// Saying that several names are one customer (客户合并), and taking it back: picked in the list one after the other, or proposed where
// names differ only in what names of companies carry.

import { useMemo, useState } from "preact/hooks";
import type { Merged } from "../../../api/types";
import { below, Popup } from "../../../menus/popup";
import { alike, barer, type Customers, folded, type Proposal, type Words } from "../../../store/companies";
import { moment } from "../../../store/values";
import { t } from "../../../texts";
import { inZone } from "../audit";
import { toGrid } from "../parts";
import type { Customer } from "./gathered";

export type Said = Merged["merged"][number];

/** What may be done with names; what was refused is said by whoever gives these. */
export interface Deeds {
  merge(names: readonly string[], into: string): Promise<boolean>;
  unmerge(names: readonly string[]): Promise<boolean>;
}

interface PickedProps {
  customers: ReadonlyMap<string, Customer>;
  /** Those who are picked, and those who are selected in the list. */
  picked: readonly string[];
  selected: readonly string[];
  onPick(picked: readonly string[]): void;
  deeds: Deeds;
}

/** The customers who are to be one, and the name that is to stand for all. */
export function Picked({ customers, picked, selected, onPick, deeds }: PickedProps) {
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  const all = picked.map((id) => customers.get(id)).filter((one) => one !== undefined);
  const more = selected.filter((id) => !picked.includes(id) && customers.has(id));
  const into = all.find((one) => one.id === chosen) ?? all[0];
  const merge = async () => {
    if (!into) return;
    setBusy(true);
    const names = all.filter((one) => one !== into).map((one) => one.name);
    if (await deeds.merge(names, into.name)) onPick([]);
    setBusy(false);
  };
  return (
    <section class="merging">
      <h4>{t("customer.merge")}</h4>
      {all.length === 0 && <p class="quiet">{t("customer.merge_help")}</p>}
      {all.length > 0 && (
        <fieldset>
          <legend>{t("customer.into")}</legend>
          {all.map((one) => (
            <div key={one.id}>
              <label class="tick">
                <input type="radio" name="into" checked={one === into} onChange={() => setChosen(one.id)} /> {one.name} <span class="quiet num">×{one.rows.length}</span>
              </label>
              <button type="button" class="plain" aria-label={t("customer.unpick", { name: one.name })} onClick={() => onPick(picked.filter((id) => id !== one.id))}>
                ×
              </button>
            </div>
          ))}
        </fieldset>
      )}
      <p class="buttons">
        {more.length > 0 && (
          <button type="button" onClick={() => onPick([...picked, ...more])}>
            {more.length > 1 ? t("customer.pick_all", { n: more.length }) : t("customer.pick")}
          </button>
        )}
        {all.length > 1 && (
          <button type="button" class="main" disabled={busy} onClick={() => void merge()}>
            {t("customer.merge_n", { n: all.length })}
          </button>
        )}
      </p>
    </section>
  );
}

interface NamesProps {
  one: Customer;
  directory: Customers<Said>;
  offset: string;
  may: boolean;
  deeds: Deeds;
}

/** The other names of a customer, who said so, and the way back. */
export function Names({ one, directory, offset, may, deeds }: NamesProps) {
  const under = directory.under(one.id);
  if (under.length === 0) return null;
  return (
    <section class="merging">
      <h4>{t("customer.names")}</h4>
      <ul>
        {under.map((said) => (
          <li key={said.name}>
            <b>{said.name}</b>
            {folded(said.into) !== one.id && <> → {said.into}</>} <span class="quiet num">×{writtenAs(one, said.name)}</span>
            <br />
            <span class="quiet">
              {said.by} · {moment(inZone(said.at, offset), false)}
            </span>{" "}
            {may && (
              <button type="button" class="link" aria-label={t("customer.unmerge_of", { name: said.name })} onClick={() => void deeds.unmerge([said.name])}>
                {t("customer.unmerge")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function writtenAs(one: Customer, name: string): number {
  const own = folded(name);
  return [...one.written].reduce((n, [written, count]) => n + (folded(written) === own ? count : 0), 0);
}

interface AlikeProps {
  customers: ReadonlyMap<string, Customer>;
  words: Words;
  deeds: Deeds;
}

/** Proposals that are listed at a time; what was merged makes room for others. */
const LISTED = 50;

/** The button that tells how many proposals there are, and their window. Nothing is merged before somebody says so. */
export function Alike({ customers, words, deeds }: AlikeProps) {
  const [open, setOpen] = useState<{ x: number; y: number }>();
  const [busy, setBusy] = useState(false);
  const bare = useMemo(() => barer(words), [words]);
  const all = useMemo(() => alike([...customers.values()].map((one) => ({ id: one.id, name: one.name, n: one.rows.length })), bare), [customers, bare]);
  const close = () => {
    setOpen(undefined);
    toGrid();
  };
  const merge = async ({ into, all }: Proposal) => {
    setBusy(true);
    await deeds.merge(all.map((one) => one.name).filter((name) => name !== into), into);
    setBusy(false);
  };
  return (
    <>
      <button type="button" disabled={all.length === 0} aria-haspopup="dialog" onClick={(event) => setOpen(below(event.currentTarget))}>
        {t("customer.alike", { n: all.length })}
      </button>
      {open && (
        <Popup {...open} label={t("customer.alike", { n: all.length })} onClose={close} class="report alike">
          <h3>{t("customer.alike", { n: all.length })}</h3>
          <p class="quiet">{t("customer.alike_help")}</p>
          <div class="scroll" role="region" aria-label={t("customer.alike", { n: all.length })} tabIndex={0}>
            {all.slice(0, LISTED).map((one) => (
              <div class="proposal" key={one.all.map(({ id }) => id).join("\n")}>
                <p>{one.all.map(({ name, n }) => `${name} ×${n}`).join(t("semicolon"))}</p>
                <button type="button" disabled={busy} onClick={() => void merge(one)}>
                  {t("customer.merge_into", { name: one.into })}
                </button>
              </div>
            ))}
            {all.length === 0 && <p>{t("customer.alike_none")}</p>}
          </div>
          <p class="buttons">
            <button type="button" autofocus onClick={close}>
              {t("close")}
            </button>
          </p>
        </Popup>
      )}
    </>
  );
}
