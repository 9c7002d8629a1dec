// The shell: signing in, the tabs at the bottom, language, what went wrong, being offline.

import { useEffect, useRef, useState } from "preact/hooks";
import { Client, Failure } from "./api/client";
import { Panel } from "./panel/panel";
import type { Filters } from "./store/filter";
import { DARK, NARROW, useMedia } from "./store/media";
import { useWatched } from "./store/watch";
import { DueTab } from "./tabs/due";
import { IntakeTab } from "./tabs/intake";
import { Register } from "./tabs/register";
import { choose, current, LANGUAGES, type Language, t } from "./texts";
import { Watermark } from "./watermark";
import { open, TRIES, type Workbook } from "./workbook";

type State = { is: "opening" } | { is: "out" } | { is: "wrong"; message: string } | { is: "in"; book: Workbook };
type Loaded = typeof import("./tabs/more");
type More = keyof Loaded["TABS"];
type Tab = "register" | "due" | "intake" | More;

/** What the workbook does not do yet has plain pages. */
const PLAIN = [["tab.forms", "/admin/forms"]] as const;

const ANYONE = () => true;
/** Tabs that are loaded when one is first opened, with whose they are. */
const MORE: readonly [More, (role: string) => boolean][] = [
  ["capa", ANYONE],
  ["slips", ANYONE],
  ["duties", ANYONE],
  ["devices", ANYONE],
  ["customers", ANYONE],
  ["letters", ANYONE],
  ["quarantine", (role) => ["administrator", "manager", "officer", "quality"].includes(role)],
  ["rollups", (role) => role !== "department"],
  ["figures", (role) => role !== "department"],
  ["imports", (role) => ["administrator", "manager", "officer", "quality"].includes(role)],
  ["people", (role) => ["administrator", "manager"].includes(role)],
  ["accounts", (role) => role === "administrator"],
  ["procedures", ANYONE],
  ["whatif", (role) => TRIES.includes(role)],
  ["calendar", ANYONE],
  ["audit", (role) => ["administrator", "auditor"].includes(role)],
];
/** Tabs whose rows are complaints, so that the panel belongs to them. */
const OF_COMPLAINTS: ReadonlySet<Tab> = new Set<Tab>(["register", "due", "intake", "capa", "slips", "letters", "devices", "quarantine", "imports", "customers", "whatif"]);

export function App() {
  const [state, setState] = useState<State>({ is: "opening" });
  const [lost, setLost] = useState(false);
  const [, setLanguage] = useState<Language>(current());
  const client = useRef<Client | undefined>(undefined);
  client.current ??= new Client(current, () => setLost(true));
  const api = client.current;

  const begin = async () => {
    try {
      const session = await api.whoami();
      if (!session) {
        setState({ is: "out" });
        return;
      }
      const book = await open(api, session);
      setState({ is: "in", book });
      setLost(false);
      void book.start();
    } catch (failure) {
      const message = failure instanceof Failure && failure.offline ? t("offline") : (failure as Error).message;
      setState({ is: "wrong", message });
    }
  };
  useEffect(() => {
    document.title = t("title");
    document.documentElement.lang = current();
    void begin();
  }, []);

  const speak = (language: Language) => {
    choose(language);
    document.title = t("title");
    setLanguage(language);
    if (state.is === "in") void state.book.relabel();
  };

  if (state.is === "opening") return <p class="opening">{t("loading")}</p>;
  if (state.is === "wrong") {
    return (
      <div class="gate" role="alert">
        <h1>{t("error_title")}</h1>
        <p>{t("error_help", { message: state.message })}</p>
        <button type="button" class="main" onClick={() => void begin()}>
          {t("retry")}
        </button>
      </div>
    );
  }
  if (state.is === "out") {
    return (
      <div class="gate">
        <h1>{t("title")}</h1>
        <SignIn client={api} onIn={() => void begin()} />
        <Languages onSpeak={speak} />
      </div>
    );
  }
  return (
    <>
      <Open book={state.book} onSpeak={speak} onOut={() => location.assign("/admin/book")} />
      {lost && (
        <div class="curtain">
          <div class="gate" role="dialog" aria-modal="true" aria-label={t("sign_in")}>
            <p>{t("again")}</p>
            <SignIn
              client={api}
              onIn={() => {
                if (api.session?.user !== state.book.session.user) {
                  // Another person's rows and edits are none of theirs.
                  location.reload();
                  return;
                }
                setLost(false);
                void state.book.go();
                void state.book.loader.poll().catch(() => undefined);
              }}
            />
          </div>
        </div>
      )}
    </>
  );
}

