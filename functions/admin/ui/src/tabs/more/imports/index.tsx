// Old registers (导入): dropped in or picked, what became of each, and the one that is open.

import { useEffect, useRef, useState } from "preact/hooks";
import { moment } from "../../../store/values";
import { say, t } from "../../../texts";
import { inZone } from "../audit";
import { said, type TabProps, useLoaded } from "../parts";
import { OneImport } from "./one";
import { busy, type One } from "./shapes";
import "../more.css";

/** A file on its way. */
interface Sending {
  name: string;
  share: number;
  wrong: string;
}

/** What the reader reads; the dialog of the system offers these. */
const KINDS = ".xlsx,.xls,.xlsb,.ods,.csv,.txt,.tsv";

export function ImportsTab(props: TabProps) {
  const { book } = props;
  const [id, setId] = useState<string>();
  const [sending, setSending] = useState<Sending[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { found, wrong, again } = useLoaded(() => book.client.get<{ imports: One[] }>("/api/imports"), []);
  const working = found?.imports.some(busy) ?? false;
  useEffect(() => {
    if (!working || id !== undefined) return;
    const timer = setInterval(() => void again(), 1000);
    return () => clearInterval(timer);
  }, [working, id]);

  useEffect(() => {
    // A file that misses its place must not take the browser away.
    const stay = (event: DragEvent) => event.preventDefault();
    addEventListener("dragover", stay);
    addEventListener("drop", stay);
    return () => {
      removeEventListener("dragover", stay);
      removeEventListener("drop", stay);
    };
  }, []);

  const send = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const names = files.map((file) => file.name);
    setSending(files.map((file) => ({ name: file.name, share: 0, wrong: "" })));
    const tell = (name: string, more: Partial<Sending>) => setSending((all) => all.map((one) => (one.name === name ? { ...one, ...more } : one)));
    let last: string | undefined;
    let bad = false;
    for (const file of files) {
      try {
        const taken = await book.client.upload<One>(`/api/imports?name=${encodeURIComponent(file.name)}`, file, (share) => tell(file.name, { share }));
        tell(file.name, { share: 1 });
        last = taken.id;
      } catch (failure) {
        bad = true;
        tell(file.name, { wrong: said(failure) });
      }
    }
    await again();
    if (!bad) setSending([]);
    if (names.length === 1 && last !== undefined) setId(last);
  };

  if (id !== undefined) {
    return (
      <OneImport
        {...props}
        id={id}
        onBack={() => {
          setId(undefined);
          void again();
        }}
      />
    );
  }
  const pick = () => input.current?.click();
  const none = found?.imports.length === 0 && sending.length === 0;
  return (
    <div
      class="page"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void send([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <div class="page-scroll" role="region" aria-label={t("tab.imports")} tabIndex={0}>
        <section class={`drop ${over ? "over" : ""} ${none ? "tall" : ""}`}>
          <h2>{t("import.drop")}</h2>
          <p class="quiet">{t("import.drop_help")}</p>
          <p class="buttons">
            <button type="button" class="main" onClick={pick}>
              {t("import.pick")}
            </button>
          </p>
          <input
            ref={input}
            type="file"
            multiple
            accept={KINDS}
            hidden
            aria-label={t("import.pick")}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])];
              event.currentTarget.value = "";
              void send(files);
            }}
          />
        </section>
        {none && (
          <ol class="how">
            {(["import.how_upload", "import.how_map", "import.how_try", "import.how_run"] as const).map((key) => (
              <li key={key}>
                <b>{t(key)}</b>
                <span>{t(`${key}_help`)}</span>
              </li>
            ))}
          </ol>
        )}
        {sending.length > 0 && (
          <ul class="sending" aria-live="polite">
            {sending.map((one) => (
              <li key={one.name}>
                <span>{one.name}</span>
                {one.wrong ? (
                  <span class="bad" role="alert">
                    {one.wrong}
                  </span>
                ) : (
                  <progress aria-label={one.name} max={1} value={one.share} />
                )}
              </li>
            ))}
          </ul>
        )}
        {wrong && (
          <p class="bad" role="alert">
            {wrong}
          </p>
        )}
        {found && found.imports.length > 0 && (
          <table class="wide">
            <caption>{t("import.history")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("import.file")}</th>
                <th scope="col">{t("list.state")}</th>
                <th scope="col">{t("column.procedure")}</th>
                <th scope="col" class="num">
                  {t("list.size")}
                </th>
                <th scope="col">{t("list.by")}</th>
                <th scope="col">{t("list.at")}</th>
              </tr>
            </thead>
            <tbody>
              {found.imports.map((one) => (
                <tr key={one.id} onDblClick={() => setId(one.id)}>
                  <td>
                    <button type="button" class="link" onClick={() => setId(one.id)}>
                      {one.name}
                    </button>
                  </td>
                  <td>
                    <State one={one} />
                  </td>
                  <td>{one.procedure ?? book.book.procedures[0]?.id}</td>
                  <td class="num">{one.size > 0 ? one.size.toLocaleString() : ""}</td>
                  <td>{one.by ?? ""}</td>
                  <td>{moment(inZone(one.at, book.offset), false)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}

export function State({ one }: { one: Pick<One, "state" | "readable"> }) {
  const unread = one.state === "read" && !one.readable;
  return <span class={`chip ${unread ? "is-bad" : busy(one) ? "is-busy" : `is-${one.state}`}`}>{unread ? t("import.unreadable") : say(`import.state_${one.state}`)}</span>;
}
