// The side panel: one complaint with its next steps, deadlines explained, record, letters and story, in the reader's words.

import { useEffect, useState } from "preact/hooks";
import { Failure } from "../api/client";
import type { Form, Told } from "../api/types";
import { useWatched } from "../store/watch";
import { t } from "../texts";
import type { Workbook } from "../workbook";
import { type Deadline, Limit } from "./deadline";
import { StepForm } from "./form";

interface Entry {
  seq: number;
  at: string;
  actor: string;
  reason?: string | null;
  lines: { said: string; words?: string | null }[];
}

interface Props {
  book: Workbook;
  id: string | undefined;
  onClose(): void;
  onGo(id: string): void;
}

export function Panel({ book, id, onClose, onGo }: Props) {
  useWatched(book);
  const [told, setTold] = useState<Told>();
  const [wrong, setWrong] = useState("");
  const [done, setDone] = useState("");
  const [open, setOpen] = useState<string>();
  const place = id === undefined ? undefined : book.rows.place(id);
  const version = place === undefined ? 0 : (book.rows.versions[place] ?? 0);

  const load = async () => {
    if (!id) return;
    try {
      const next = await book.client.get<Told>(`/api/complaints/${id}/told`);
      setTold(next);
      setWrong("");
    } catch (failure) {
      setWrong(failure instanceof Failure && failure.offline ? t("offline") : (failure as Error).message);
    }
  };
  useEffect(() => {
    setDone("");
    setOpen(undefined);
    // Whoever walks through rows with the arrows does not ask for each.
    const wait = setTimeout(() => void load(), told ? 150 : 0);
    return () => clearTimeout(wait);
  }, [id]);
  useEffect(() => {
    // Somebody changed it: what is typed into a form stays, the form's words are drawn anew.
    if (told && told.id === id && version > told.version) void load();
  }, [version]);

  const words = book.book.words;
  const stage = told ? (words["stage"]?.[told.stage] ?? told.stage) : "";
  const own = told as (Told & Record<string, unknown>) | undefined;
  const deadlines = (own?.deadlines ?? []) as unknown as Deadline[];
  const log = (own?.log ?? []) as unknown as Entry[];
  const fields = (own?.fields ?? []) as unknown as { key: string; label: string; value: string }[];
  const letters = (own?.letters ?? []) as unknown as Record<string, string>[];
  const approvals = ((own?.["approvals"] as unknown) ?? []) as Record<string, string | boolean | null>[];
  const milestones = (own?.milestones ?? []) as unknown as { name: string; at: string; by?: string | null }[];
  const papers = ((own?.["papers"] as unknown) ?? []) as Record<string, string | null>[];
  const links = ((own?.["links"] as unknown) ?? []) as { to: string; kind: string; number: string }[];
  const attachments = ((own?.["attachments"] as unknown) ?? []) as string[];
  const capa = ((own?.["capa"] as unknown) ?? []) as { n: number; stage: string; measures?: string | null }[];
  const contact = ((own?.["contact"] as unknown) ?? []) as string[];

  const step = (form: Form) => (form.n ? `${words["slip"]?.[form.kind] ?? form.kind} ${form.n}` : (words["command"]?.[form.kind] ?? form.kind));

  return (
    <aside class="panel" aria-label={t("panel")}>
      <header>
        <h2>
          {told && told.id === id ? told.number : t("panel")} <span class="stage">{stage}</span>
        </h2>
        {told && (
          <a href={`/admin/complaints/${told.id}`} target="_blank" rel="noreferrer">
            {t("full_page")} ↗
          </a>
        )}
        <button type="button" class="plain" aria-label={t("close")} onClick={onClose}>
          ✕
        </button>
      </header>
      {!id && <p class="quiet">{t("panel_none")}</p>}
      {wrong && (
        <p class="bad" role="alert">
          {wrong}{" "}
          <button type="button" onClick={() => void load()}>
            {t("retry")}
          </button>
        </p>
      )}
      {done && (
        <p class="good" role="status">
          {done}
        </p>
      )}
      {told && told.id === id && (
        <div class="scroll" key={told.id}>
          <dl class="facts">
            <Fact name={t("customer")} value={[own?.["customer"], ...contact].filter(Boolean).join(" · ")} />
            <Fact name={t("column.received_at")} value={`${String(own?.["received_at"] ?? "")} · ${words["channel"]?.[String(own?.["channel"])] ?? ""}`} />
            <Fact name={t("column.class")} value={told.class} />
            <Fact name={t("column.department")} value={[told.department, own?.["person"]].filter(Boolean).join(" · ")} />
            <Fact name={t("column.procedure")} value={`${String(own?.["procedure"] ?? "")} ${String(own?.["title"] ?? "")}`} />
          </dl>
          {typeof own?.["description"] === "string" && <p class="words">{own["description"]}</p>}
          <section class="steps">
            <h3>{t("next_steps")}</h3>
            {told.forms.length === 0 && <p class="quiet">{t("no_steps")}</p>}
            {told.forms.map((form) => (
              <StepForm
                key={form.id}
                form={form}
                title={step(form)}
                open={open === form.id}
                onToggle={(now) => setOpen(now ? form.id : undefined)}
                send={async (inputs, reason) => {
                  const body = { version: told.version, type: form.kind, inputs, ...(reason ? { reason } : {}) };
                  await book.client.post(`/api/complaints/${told.id}/told`, body);
                  setDone(`${t("done")}: ${step(form)}`);
                  setOpen(undefined);
                  await load();
                  void book.loader.poll().catch(() => undefined);
                }}
                stale={() => void load()}
              />
            ))}
          </section>
          {deadlines.length > 0 && (
            <section>
              <h3>{t("deadlines")}</h3>
              {deadlines.map((one) => (
                <Limit key={`${one.rule} ${one.due_at}`} one={one} words={words} />
              ))}
            </section>
          )}
          {approvals.length > 0 && (
            <section>
              <h3>{t("approvals")}</h3>
              {approvals.map((one) => (
                <p key={`${String(one["rule"])} ${String(one["asked_at"])}`}>
                  {String(one["title"] ?? one["rule"])} · {String(one["approver"])} · {one["asked_at"]} ·{" "}
                  <b>{one["granted"] === null || one["granted"] === undefined ? t("open") : one["granted"] ? t("granted") : t("refused")}</b>{" "}
                  {one["by"] ?? ""} {one["at"] ?? ""}
                </p>
              ))}
            </section>
          )}
          {capa.length > 0 && (
            <section>
              <h3>{t("capa")}</h3>
              {capa.map((one) => (
                <p key={one.n}>
                  {one.n} · {words["capa_stage"]?.[one.stage] ?? one.stage} {one.measures ?? ""}
                </p>
              ))}
            </section>
          )}
          <section>
            <h3>{t("facts")}</h3>
            <dl class="facts">
              {fields
                .filter((one) => one.key !== "description")
                .map((one) => (
                  <Fact key={one.key} name={one.label} value={one.value} />
                ))}
            </dl>
          </section>
          {attachments.length > 0 && (
            <p>
              {attachments.map((name) => (
                <a key={name} href={`/api/attachments/${told.id}/${encodeURIComponent(name)}`} target="_blank" rel="noreferrer">
                  {name}{" "}
                </a>
              ))}
            </p>
          )}
          {links.length > 0 && (
            <p>
              {links.map((one) => (
                <button type="button" class="link" key={one.to} onClick={() => onGo(one.to)}>
                  {words["link_kind"]?.[one.kind] ?? one.kind} {one.number}
                </button>
              ))}
            </p>
          )}
          {papers.some((one) => one["page"]) && (
            <section>
              <h3>{t("papers")}</h3>
              {papers
                .filter((one) => one["page"])
                .map((one) => (
                  <p key={String(one["rule"])}>
                    <a href={String(one["page"])} target="_blank" rel="noreferrer">
                      {one["title"]} ↗
                    </a>{" "}
                    <span class="quiet">{one["rule"]}</span>
                  </p>
                ))}
            </section>
          )}
          {letters.length > 0 && (
            <section>
              <h3>{t("letters")}</h3>
              {letters.map((one, at) => (
                <p key={at}>
                  <span class="num">{one["at"]}</span> {one["name"]} → {one["to"] ?? t("customer")} ·{" "}
                  {words["letter_state"]?.[one["state"] ?? ""] ?? one["state"]}
                </p>
              ))}
            </section>
          )}
          <section>
            <h3>{t("milestones")}</h3>
            <ol class="miles">
              {milestones.map((one, at) => (
                <li key={at}>
                  <span class="num">{one.at}</span> {one.name} <span class="quiet">{one.by}</span>
                </li>
              ))}
            </ol>
          </section>
          <section>
            <h3>{t("story")}</h3>
            <ol class="log">
              {log.map((entry) => (
                <li key={entry.seq}>
                  <p class="quiet">
                    <span class="num">{entry.at}</span> · {entry.actor}
                  </p>
                  {entry.lines.map((line, at) => (
                    <p key={at}>
                      {line.said}
                      {line.words && <q>{line.words}</q>}
                    </p>
                  ))}
                  {entry.reason && (
                    <p class="quiet">
                      {t("reason")}: {entry.reason}
                    </p>
                  )}
                </li>
              ))}
            </ol>
          </section>
        </div>
      )}
    </aside>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value || "—"}</dd>
    </div>
  );
}
