// What would differ: the sums as they were and as they would have been, then complaint by complaint, each opening its panel.

import { useMemo, useState } from "preact/hooks";
import { download } from "../../../menus/excel";
import { type Answer, KINDS, type Kind, type Names, type Part, parts, told } from "../../../store/whatif";
import { moment } from "../../../store/values";
import { say, t } from "../../../texts";
import type { Workbook } from "../../../workbook";
import { column, type Listed, ListTab } from "../../list";
import { inZone } from "../audit";
import { said, type TabProps } from "../parts";
import { Limits } from "./idle";

interface Props extends TabProps {
  answer: Answer;
  /** The wish was changed since. */
  stale: boolean;
  names: Names;
  /** Simulates once more. */
  onAgain(): void;
}

const WIDTHS: Record<Kind, number> = { class: 180, department: 180, deadline: 410, late: 260, approval: 280, letter: 520, refused: 420 };

export function Shown({ book, dark, answer, stale, names, onAgain, onOpen, onActive }: Props) {
  const [only, setOnly] = useState<Kind>();
  const [wrong, setWrong] = useState("");
  const { totals, wish } = answer;
  const ids = useMemo(() => idsOf(book), [answer]);
  const found = useMemo(() => answer.rows.map((row) => ({ row, parts: parts(row, names), id: ids.get(row.number) ?? row.number })), [answer, names, ids]);
  const columns = useMemo(
    () => [
      column("number", "column.number", "text", 130),
      column("received_at", "column.received_at", "moment", 130),
      column("kinds", "whatif.differs", "choices", 200, { options: KINDS.map((kind) => [kind, t(`whatif.kind.${kind}`)] as const) }),
      ...KINDS.map((kind) => column(kind, `whatif.kind.${kind}`, "text", WIDTHS[kind])),
    ],
    [book.columns],
  );
  const kinds = KINDS.filter((kind) => totals.by_kind[kind] > 0);
  const shownColumns = useMemo(() => columns.filter((one) => !KINDS.includes(one.key as Kind) || kinds.includes(one.key as Kind)), [columns, answer]);
  const items = useMemo(
    () =>
      found
        .filter(({ row }) => only === undefined || row.kinds.includes(only))
        .map(({ row, parts: all, id }): Listed => {
          const of = (kind: Kind) => all.filter((one) => one.kind === kind).map(told).join(t("semicolon"));
          return { id, cells: { number: row.number, received_at: row.received_at, kinds: row.kinds.join("\n"), ...Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) } };
        }),
    [found, only],
  );
  const open = async (id: string) => {
    if (book.rows.place(id) !== undefined) return onOpen(id);
    // The register is not read to its end yet.
    try {
      onOpen((await book.client.get<{ id: string }>(`/api/complaints/${encodeURIComponent(id)}`)).id);
    } catch (failure) {
      setWrong(said(failure));
    }
  };
  const save = async () => {
    setWrong("");
    try {
      const excel = await import("../../../store/excel");
      download(await excel.writeList(t("tab.whatif"), shownColumns, items.map((one) => one.cells)), `${t("tab.whatif")}-${wish.period}.xlsx`);
    } catch {
      setWrong(t("whatif.not_saved"));
    }
  };

  return (
    <>
      <div class="whatif-head">
        <p class="whatif-sum">
          <b>{[answer.of ?? t("whatif.of_all"), wish.period].join(" · ")}</b>{" "}
          <span class="quiet">
            {[answer.procedure ? t("whatif.tried", { procedure: answer.procedure }) : t("whatif.under_own"), wish.set.length > 0 ? t("whatif.changed", { n: wish.set.length }) : "", t("rollup.as_of", { at: moment(inZone(answer.asOf, book.offset), false) })]
              .filter(Boolean)
              .join(" · ")}
          </span>
          <span class="promise">
            <b aria-hidden="true">✓</b> {t("whatif.nothing_written")}
          </span>
          {stale && <span class="soon stale">{t("whatif.stale")}</span>}
        </p>
        <section class="counts" aria-label={t("whatif.sums")}>
          <Sum title={t("whatif.looked")} n={totals.complaints} />
          <Sum title={t("whatif.would_differ")} n={totals.differ} kind={totals.differ > 0 ? "differ" : ""} note={totals.complaints > 0 ? `${Math.round((totals.differ * 1000) / totals.complaints) / 10}%` : ""} />
          <Both title={t("whatif.late_all")} pair={totals.late} good="down" />
          <Both title={t("procedure.approvals")} pair={totals.approvals} />
          <Both title={t("letters")} pair={totals.letters} />
        </section>
        <Notes answer={answer} />
      </div>
      {totals.differ === 0 ? (
        <div class="page-scroll" role="region" aria-label={t("whatif.would_differ")} tabIndex={0}>
          <div class="empty">
            <h2>{totals.complaints === 0 ? t("rollup.empty", { period: wish.period }) : t("whatif.none")}</h2>
            <p class="quiet">{totals.complaints === 0 ? t("whatif.none_there") : t("whatif.none_help", { n: totals.complaints.toLocaleString() })}</p>
          </div>
          {totals.complaints > 0 && <Limits />}
        </div>
      ) : (
        <ListTab
          book={book}
          dark={dark}
          label={t("whatif.would_differ")}
          columns={shownColumns}
          items={items}
          wrong={wrong}
          none={t("whatif.none")}
          tools={
            <>
              <span class="choice" role="group" aria-label={t("whatif.differs")}>
                {kinds.map((kind) => (
                  <button type="button" key={kind} aria-pressed={only === kind} onClick={() => setOnly(only === kind ? undefined : kind)}>
                    {t(`whatif.kind.${kind}`)} <b class="num">{totals.by_kind[kind].toLocaleString()}</b>
                  </button>
                ))}
              </span>
              <button type="button" onClick={() => void save()}>
                {t("whatif.save")}
              </button>
            </>
          }
          onReload={onAgain}
          onOpen={(id) => void open(id)}
          onActive={onActive}
          side={(id) => {
            const one = found.find((own) => own.id === id);
            return one ? <Sides number={one.row.number} parts={one.parts} onOpen={() => void open(id)} /> : null;
          }}
        />
      )}
    </>
  );
}

