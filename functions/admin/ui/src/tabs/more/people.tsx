// People and desks (人员): who holds which desk, who is away and who stands in.

import { useMemo, useState } from "preact/hooks";
import type { Directory, Users } from "../../api/types";
import { LANGUAGES, t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Deed, type DeedInput, Facts, options, type TabProps, useLoaded } from "./parts";

type Person = Directory["people"][string];
type User = Users["users"][number];
type Change = (directory: Pick<Directory, "desks" | "people" | "administrator">) => void;

export function PeopleTab({ book, dark, onTab }: TabProps) {
  const [what, setWhat] = useState<"desks" | "people">("desks");
  const keeps = book.session.role === "administrator";
  const { found, wrong, again } = useLoaded(async () => {
    const directory = await book.client.get<Directory>("/api/directory");
    const users = keeps ? (await book.client.get<Users>("/api/users")).users : [];
    return { directory, users: new Map(users.map((one) => [one.email, one])) };
  }, []);
  const columns = useMemo(() => {
    if (what === "desks") return [column("desk", "people.desk", "text", 150), column("holders", "people.holders", "list", 420), column("state", "list.state", "text", 220)];
    const roles = options(book, "role");
    return [
      column("user", "people.user", "text", 220),
      column("name", "people.name", "text", 120),
      column("desks", "people.desks", "list", 220),
      column("language", "language", "choice", 90, { options: options(book, "language") }),
      column("substitute", "people.substitute", "text", 200),
      column("from", "people.away_from", "date", 104),
      column("until", "people.away_until", "date", 104),
      column("role", "people.role", "choice", 110, { options: roles }),
      column("department", "column.department", "text", 110),
      column("account", "people.account", "text", 130),
    ];
  }, [what, book.columns]);
  const items = useMemo(() => found && (what === "desks" ? desks(found.directory) : people(found.directory, found.users)), [found, what]);

  /** Writes the directory with a change, if nobody was faster. */
  const write = async (change: Change) => {
    if (!found) return;
    const { version, desks: own, people: known, administrator } = structuredClone(found.directory);
    const next = { desks: own, people: known, administrator };
    change(next);
    try {
      await book.client.put("/api/directory", { version, ...next });
    } finally {
      await again();
    }
  };

  const side = (id: string) => {
    if (!found) return null;
    if (what === "desks") {
      const holders = found.directory.desks[id] ?? [];
      return (
        <>
          <h3>{id}</h3>
          <Deed
            stamp={found.directory.version}
            title={t("people.hold")}
            help={t("people.hold_help")}
            inputs={[{ name: "holders", label: t("people.holders"), kind: "area", value: holders.join("\n") }]}
            run={({ holders: typed = "" }) =>
              write((next) => {
                const named = typed.split(/[\s,;，；、]+/).filter((one) => one !== "");
                if (named.length > 0) next.desks[id] = named;
                else delete next.desks[id];
              })
            }
          />
        </>
      );
    }
    const person: Person = found.directory.people[id] ?? {};
    const user = found.users.get(id);
    return (
      <>
        <h3>{person.name || id}</h3>
        <Facts
          all={[
            [t("people.user"), id],
            [t("people.desks"), held(found.directory, id).join("、")],
          ]}
        />
        <Deed
          stamp={found.directory.version}
          title={t("people.change")}
          inputs={inputs(book, person)}
          run={(values) =>
            write((next) => {
              next.people[id] = read(values);
            })
          }
        />
        {user && (
          <p>
            <button type="button" class="link" onClick={() => onTab("accounts")}>
              {t("people.account_change")}
            </button>
          </p>
        )}
      </>
    );
  };

  return (
    <ListTab
      key={what}
      book={book}
      dark={dark}
      label={t("tab.people")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none")}
      tone={(get) => (what === "desks" && get("holders") === "" ? "soon" : undefined)}
      tools={
        <>
          {(["desks", "people"] as const).map((one) => (
            <button type="button" key={one} aria-pressed={what === one} onClick={() => setWhat(one)}>
              {t(`people.${one === "desks" ? "by_desk" : "by_person"}`)}
            </button>
          ))}
          {keeps && (
            <button type="button" onClick={() => onTab("accounts")}>
              ＋ {t("people.add")}
            </button>
          )}
        </>
      }
      onReload={() => void again()}
      side={side}
    />
  );
}

function held(directory: Directory, user: string): string[] {
  return Object.entries(directory.desks)
    .filter(([, holders]) => holders.includes(user))
    .map(([desk]) => desk);
}

function desks(directory: Directory): Listed[] {
  const all = [...new Set([...directory.known_desks, ...Object.keys(directory.desks)])];
  return all.map((desk) => {
    const holders = directory.desks[desk] ?? [];
    return { id: desk, cells: { desk, holders: holders.join("\n"), state: holders.length > 0 ? "" : t("people.vacant") } };
  });
}

function people(directory: Directory, users: ReadonlyMap<string, User>): Listed[] {
  const all = new Set([...Object.keys(directory.people), ...users.keys(), ...Object.values(directory.desks).flat(), directory.administrator]);
  return [...all].sort().map((id) => {
    const person: Person = directory.people[id] ?? {};
    const user = users.get(id);
    const account_ = user ? (user.disabled ? t("people.shut") : user.handed_out ? t("people.handed_out") : t("people.in_use")) : "";
    const cells = { user: id, name: person.name ?? "", desks: held(directory, id).join("\n"), language: person.language ?? "", substitute: person.substitute ?? "" };
    const away = { from: person.absence?.from ?? "", until: person.absence?.until ?? "" };
    return { id, cells: { ...cells, ...away, role: user?.role ?? "", department: user?.department ?? "", account: account_ } };
  });
}

function inputs(book: TabProps["book"], person: Person): DeedInput[] {
  const words = book.book.words["language"] ?? {};
  return [
    { name: "name", label: t("people.name"), value: person.name },
    { name: "language", label: t("language"), kind: "select", value: person.language ?? "zh-Hans", options: LANGUAGES.map((one) => [one, words[one] ?? one] as const) },
    { name: "substitute", label: t("people.substitute"), kind: "email", value: person.substitute },
    { name: "from", label: t("people.away_from"), kind: "date", value: person.absence?.from },
    { name: "until", label: t("people.away_until"), kind: "date", value: person.absence?.until },
  ];
}

function read({ name = "", language = "", substitute = "", from = "", until = "" }: Record<string, string>): Person {
  return { name, language, ...(substitute ? { substitute } : {}), ...(from && until ? { absence: { from, until } } : {}) };
}
