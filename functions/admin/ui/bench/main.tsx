// The baseline of `make bench-ui`: the grid alone over 100,000 rows that are made up as they are drawn. Never shipped.

import "@glideapps/glide-data-grid/dist/index.css";
import { DataEditor, type GridCell, GridCellKind, type Item } from "@glideapps/glide-data-grid";
import { render } from "preact";

const COLUMNS = Array.from({ length: 24 }, (_, at) => ({ id: String(at), title: `column ${at}`, width: 112 }));

function cell([column, row]: Item): GridCell {
  const text = `${column} · ${row}`;
  return { kind: GridCellKind.Text, data: text, displayData: text, allowOverlay: false };
}

const root = document.getElementById("grid");
if (root) {
  render(<DataEditor width="100%" height="100%" columns={COLUMNS} rows={100_000} getCellContent={cell} rowHeight={26} rowMarkers="clickable-number" smoothScrollY />, root);
}