function SignIn({ client, onIn }: { client: Client; onIn(): void }) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (own: HTMLFormElement) => {
    const data = new FormData(own);
    setBusy(true);
    setWrong("");
    try {
      await client.signIn(String(data.get("email") ?? ""), String(data.get("password") ?? ""));
      onIn();
    } catch (failure) {
      setWrong(failure instanceof Failure && failure.offline ? t("offline") : (failure as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <label class="field">
        <span>{t("email")}</span>
        <input name="email" type="email" autocomplete="username" required autofocus />
      </label>
      <label class="field">
        <span>{t("password")}</span>
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      {wrong && (
        <p class="bad" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" class="main" disabled={busy}>
        {t("sign_in")}
      </button>
    </form>
  );
}

function Languages({ onSpeak }: { onSpeak(language: Language): void }) {
  const names: Record<Language, string> = { "zh-Hans": "简体", "zh-Hant": "繁體", en: "English" };
  return (
    <span class="languages" role="group" aria-label={t("language")}>
      {LANGUAGES.map((one) => (
        <button type="button" key={one} class="plain" lang={one} aria-pressed={one === current()} onClick={() => onSpeak(one)}>
          {names[one]}
        </button>
      ))}
    </span>
  );
}

function Open({ book, onSpeak, onOut }: { book: Workbook; onSpeak(language: Language): void; onOut(): void }) {
  useWatched(book);
  const dark = useMedia(DARK);
  const narrow = useMedia(NARROW);
  const [tab, setTab] = useState<Tab>(() => (matchMedia(NARROW).matches ? "due" : "register"));
  const [panel, setPanel] = useState(false);
  const [active, setActive] = useState<string>();
  const [wanted, setWanted] = useState<string>();
  const [asked, setAsked] = useState<Filters>();
  const receives = !["approver", "auditor"].includes(book.session.role);
  const waiting = book.edits.count("waiting", "sent");

  useEffect(() => {
    // The browser asks before a page with waiting edits goes.
    const ask = (event: BeforeUnloadEvent) => {
      if (book.edits.count("waiting", "sent") > 0 && !book.kept) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [book]);

  const openComplaint = (id: string) => {
    setActive(id);
    setPanel(true);
    setWanted(id);
  };
  const go = (to: string, filters?: Filters) => {
    if (!tabs.some(([name]) => name === to)) return;
    setAsked(filters);
    setTab(to as Tab);
  };
  const tabs: [Tab, string][] = [
    ["register", t("tab.register")],
    ["due", t("tab.due")],
    ...(receives ? [["intake", t("tab.intake")] as [Tab, string]] : []),
    ...MORE.filter(([, whose]) => whose(book.session.role)).map(([name]) => [name, t(`tab.${name}`)] as [Tab, string]),
  ];
  return (
    <div class={`book ${dark ? "dark" : ""}`}>
      <header class="bar">
        <strong>{t("title")}</strong>
        <span class="quiet">{book.book.company}</span>
        {book.offline && (
          <span class="off" role="alert">
            {t("offline")} · {t("offline_help", { n: waiting })}
          </span>
        )}
        {book.session.handed_out && (
          <a class="soon" href="/admin/password">
            {t("handed_out")}
          </a>
        )}
        <span class="spring" />
        <Languages onSpeak={onSpeak} />
        <span class="who">
          {book.session.user} · {book.book.words["role"]?.[book.session.role] ?? book.session.role}
        </span>
        <a href="/admin/password">{t("change_password")}</a>
        <button type="button" onClick={() => void book.leave().finally(onOut)}>
          {t("sign_out")}
        </button>
      </header>
      <main>
        <div class="tab">
          {tab === "register" && (
            <Register
              book={book}
              dark={dark}
              panel={panel}
              onPanel={setPanel}
              onActive={setActive}
              onTab={go}
              wanted={wanted}
              asked={asked}
            />
          )}
          {tab === "due" && <DueTab book={book} dark={dark} narrow={narrow} onOpen={openComplaint} onActive={setActive} />}
          {tab === "intake" && <IntakeTab book={book} onOpen={openComplaint} />}
          {isMore(tab) && <MoreTab key={tab} name={tab} book={book} dark={dark} onOpen={openComplaint} onActive={setActive} onTab={go} />}
        </div>
        {panel && OF_COMPLAINTS.has(tab) && <Panel book={book} id={active} onClose={() => setPanel(false)} onGo={openComplaint} />}
      </main>
      <nav class="tabs" aria-label={t("title")}>
        <div role="tablist">
          {tabs.map(([name, title]) => (
            <button type="button" key={name} role="tab" aria-selected={tab === name} onClick={() => go(name)}>
              {title}
            </button>
          ))}
        </div>
        {PLAIN.map(([name, address]) => (
          <a key={name} href={address} title={t("plain_page")}>
            {t(name)}
          </a>
        ))}
      </nav>
      {book.book.watermark && <Watermark book={book} />}
    </div>
  );
}

function isMore(tab: Tab): tab is More {
  return MORE.some(([name]) => name === tab);
}

/** A tab that is loaded when it is wanted. */
function MoreTab({ name, ...props }: { name: More } & import("./tabs/more/parts").TabProps) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setWrong(false);
    import("./tabs/more").then(setLoaded, () => setWrong(true));
  }, []);
  if (wrong) {
    return (
      <p class="opening bad" role="alert">
        {t("offline")}
      </p>
    );
  }
  const Own = loaded?.TABS[name];
  return Own ? <Own {...props} /> : <p class="opening">{t("loading")}</p>;
}
