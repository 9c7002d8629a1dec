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

  put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>("PATCH", path, body);
  }

  /** Sends a file's bytes, and tells how many are gone. */
  upload<T>(path: string, file: Blob, sent: (share: number) => void): Promise<T> {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", path);
      request.setRequestHeader("accept-language", this.language());
      request.setRequestHeader("content-type", "application/octet-stream");
      if (this.session) request.setRequestHeader("x-kesu-csrf", this.session.csrf);
      request.upload.onprogress = (event) => sent(event.total > 0 ? event.loaded / event.total : 0);
      request.onerror = () => failed(new Failure(0, "offline", ""));
      request.onload = () => {
        const told = parsed(request.responseText);
        if (request.status < 300) done(told as T);
        else {
          if (request.status === 401) this.lost();
          failed(failure(request.status, told as Said, Number(request.getResponseHeader("retry-after"))));
        }
      };
      request.send(file);
    });
  }

  delete(path: string): Promise<void> {
    return this.send<void>("DELETE", path);
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
    if (answer.status === 401 && !quiet) this.lost();
    throw failure(answer.status, (await answer.json().catch(() => ({}))) as Said, Number(answer.headers.get("retry-after")));
  }
}

interface Said {
  error?: Wrong;
  errors?: Wrong[];
  current?: number;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** What an answer says that is no good one. */
function failure(status: number, told: Said, after: number): Failure {
  const first = told.error ?? told.errors?.[0] ?? {};
  const list = (told.errors ?? (told.error ? [told.error] : [])).map((one) => ({
    message: one.message ?? "",
    ...(one.field === undefined ? {} : { field: one.field }),
  }));
  return new Failure(status, first.code ?? "", first.message ?? String(status), first.field, told.current, list, after > 0 ? after : undefined);
}
