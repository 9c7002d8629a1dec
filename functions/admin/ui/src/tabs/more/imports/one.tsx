// One upload from its reading to the rows in the register and back: what it was taken for, what would become of it, and the next step.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Proposed } from "../../../store/mapping";
import { moment } from "../../../store/values";
import { t } from "../../../texts";
import { inZone } from "../audit";
import { said, type TabProps, useLoaded } from "../parts";
import { State } from "./index";
import { MappingEditor } from "./mapping";
import { Left, Lines, linesOf, Sample, Sheets, Sum } from "./report";
import { busy, type Import } from "./shapes";

type Part = "mapping" | "sheets" | "lines" | "sample" | "left";

interface Props extends TabProps {
  id: string;
  onBack(): void;
}

export function OneImport({ book, dark, onOpen, onActive, id, onBack }: Props) {
  const path = `/api/imports/${encodeURIComponent(id)}`;
  const { found: one, wrong, again } = useLoaded(() => book.client.get<Import>(path), [id]);
  const [part, setPart] = useState<Part>();
  const [refused, setRefused] = useState("");
  const [asking, setAsking] = useState<"undo" | "forget">();
  const working = one !== undefined && busy(one);
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(() => void again(), 600);
    return () => clearInterval(timer);
  }, [working]);
  // What was taken in or back is to be seen in the register at once.
  const state = one?.state;
  useEffect(() => {
    if (state === "done" || state === "undone") void book.loader.poll().catch(() => undefined);
    setPart(undefined);
  }, [state]);

  const order = async (what: () => Promise<unknown>) => {
    setRefused("");
    setAsking(undefined);
    try {
      await what();
    } catch (failure) {
      setRefused(said(failure));
    }
    await again();
  };
  if (!one) return <p class={`opening ${wrong ? "bad" : ""}`}>{wrong || t("loading")}</p>;

  const heads = ["administrator", "manager"].includes(book.session.role);
  const report = one.state === "done" || one.state === "undone" ? (one.run ?? one.read) : one.read;
  const waits = one.state === "read" || one.state === "undone";
  const questions = one.read?.proposed?.layouts.flatMap((layout) => layout.columns).filter((column) => column.asked.length > 0).length ?? 0;
  const wanted = (one.read?.totals.created ?? 0) + (one.read?.totals.merged ?? 0);
  const lines = report ? linesOf(report) : [];
  const bad = lines.filter((line) => line.kind === "rejected").length;
  const parts: [Part, string][] = [
    ...(one.read?.proposed && one.readable && waits ? [["mapping", `${t("import.mapping")}${questions > 0 ? ` (${questions})` : ""}`] as [Part, string]] : []),
    ...(one.state === "undone" && one.undo && one.undo.left.length > 0 ? [["left", `${t("import.left")} (${one.undo.left.length})`] as [Part, string]] : []),
    ["sheets", t("import.by_sheet")],
    ["lines", `${t("import.lines")} (${lines.length})`],
    ...(one.read?.sample ? [["sample", t("import.sample")] as [Part, string]] : []),
  ];
  const first: Part = one.state === "undone" && (one.undo?.left.length ?? 0) > 0 ? "left" : one.state === "read" && questions > 0 ? "mapping" : "sheets";
  const shown = part ?? (parts.some(([own]) => own === first) ? first : "sheets");
  const unreadable = one.read?.files.flatMap((file) => (file.unreadable ? [file.unreadable.message] : [])) ?? [];
  const step = one.state === "reading" ? 0 : one.state === "read" ? (one.readable ? 2 : 1) : one.state === "running" ? 3 : one.state === "done" || one.state === "activating" ? (one.activate ? 5 : 4) : 1;

  return (
    <div class="page">
      <header class="page-head">
        <button type="button" onClick={onBack}>
          ← {t("import.back")}
        </button>
        <h2>{one.name}</h2>
        <State one={one} />
        <span class="quiet">{[one.by, moment(inZone(one.at, book.offset), false)].filter(Boolean).join(" · ")}</span>
        <span class="spring" />
        <ol class="way" aria-label={t("import.way")}>
          {(["import.way_upload", "import.way_map", "import.way_try", "import.way_run", "import.way_activate"] as const).map((key, at) => (
            <li key={key} class={at < step ? "done" : at === step ? "now" : ""} aria-current={at === step ? "step" : undefined}>
              {t(key)}
            </li>
          ))}
        </ol>
      </header>
      <div class="deeds">
        {working ? (
          <Working one={one} />
        ) : (
          <>
            {unreadable.map((why) => (
              <p key={why} class="bad" role="alert">
                {why}
              </p>
            ))}
            {(refused || one.refused?.message || wrong) && (
              <p class="bad" role="alert">
                {refused || one.refused?.message || wrong}
              </p>
            )}
            {report && one.readable && <Sum totals={report.totals} />}
            {report && report.remembered.length > 0 && <p class="quiet">{t("import.remembered", { n: report.remembered.length })}</p>}
            {waits && one.readable && wanted === 0 && <p class="soon">{t((one.read?.totals.unchanged ?? 0) > 0 ? "import.all_known" : "import.nothing")}</p>}
            {one.state === "done" && (
              <p class="good" role="status">
                {one.activate ? t("import.activated", { n: one.activate.activated, rest: one.activate.at_rest }) : t("import.done", { n: one.run?.totals.created ?? 0 })}
              </p>
            )}
            {one.state === "undone" && one.undo && (
              <p class="good" role="status">
                {t("import.undone", { n: one.undo.removed, back: one.undo.put_back, left: one.undo.left.length })}
              </p>
            )}
            <p class="buttons">
              {waits && one.readable && report && (
                <button type="button" class="main" disabled={one.size === 0 || wanted === 0} onClick={() => void order(() => book.client.post(`${path}/run`, undefined))}>
                  {t("import.run", { n: wanted })}
                </button>
              )}
              {one.state === "done" && one.batch && !one.activate && heads && (
                <button type="button" class="main" onClick={() => void order(() => book.client.post(`${path}/activate`, undefined))}>
                  {t("import.activate")}
                </button>
              )}
              {one.copy && (
                <a class="button" href={`${path}/copy`} download>
                  {t("import.copy")}
                </a>
              )}
              {one.state === "done" && one.batch && heads && (
                <button type="button" onClick={() => setAsking("undo")}>
                  {t("import.undo")}
                </button>
              )}
              {one.size > 0 && heads && (
                <button type="button" onClick={() => setAsking("forget")}>
                  {t("import.forget")}
                </button>
              )}
              <span class="quiet">
                {waits && one.readable ? t("import.run_help") : one.state === "done" && one.batch && !one.activate && heads ? t("import.activate_help") : ""}
                {waits && bad > 0 ? ` ${t("import.mend_help")}` : ""}
              </span>
            </p>
            {asking && (
              <div class="ask" role="alertdialog" aria-label={t(`import.${asking}`)}>
                <span>{t(`import.${asking}_help`)}</span>
                <button
                  type="button"
                  class="main"
                  onClick={() =>
                    void order(async () => {
                      if (asking === "undo") await book.client.post(`${path}/undo`, undefined);
                      else {
                        await book.client.delete(path);
                        onBack();
                      }
                    })
                  }
                >
                  {t(`import.${asking}`)}
                </button>
                <button type="button" onClick={() => setAsking(undefined)}>
                  {t("cancel")}
                </button>
              </div>
            )}
          </>
        )}
      </div>
      {!working && report && (one.readable || lines.length > 0) && (
        <>
          <div class="tools" role="toolbar" aria-label={one.name}>
            {parts.map(([name, title]) => (
              <button type="button" key={name} aria-pressed={shown === name} onClick={() => setPart(name)}>
                {title}
              </button>
            ))}
          </div>
          {shown === "mapping" && one.read?.proposed && (
            <Scroll label={t("import.mapping")}>
              <MappingEditor
                key={JSON.stringify(one.read.proposed)}
                book={book}
                proposed={one.read.proposed as Proposed}
                report={one.read}
                procedure={one.procedure ?? ""}
                onRead={(mapping, procedure) => order(() => book.client.put(`${path}/mapping`, { mapping, procedure: procedure || null }))}
              />
            </Scroll>
          )}
          {shown === "sheets" && (
            <Scroll label={t("import.by_sheet")}>
              <Sheets report={report} />
            </Scroll>
          )}
          {shown === "sample" && one.read?.sample && (
            <Scroll label={t("import.sample")}>
              <Sample book={book} sample={one.read.sample} fields={one.read.proposed?.fields ?? []} />
            </Scroll>
          )}
          {shown === "lines" && <Lines book={book} dark={dark} lines={lines} leftOff={report.left_off} onReload={() => void again()} />}
          {shown === "left" && one.undo && <Left book={book} dark={dark} left={one.undo.left} onOpen={onOpen} onActive={onActive} onReload={() => void again()} />}
        </>
      )}
    </div>
  );
}

function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="page-scroll" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

function Working({ one }: { one: Import }) {
  const progress = one.progress as { done: number; all: number } | null;
  return (
    <p class="working" role="status">
      <State one={one} />
      <progress aria-label={one.name} {...(progress && progress.all > 0 ? { max: progress.all, value: progress.done } : {})} />
      {progress && progress.all > 0 && <span class="num">{t("import.progress", { n: progress.done.toLocaleString(), all: progress.all.toLocaleString() })}</span>}
    </p>
  );
}
