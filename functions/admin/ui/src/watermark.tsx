// Who reads, and the day, over everything on the screen and on paper: drawn, since the strict policy knows no inline styles.

import type { Workbook } from "./workbook";

/** How large a tile is; its text stands in every other place. */
const WIDTH = 380;
const HEIGHT = 190;

export function Watermark({ book }: { book: Workbook }) {
  // Swedes write days as ISO does.
  const day = new Date(book.loader.now).toLocaleDateString("sv-SE", { timeZone: book.book.zone ?? "UTC" });
  const text = `${book.session.user} ${day}`;
  return (
    <svg class="watermark" aria-hidden="true">
      <defs>
        <pattern id="watermark" patternUnits="userSpaceOnUse" width={WIDTH} height={HEIGHT} patternTransform="rotate(-24)">
          <text x="8" y="40">
            {text}
          </text>
          <text x={8 - WIDTH / 2} y={40 + HEIGHT / 2}>
            {text}
          </text>
          <text x={8 + WIDTH / 2} y={40 + HEIGHT / 2}>
            {text}
          </text>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#watermark)" />
    </svg>
  );
}
