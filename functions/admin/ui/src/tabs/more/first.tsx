// The first steps (开始使用) of an empty workbook: procedure, people, the old register, the public form with its QR code.

import type { ComponentChildren } from "preact";
import qrcode from "qrcode-generator";
import { useMemo } from "preact/hooks";
import type { Directory } from "../../api/types";
import { t } from "../../texts";
import type { FirstProps } from "../register/first";
import { useLoaded } from "./parts";
import "./more.css";

export function FirstSteps({ book, onTab }: FirstProps) {
  const { role } = book.session;
  const heads = ["administrator", "manager"].includes(role);
  const office = heads || ["officer", "quality"].includes(role);
  const { found } = useLoaded(() => book.client.get<Directory>("/api/directory"), []);
  const desks = found?.known_desks ?? [];
  const held = desks.filter((desk) => (found?.desks[desk]?.length ?? 0) > 0).length;
  return (
    <div class="page">
      <div class="page-scroll first" role="region" aria-label={t("first.title")} tabIndex={0}>
        <h2>{t("first.title")}</h2>
        <p class="quiet">{t("first.help")}</p>
        <ol class="first-steps">
          <Step done title={t("first.procedure")} help={t("first.procedure_help")} way={<Go to="procedures" text={t("tab.procedures")} onTab={onTab} />}>
            <ul class="used">
              {book.book.procedures.map((one) => (
                <li key={one.id}>
                  <b>{one.id}</b> {one.title}
                </li>
              ))}
            </ul>
          </Step>
          {heads && (
            <Step
              done={desks.length > 0 && held === desks.length}
              title={t("first.people")}
              help={t("first.people_help")}
              way={
                <>
                  {role === "administrator" && <Go to="accounts" text={t("tab.accounts")} onTab={onTab} />}
                  <Go to="people" text={t("tab.people")} onTab={onTab} />
                </>
              }
            >
              {found && <p class={held < desks.length ? "soon" : "good"}>{t("first.desks", { n: held, all: desks.length })}</p>}
            </Step>
          )}
          {office && (
            <Step title={t("first.import")} help={t("first.import_help")} way={<Go to="imports" text={t("tab.imports")} onTab={onTab} />} />
          )}
          <Step
            title={t("first.form")}
            help={t("first.form_help")}
            way={
              <>
                <a class="button" href="/" target="_blank" rel="noreferrer">
                  {t("empty_form")}
                </a>
                <button type="button" onClick={() => print()}>
                  {t("first.poster")}
                </button>
              </>
            }
          >
            <Poster address={book.book.form} company={book.book.company} />
          </Step>
          {role !== "approver" && role !== "auditor" && (
            <Step title={t("first.intake")} help={t("first.intake_help")} way={<Go to="intake" text={t("tab.intake")} onTab={onTab} />} />
          )}
        </ol>
      </div>
    </div>
  );
}

function Step({ title, help, way, done = false, children }: { title: string; help: string; way: ComponentChildren; done?: boolean; children?: ComponentChildren }) {
  return (
    <li class={done ? "done" : ""}>
      <h3>
        {title}
        {done && <span class="good"> {t("first.done")}</span>}
      </h3>
      <p>{help}</p>
      {children}
      <p class="buttons">{way}</p>
    </li>
  );
}

function Go({ to, text, onTab }: { to: string; text: string; onTab(name: string): void }) {
  return (
    <button type="button" class="main" onClick={() => onTab(to)}>
      {text}
    </button>
  );
}

/** The address of the public form as a code to be scanned; printed it hangs where customers see it. */
function Poster({ address, company }: { address: string; company: string }) {
  const [size, path] = useMemo(() => {
    const code = qrcode(0, "M");
    code.addData(address);
    code.make();
    const count = code.getModuleCount();
    let drawn = "";
    for (let y = 0; y < count; y++) for (let x = 0; x < count; x++) if (code.isDark(y, x)) drawn += `M${x + 2} ${y + 2}h1v1h-1z`;
    return [count + 4, drawn] as const;
  }, [address]);
  return (
    <figure class="poster">
      <figcaption>
        <b>{t("first.scan")}</b>
        <span>{company}</span>
      </figcaption>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("first.code_of", { address })}>
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <code>{address}</code>
    </figure>
  );
}
