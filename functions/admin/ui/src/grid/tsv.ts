// The clipboard's two forms of a block of cells: text with tabs, as Excel writes it, and a table in HTML.

/** Reads what Excel, WPS or a browser put on the clipboard: quotes hold tabs and line breaks, doubled quotes are one. */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let at = 0;
  let fresh = true;
  const endCell = () => {
    row.push(cell);
    cell = "";
    fresh = true;
  };
  while (at < text.length) {
    const letter = text[at];
    if (fresh && letter === '"') {
      const end = closing(text, at + 1);
      // A quote that nothing closes at a cell's end is a letter of the text (12" pipe).
      if (end !== undefined) {
        cell = text.slice(at + 1, end).replaceAll('""', '"').replace(/\r\n?/g, "\n");
        at = end + 1;
        fresh = false;
        continue;
      }
    }
    if (letter === "\t") {
      endCell();
    } else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at++;
      endCell();
      rows.push(row);
      row = [];
    } else {
      cell += letter;
      fresh = false;
    }
    at++;
  }
  if (!fresh || row.length > 0 || rows.length === 0) {
    endCell();
    rows.push(row);
  }
  return rows;
}

/** Where the quoted text ends: at a quote that a tab, a line's end or the end follows. */
function closing(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') {
      at++;
      continue;
    }
    const next = text[at + 1];
    return next === undefined || next === "\t" || next === "\n" || next === "\r" ? at : undefined;
  }
  return undefined;
}

/** Writes a block as Excel reads it. */
export function writeTsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join("\t")).join("\r\n");
}

/** Writes a block as an HTML table; texts stay texts (000123), line breaks stay in their cell. */
export function writeHtml(rows: readonly (readonly string[])[]): string {
  const safe = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("\n", "<br>");
  const cell = (text: string) => `<td style="mso-number-format:'\\@'">${safe(text)}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("");
  return `<html><head><meta charset="utf-8"></head><body><table>${body}</table></body></html>`;
}

/** Reads the first table of an HTML clipboard; nothing where there is none. The page's scripts and pictures stay dead. */
export function parseHtml(html: string): string[][] | undefined {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  if (!table) return undefined;
  const rows: string[][] = [];
  // Cells that reach over several rows or columns leave the others empty, as Excel does.
  const taken = new Map<string, true>();
  [...table.rows].forEach((line, y) => {
    const row = rows[y] ?? [];
    rows[y] = row;
    let x = 0;
    for (const cell of line.cells) {
      while (taken.has(`${y} ${x}`)) row[x++] = "";
      row[x] = textOf(cell);
      for (let dy = 0; dy < cell.rowSpan; dy++) {
        for (let dx = 0; dx < cell.colSpan; dx++) if (dy + dx > 0) taken.set(`${y + dy} ${x + dx}`, true);
      }
      x++;
    }
    while (taken.has(`${y} ${x}`)) row[x++] = "";
  });
  return rows.length > 0 ? rows : undefined;
}

function textOf(cell: Element): string {
  const copy = cell.cloneNode(true) as Element;
  for (const br of copy.querySelectorAll("br")) br.replaceWith("\n");
  return (copy.textContent ?? "").replace(/\u00a0/g, " ").replace(/[ \t]*\n[ \t]*/g, "\n").trim();
}

/** Lays a block over a target: once from its corner, or again and again where the target is a multiple of it. */
export function tiled(block: readonly (readonly string[])[], width: number, height: number): string[][] {
  const tall = block.length;
  const wide = Math.max(...block.map((row) => row.length), 0);
  if (tall === 0 || wide === 0) return [];
  const repeats = width % wide === 0 && height % tall === 0 && (width > wide || height > tall);
  const [w, h] = repeats ? [width, height] : [wide, tall];
  return Array.from({ length: h }, (_, y) => Array.from({ length: w }, (_, x) => block[y % tall]?.[x % wide] ?? ""));
}
