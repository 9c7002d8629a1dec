// The shapes of answers that the workbook reads, from the types that are made of the API's own document.

import type { paths } from "./schema";

type Good<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;

export type Session = Good<"/api/session", "get">;
export type Book = Good<"/api/book", "get">;
export type Page = Good<"/api/complaints", "get">;
export type Changes = Good<"/api/changes", "get">;
export type Told = Good<"/api/complaints/{id}/told", "get">;
export type Form = Told["forms"][number];
export type Input = Form["inputs"][number];
export type Due = Good<"/api/due", "get">;
export type Slips = Good<"/api/slips", "get">;
export type Duties = Good<"/api/duties", "get">;
export type Devices = Good<"/api/devices", "get">;
export type Letters = Good<"/api/letters", "get">;
export type Quarantine = Good<"/api/quarantine", "get">;
export type Directory = Good<"/api/directory", "get">;
export type Users = Good<"/api/users", "get">;
export type Journal = Good<"/api/journal", "get">;
export type Proof = Good<"/api/verify", "get">;
export type Procedures = Good<"/api/procedures", "get">;
export type Procedure = Good<"/api/procedures/{id}", "get">;
export type Rollups = Good<"/api/rollups", "get">;
export type Rollup = Good<"/api/rollups/{period}", "get">;
export type Figures = Good<"/api/figures", "get">;
export type Merged = Good<"/api/customers", "get">;
export type Imports = Good<"/api/imports", "get">;
export type ImportTold = Good<"/api/imports/{id}", "get">;
export type Calendar = Good<"/api/calendar", "get">;
export type Outcomes = Good<"/api/batch", "post">;
export type Outcome = Outcomes[number];
export type BookField = Book["fields"][number];
export type Simulated = Good<"/api/simulate", "post">;
