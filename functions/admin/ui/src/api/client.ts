// Requests to the API: the session's token goes along, refusals come back as what a person can read.

import type { Session } from "./types";

/** An answer that is no good one. `status` 0: nobody answered. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly current?: number,
    readonly all: readonly { message: string; field?: string }[] = [],
    /** Seconds to wait. */
    readonly after?: number,
  ) {
    super(message);
  }

  get offline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

interface Wrong {
  code?: string;
  message?: string;
  field?: string;
}

export class Client {
  session: Session | undefined;

  /** `language` is asked at each request; `lost` is told when the session has ended. */
  constructor(
    private readonly language: () => string,
    private readonly lost: () => void,
    private readonly ask: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>("GET", path);
  }

  post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return this.send<T>("POST", path, body, headers);
  }

  /** Who is signed in; nobody where the answer is 401. */
  async whoami(): Promise<Session | undefined> {
    try {
      this.session = await this.send<Session>("GET", "/api/session", undefined, {}, true);
    } catch (failure) {
      if (failure instanceof Failure && failure.status === 401) this.session = undefined;
      else throw failure;
    }
    return this.session;
  }

  async signIn(email: string, password: string): Promise<Session | undefined> {
    await this.send("POST", "/api/session", { email, password }, {}, true);
    return this.whoami();
  }

  async signOut(): Promise<void> {
    await this.send("DELETE", "/api/session");
    this.session = undefined;
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    quiet = false,
  ): Promise<T> {
    const all: Record<string, string> = { "accept-language": this.language(), accept: "application/json", ...headers };
    if (body !== undefined) all["content-type"] = "application/json";
    if (method !== "GET" && this.session) all["x-kesu-csrf"] = this.session.csrf;
    let answer: Response;
    try {
      answer = await this.ask(path, {
        method,
        headers: all,
        body: body === undefined ? null : JSON.stringify(body),
        credentials: "same-origin",
      });
    } catch {
      throw new Failure(0, "offline", "");
    }
    if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
    const told = (await answer.json().catch(() => ({}))) as { error?: Wrong; errors?: Wrong[]; current?: number };
    if (answer.status === 401 && !quiet) this.lost();
    const first = told.error ?? told.errors?.[0] ?? {};
    const list = (told.errors ?? (told.error ? [told.error] : [])).map((one) => ({
      message: one.message ?? "",
      ...(one.field === undefined ? {} : { field: one.field }),
    }));
    const after = Number(answer.headers.get("retry-after"));
    throw new Failure(
      answer.status,
      first.code ?? "",
      first.message ?? String(answer.status),
      first.field,
      told.current,
      list,
      after > 0 ? after : undefined,
    );
  }
}
