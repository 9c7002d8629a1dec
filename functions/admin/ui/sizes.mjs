// Packs the files, as they are served, and prints what the first load weighs; fails above the limit, so that nobody makes
// it heavy unawares.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 250 * 1024;
// What is loaded only when it is wanted.
const LATER = /^(more|excel|first|parts|data-grid-overlay-editor)/;
let first = 0;
for (const name of readdirSync("dist").sort()) {
  if (!/\.(js|css|html)$/.test(name)) continue;
  const file = gzipSync(readFileSync(`dist/${name}`), { level: 9 });
  writeFileSync(`dist/${name}.gz`, file);
  const packed = file.length;
  const later = LATER.test(name);
  if (!later) first += packed;
  console.log(`${String(packed).padStart(8)} ${name}${later ? " (when wanted)" : ""}`);
}
console.log(`${String(first).padStart(8)} first load, of ${LIMIT}`);
if (first > LIMIT) process.exit(1);
