// Edits on their way: optimistic, merged, in conflict, refused, offline, undone.
import { describe, expect, it } from "vitest";
import { Failure } from "../src/api/client";
import type { Outcomes } from "../src/api/types";
import { Edits, type Ended, type Wish } from "../src/store/edits";
import type { Column } from "../src/store/kinds";
import { Rows } from "../src/store/rows";
import { History } from "../src/store/undo";

type Sent = { id: string; version: number; command: Record<string, unknown> }[];

/** A server of complaints with two fields, and a browser before it. */
function site() {
  const server = new Map<string, { version: number; fields: Record<string, string> }>();
  const rows = new Rows();
  const ended: Ended[] = [];
  const requests: Sent[] = [];
  let kept: Wish[] = [];
  let down = false;
  const column = (key: string, way: "edit" | "classify" = "edit"): Column => ({
    key,
    title: key,
    kind: "text",
    options: [],
    way,
    step: false,
    computed: false,
    limit: false,
    width: 1,
  });
  const columns = new Map(["a", "b"].map((key) => [key, column(key)]));
  columns.set("class", column("class", "classify"));
  const edits = new Edits(rows, () => columns, new Set(), {
    post: async (body) => {
      if (down) throw new Failure(0, "offline", "");
      requests.push(body);
      return body.map(({ id, version, command }) => {
        const own = server.get(id);
        if (!own) return { id, status: 404 };
        if (own.version !== version) return { id, status: 409, current: own.version, refusal: { message: "stale" } };
        const fields = (command["fields"] ?? { class: command["class"] }) as Record<string, string | null>;
        const bad = Object.entries(fields).find(([, value]) => value === "bad");
        if (bad) return { id, status: 422, refusal: { message: "not so", field: bad[0] } };
        own.version++;
        for (const [key, value] of Object.entries(fields)) own.fields[key] = value ?? "";
        return { id, status: 200, version: own.version };
      }) as Outcomes;
    },
    refresh: async () => {
      for (const [id, own] of server) edits.arrived(id, own.version, { ...own.fields });
    },
    keep: (wishes) => {
      kept = wishes;
    },
    ended: (all) => ended.push(...all),
  });
  const put = (id: string, fields: Record<string, string>) => {
    server.set(id, { version: 1, fields });
    edits.arrived(id, 1, { ...fields });
  };
  const cell = (id: string, key: string) => rows.get(rows.place(id) ?? -1, key);
  const write = (id: string, key: string, to: string) => edits.wish([{ id, key, from: cell(id, key), to }]);
  /** Somebody else's hand. */
  const other = (id: string, fields: Record<string, string>) => {
    const own = server.get(id);
    if (own) {
      own.version++;
      Object.assign(own.fields, fields);
    }
  };
  const calm = async () => {
    for (let at = 0; at < 30; at++) await Promise.resolve();
    await new Promise((done) => setTimeout(done, 0));
  };
  return { server, rows, edits, ended, requests, put, cell, write, other, calm, kept: () => kept, cut: (now: boolean) => (down = now) };
}

describe("an edit", () => {
  it("is shown at once and saved with the version that was seen", async () => {
    const it = site();
    it.put("1", { a: "old", b: "" });
    it.write("1", "a", "new");
    expect([it.cell("1", "a"), it.edits.of("1", "a")?.state]).toEqual(["new", "sent"]);
    await it.calm();
    expect(it.requests).toEqual([[{ id: "1", version: 1, command: { type: "edit", fields: { a: "new" } } }]]);
    expect([it.edits.of("1", "a"), it.server.get("1")?.fields["a"]]).toEqual([undefined, "new"]);
  });
  it("goes on top of what somebody wrote into another field", async () => {
    const it = site();
    it.put("1", { a: "old", b: "" });
    it.other("1", { b: "theirs" });
    it.write("1", "a", "mine");
    await it.calm();
    expect(it.server.get("1")?.fields).toEqual({ a: "mine", b: "theirs" });
    expect([it.cell("1", "a"), it.cell("1", "b")]).toEqual(["mine", "theirs"]);
  });
  it("of a field that somebody else wrote shows both, and the person chooses", async () => {
    const it = site();
    it.put("1", { a: "old", b: "" });
    it.other("1", { a: "theirs" });
    it.write("1", "a", "mine");
    await it.calm();
    expect(it.edits.of("1", "a")).toMatchObject({ state: "conflict", rival: "theirs", to: "mine" });
    expect([it.cell("1", "a"), it.server.get("1")?.fields["a"]]).toEqual(["theirs", "theirs"]);
    it.edits.settle("1", "a", true);
    await it.calm();
    expect(it.server.get("1")?.fields["a"]).toBe("mine");
  });
  it("that is refused is taken back with its reason, and holds up no other", async () => {
    const it = site();
    it.put("1", { a: "old", b: "" });
    it.edits.wish([
      { id: "1", key: "a", from: "old", to: "bad" },
      { id: "1", key: "b", from: "", to: "good" },
    ]);
    await it.calm();
    expect(it.edits.of("1", "a")).toMatchObject({ state: "refused", reason: "not so", to: "bad" });
    expect([it.cell("1", "a"), it.server.get("1")?.fields]).toEqual(["old", { a: "old", b: "good" }]);
  });
  it("made while another of the same cell was on its way is sent after it", async () => {
    const it = site();
    it.put("1", { a: "old", b: "" });
    it.write("1", "a", "one");
    it.write("1", "a", "two");
    await it.calm();
    expect([it.server.get("1")?.fields["a"], it.requests.length, it.edits.of("1", "a")]).toEqual(["two", 2, undefined]);
  });
  it("waits while there is no connection, is kept, and then goes", async () => {
    const it = site();
    it.put("1", { a: "old", b: "" });
    it.cut(true);
    it.write("1", "a", "new");
    await it.calm();
    expect([it.edits.offline, it.edits.of("1", "a")?.state, it.kept()]).toEqual([true, "waiting", [{ id: "1", key: "a", from: "old", to: "new" }]]);
    it.cut(false);
    await it.edits.run();
    expect([it.server.get("1")?.fields["a"], it.kept()]).toEqual(["new", []]);
  });
  it("of a class is a command of its own", async () => {
    const it = site();
    it.put("1", { a: "", class: "一般" });
    it.write("1", "class", "重大");
    await it.calm();
    expect(it.requests[0]?.[0]?.command).toEqual({ type: "classify", class: "重大" });
  });
  it("of 1,200 complaints goes in requests of 500 at most", async () => {
    const it = site();
    for (let at = 0; at < 1200; at++) it.put(String(at), { a: "", b: "" });
    it.edits.wish(Array.from({ length: 1200 }, (_, at) => ({ id: String(at), key: "a", from: "", to: "x" })));
    await it.calm();
    expect(it.requests.map((one) => one.length)).toEqual([500, 500, 200]);
    expect(it.ended.filter((one) => one.as === "saved")).toHaveLength(1200);
  });
});

describe("undo", () => {
  it("turns a deed round and back again, without what was refused", () => {
    const history = new History();
    const deed: Wish[] = [
      { id: "1", key: "a", from: "", to: "x" },
      { id: "2", key: "a", from: "", to: "bad" },
    ];
    history.did("paste", deed);
    history.refused("2", "a", "bad");
    expect(history.undo()).toEqual([{ id: "1", key: "a", from: "x", to: "" }]);
    expect(history.redo()).toEqual([{ id: "1", key: "a", from: "", to: "x" }]);
  });
});