/** Which complaint has which number, as far as the register is read. */
function idsOf(book: Workbook): Map<string, string> {
  const found = new Map<string, string>();
  for (const [row, id] of book.rows.ids.entries()) found.set(book.rows.get(row, "number"), id);
  return found;
}

function Sum({ title, n, kind = "", note = "" }: { title: string; n: number; kind?: string; note?: string }) {
  return (
    <div class={`count is-${kind}`}>
      <span class="quiet">{title}</span>
      <b class="big num">{n.toLocaleString()}</b>
      {note && <span class="change quiet num">{note}</span>}
    </div>
  );
}

/** A count as it was and as it would have been. */
function Both({ title, pair, good }: { title: string; pair: { before: number; after: number }; good?: "down" }) {
  const by = pair.after - pair.before;
  const tone = by === 0 || good === undefined ? "" : by < 0 ? "good" : "bad";
  return (
    <div class="count is-both">
      <span class="quiet">{title}</span>
      <span class="pair num">
        <span class="was">{pair.before.toLocaleString()}</span> <span class="quiet">→</span> <b class={`big ${tone}`}>{pair.after.toLocaleString()}</b>
      </span>
      <span class={`change num ${tone || "quiet"}`}>{by === 0 ? t("whatif.same") : `${by > 0 ? "▲" : "▼"} ${Math.abs(by).toLocaleString()}`}</span>
    </div>
  );
}

/** What the sums do not hold, and what they could not. */
function Notes({ answer }: { answer: Answer }) {
  const { totals, leftOut, unread, unreadCount } = answer;
  return (
    <>
      {totals.text_missing > 0 && <p class="quiet">{t("whatif.text_missing", { n: totals.text_missing })}</p>}
      {leftOut > 0 && <p class="soon">{t("whatif.left_out", { n: leftOut })}</p>}
      {unreadCount > 0 && (
        <details class="unread">
          <summary class="bad">{t("whatif.unread", { n: unreadCount })}</summary>
          <ul>
            {unread.map((one) => (
              <li key={one.number}>
                {t("labelled", { name: one.number, text: say(`whatif.unread.${one.why}`) })}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Both sides of one complaint, thing by thing. */
function Sides({ number, parts: all, onOpen }: { number: string; parts: readonly Part[]; onOpen(): void }) {
  return (
    <div class="whatif-sides">
      <h3>{number}</h3>
      <p class="buttons">
        <button type="button" onClick={onOpen}>
          {t("open_details")}
        </button>
      </p>
      {KINDS.filter((kind) => all.some((one) => one.kind === kind)).map((kind) => (
        <section key={kind}>
          <h4>{t(`whatif.kind.${kind}`)}</h4>
          {all
            .filter((one) => one.kind === kind)
            .map((one, at) => (
              <p key={at} class="part">
                {one.name && <span class="name">{one.name}</span>}
                {kind === "refused" ? (
                  <span>{one.after}</span>
                ) : (
                  <span class="num">
                    <span class={one.before ? "was" : "quiet"}>{one.before || "—"}</span> → <b>{one.after || "—"}</b>
                  </span>
                )}
              </p>
            ))}
        </section>
      ))}
    </div>
  );
}
