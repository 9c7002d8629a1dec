// Accounts (账号): who may sign in and as what; made with a password that is handed out once, changed, shut and opened again.

import { useMemo, useState } from "preact/hooks";
import type { Directory, Users } from "../../api/types";
import { say, t } from "../../texts";
import { column, type Listed, ListTab } from "../list";
import { Deed, type DeedInput, Facts, options, type TabProps, useLoaded } from "./parts";
import "./more.css";

type User = Users["users"][number];

export function AccountsTab({ book, dark, onTab }: TabProps) {
  const [adding, setAdding] = useState(false);
  const { found, wrong, again } = useLoaded(async () => {
    const [users, directory] = await Promise.all([book.client.get<Users>("/api/users"), book.client.get<Directory>("/api/directory")]);
    return { users: new Map(users.users.map((one) => [one.email, one])), directory };
  }, []);
  const roles = options(book, "role");
  const columns = useMemo(
    () => [
      column("user", "people.user", "text", 240),
      column("name", "people.name", "text", 130),
      column("role", "people.role", "choice", 120, { options: roles }),
      column("department", "column.department", "text", 140),
      column("position", "people.desk", "text", 140),
      column("state", "people.account", "text", 140),
      column("desks", "people.desks", "list", 260),
    ],
    [book.columns],
  );
  const items = useMemo(() => {
    const listed = ([id, user]: [string, User]): Listed => {
      const desks = Object.entries(found?.directory.desks ?? {}).flatMap(([desk, holders]) => (holders.includes(id) ? [desk] : []));
      const cells = { user: id, name: found?.directory.people[id]?.name ?? "", role: user.role, department: user.department ?? "", position: user.position ?? "" };
      return { id, cells: { ...cells, state: state(user), desks: desks.join("\n") } };
    };
    return found && [...found.users].sort(([one], [other]) => one.localeCompare(other)).map(listed);
  }, [found, book.columns]);
  const desks = useMemo(() => {
    const named = [...book.book.procedures.flatMap((one) => one.desks), ...(found?.directory.known_desks ?? []), ...[...(found?.users.values() ?? [])].flatMap((one) => [one.department ?? "", one.position ?? ""])];
    return [["", t("account.no_desk")] as const, ...[...new Set(named)].filter((one) => one !== "").map((one) => [one, one] as const)];
  }, [found, book.columns]);
  const inputs = (user?: User): DeedInput[] => [
    { name: "role", label: t("people.role"), kind: "select", value: user?.role ?? "officer", options: roles },
    { name: "department", label: t("column.department"), kind: "select", value: user?.department ?? "", options: desks },
    { name: "position", label: t("people.desk"), kind: "select", value: user?.position ?? "", options: desks },
  ];
  const patch = async (id: string, body: object) => {
    try {
      return await book.client.patch<{ password?: string }>(`/api/users/${encodeURIComponent(id)}`, body);
    } finally {
      await again();
    }
  };
  const handed = (password: string | undefined) => password && <b class="code">{t("people.password", { password })}</b>;

  return (
    <ListTab
      book={book}
      dark={dark}
      label={t("tab.accounts")}
      columns={columns}
      items={items}
      wrong={wrong}
      none={t("none")}
      help={t("help.accounts")}
      tone={(get) => (get("state") === t("people.shut") ? "quiet" : get("state") === t("people.handed_out") ? "soon" : undefined)}
      tools={
        <>
          <button type="button" aria-pressed={adding} onClick={() => setAdding(!adding)}>
            ＋ {t("people.add")}
          </button>
          {adding && (
            <div class="drawer">
              <Deed
                title={t("people.add")}
                inputs={[{ name: "email", label: t("email"), kind: "email", required: true }, ...inputs()]}
                help={t("account.add_help")}
                run={async ({ email, role, department, position }) => {
                  const told = await book.client.post<{ password?: string }>("/api/users", {
                    ...{ email, role },
                    ...(department ? { department } : {}),
                    ...(position ? { position } : {}),
                  });
                  await again();
                  return handed(told.password);
                }}
              />
              <RolesHelp roles={roles} />
            </div>
          )}
        </>
      }
      onReload={() => void again()}
      side={(id) => {
        const user = found?.users.get(id);
        if (!user) return null;
        const stamp = `${user.role} ${user.department} ${user.position} ${user.disabled}`;
        return (
          <>
            <h3>{found?.directory.people[id]?.name || id}</h3>
            <Facts
              all={[
                [t("people.user"), id],
                [t("people.role"), book.book.words["role"]?.[user.role] ?? user.role],
                [t("people.account"), state(user)],
              ]}
            />
            <p class="quiet">{say(`account.role_${user.role}`)}</p>
            <Deed
              stamp={stamp}
              title={t("people.account_change")}
              inputs={inputs(user)}
              run={async ({ role, department, position }) => {
                await patch(id, { role, department: department || null, position: position || null });
              }}
            />
            <Deed title={t("people.new_password")} help={t("people.new_password_help")} run={async () => handed((await patch(id, { new_password: true })).password)} />
            <Deed
              key={String(user.disabled)}
              title={t(user.disabled ? "account.open" : "account.shut")}
              help={t(user.disabled ? "account.open_help" : "account.shut_help")}
              run={async () => {
                await patch(id, { disabled: !user.disabled });
              }}
            />
            <p>
              <button type="button" class="link" onClick={() => onTab("people")}>
                {t("account.desks")}
              </button>
            </p>
          </>
        );
      }}
    />
  );
}

function state(user: User): string {
  return user.disabled ? t("people.shut") : user.handed_out ? t("people.handed_out") : t("people.in_use");
}

function RolesHelp({ roles }: { roles: readonly (readonly [string, string])[] }) {
  return (
    <dl class="facts roles">
      {roles.map(([code, word]) => (
        <div key={code}>
          <dt>{word}</dt>
          <dd>{say(`account.role_${code}`)}</dd>
        </div>
      ))}
    </dl>
  );
}
