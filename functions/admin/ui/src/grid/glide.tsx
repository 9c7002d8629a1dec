// The grid, drawn by Glide Data Grid on a canvas with a tree for screen readers beside it. Keys, clipboard and editing are
// ours (hands.tsx): Glide would lose the first letter of a Chinese word, since its canvas cannot be typed into.

import "@glideapps/glide-data-grid/dist/index.css";
import {
  CompactSelection,
  DataEditorCore,
  type DataEditorRef,
  type DrawCellCallback,
  type DrawHeaderCallback,
  type GridCell,
  GridCellKind,
  type GridColumn,
  type GridSelection,
  ImageWindowLoaderImpl,
  type Item,
  type Theme,
  markerCellRenderer,
  textCellRenderer,
} from "@glideapps/glide-data-grid";
import { forwardRef } from "preact/compat";
import { useCallback, useImperativeHandle, useMemo, useRef } from "preact/hooks";
import type { Cell, GridHandle, GridViewProps, Mark, Tone } from "./GridView";
import { between } from "./moves";

const FONT =
  '"Microsoft YaHei UI","Microsoft YaHei","PingFang SC","Hiragino Sans GB","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","WenQuanYi Micro Hei",system-ui,sans-serif';

const LIGHT: Partial<Theme> = {
  accentColor: "#107c41",
  accentFg: "#ffffff",
  accentLight: "rgba(16,124,65,0.10)",
  textDark: "#1b1b1b",
  textMedium: "#555",
  textLight: "#888",
  bgCell: "#ffffff",
  bgCellMedium: "#f6f7f6",
  bgHeader: "#eef1ef",
  bgHeaderHasFocus: "#d3e7da",
  bgHeaderHovered: "#e2e9e4",
  textHeader: "#2b2b2b",
  textHeaderSelected: "#0b5c30",
  borderColor: "#d6dad7",
  horizontalBorderColor: "#e2e5e3",
  bgSearchResult: "#fff2b3",
  headerFontStyle: "600 12px",
  baseFontStyle: "12.5px",
  markerFontStyle: "11px",
  fontFamily: FONT,
  cellHorizontalPadding: 6,
  cellVerticalPadding: 2,
  lineHeight: 1.4,
};

const DARK: Partial<Theme> = {
  ...LIGHT,
  accentColor: "#3fb37a",
  accentLight: "rgba(63,179,122,0.18)",
  textDark: "#e6e8e6",
  textMedium: "#b4b8b5",
  textLight: "#8b908d",
  bgCell: "#1c1f1d",
  bgCellMedium: "#232725",
  bgHeader: "#2a2f2c",
  bgHeaderHasFocus: "#2f4a3a",
  bgHeaderHovered: "#343a36",
  textHeader: "#e2e5e3",
  textHeaderSelected: "#8fe0b4",
  borderColor: "#3a403c",
  horizontalBorderColor: "#2e3330",
  bgSearchResult: "#5a4c12",
};

const ROWS: Record<"light" | "dark", Partial<Record<Tone, string>>> = {
  light: { late: "#fdeeee", soon: "#fff8e4", quiet: "#fafafa" },
  dark: { late: "#3a2323", soon: "#39311c", quiet: "#1a1c1b" },
};

const TEXTS: Record<"light" | "dark", Record<Tone, string>> = {
  light: { late: "#b3261e", soon: "#8a5a00", quiet: "#8a8f8c" },
  dark: { late: "#ff9b93", soon: "#f2c14e", quiet: "#858b87" },
};

const MARKS: Record<Mark, string> = { waiting: "#1f6fd0", refused: "#d32f2f", conflict: "#8e24aa" };
const RENDERERS = [textCellRenderer, markerCellRenderer];
const ROW = 26;
const HEAD = 30;
/** The arrow at a head's right end. */
const ARROW = 20;

export const GridView = forwardRef<GridHandle, GridViewProps>(function GridView(props, ref) {
  const glide = useRef<DataEditorRef>(null);
  const latest = useRef(props);
  latest.current = props;
  const shade = props.dark ? "dark" : "light";

  useImperativeHandle(
    ref,
    () => ({
      bounds: (column, row) => glide.current?.getBounds(column, row),
      see: (column, row) => glide.current?.scrollTo(column, row, "both", 0, 0),
    }),
    [],
  );

  const columns = useMemo<GridColumn[]>(
    () => props.heads.map((head) => ({ id: head.key, title: head.title, width: head.width, hasMenu: props.menus === true })),
    [props.heads],
  );

  // A new function has Glide draw everything anew, so it changes with the tick.
  const content = useCallback(
    ([column, row]: Item): GridCell => glideCell(latest.current.cell(column, row), TEXTS[shade]),
    [props.tick, props.heads, props.rows, shade],
  );
  const rowTheme = useCallback(
    (row: number): Partial<Theme> | undefined => {
      const tone = latest.current.rowTone(row);
      const colour = tone && ROWS[shade][tone];
      return colour ? { bgCell: colour } : undefined;
    },
    [props.tick, props.rows, shade],
  );

  const selection = useMemo<GridSelection>(() => {
    const own = props.selection;
    const none = { columns: CompactSelection.empty(), rows: CompactSelection.empty() };
    return own ? { ...none, current: { cell: [...own.cell], range: own.range, rangeStack: [] } } : none;
  }, [props.selection]);

  const drawCell = useCallback<DrawCellCallback>((args, draw) => {
    draw();
    const { ctx, rect, col, row } = args;
    // Marker cells come here as well.
    if (col < 0 || row < 0) return;
    const mark = latest.current.cell(col, row).mark;
    if (!mark) return;
    ctx.save();
    ctx.beginPath();
    ctx.moveTo(rect.x + rect.width - 8, rect.y + 1);
    ctx.lineTo(rect.x + rect.width - 1, rect.y + 1);
    ctx.lineTo(rect.x + rect.width - 1, rect.y + 8);
    ctx.closePath();
    ctx.fillStyle = MARKS[mark];
    ctx.fill();
    ctx.restore();
  }, []);

  const drawHeader = useCallback<DrawHeaderCallback>((args, draw) => {
    draw();
    const head = latest.current.heads[args.columnIndex];
    if (!head || !latest.current.menus) return;
    const { ctx, rect, theme } = args;
    const x = rect.x + rect.width - 12;
    const y = rect.y + rect.height / 2;
    ctx.save();
    ctx.fillStyle = theme.bgHeader;
    if (!args.isHovered) ctx.fillRect(rect.x + rect.width - ARROW, rect.y + 2, ARROW - 1, rect.height - 4);
    ctx.fillStyle = head.filtered || head.sorted ? theme.accentColor : theme.textLight;
    ctx.font = `11px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    if (head.filtered) {
      // A funnel.
      ctx.beginPath();
      ctx.moveTo(x - 5, y - 4);
      ctx.lineTo(x + 5, y - 4);
      ctx.lineTo(x + 1, y + 1);
      ctx.lineTo(x + 1, y + 5);
      ctx.lineTo(x - 1, y + 4);
      ctx.lineTo(x - 1, y + 1);
      ctx.closePath();
      ctx.fill();
    } else if (head.sorted) {
      ctx.fillText(head.sorted === "up" ? "↑" : "↓", x, y);
    } else {
      ctx.beginPath();
      ctx.moveTo(x - 4, y - 2);
      ctx.lineTo(x + 4, y - 2);
      ctx.lineTo(x, y + 3);
      ctx.closePath();
      ctx.fill();
    }
    ctx.restore();
  }, []);

  return (
    <DataEditorCore
      ref={glide}
      width="100%"
      height="100%"
      columns={columns}
      rows={props.rows}
      getCellContent={content}
      getRowThemeOverride={rowTheme}
      renderers={RENDERERS as never}
      imageWindowLoader={loader}
      gridSelection={selection}
      onGridSelectionChange={(next: GridSelection) => {
        const { current } = next;
        if (!current) return;
        const [x, y] = current.cell;
        const range = current.range;
        props.onSelection({ cell: [x, y], range: { x: range.x, y: range.y, width: range.width, height: range.height } });
      }}
      rowHeight={ROW}
      headerHeight={HEAD}
      rowMarkers={{ kind: "clickable-number", width: 46 }}
      rowSelect="none"
      columnSelect="none"
      rangeSelect="rect"
      smoothScrollX
      smoothScrollY
      overscrollX={60}
      overscrollY={60}
      minColumnWidth={40}
      maxColumnWidth={800}
      freezeColumns={props.frozen}
      fillHandle={{ size: 7, offsetX: -3, offsetY: -3, shape: "square", outline: 1 } as never}
      allowedFillDirections="orthogonal"
      theme={props.dark ? DARK : LIGHT}
      drawCell={drawCell}
      drawHeader={drawHeader}
      editOnType={false}
      keybindings={NO_KEYS}
      onColumnResize={(_column: GridColumn, size: number, index: number) => props.onWidth(index, size)}
      onColumnMoved={props.onMove}
      onHeaderMenuClick={(column: number, bounds: { x: number; y: number; width: number; height: number }) =>
        props.onHead(column, true, bounds)
      }
      onHeaderClicked={(column: number, event) => {
        if (column < 0) return;
        event.preventDefault();
        props.onHead(column, event.localEventX > event.bounds.width - ARROW, event.bounds);
      }}
      onHeaderContextMenu={(column: number, event) => {
        event.preventDefault();
        props.onHead(column, true, event.bounds);
      }}
      onCellActivated={([column, row]: Item) => props.onOpen(column, row)}
      cellActivationBehavior="double-click"
      onCellContextMenu={([column, row]: Item, event) => {
        event.preventDefault();
        const { bounds, localEventX, localEventY } = event;
        props.onContext(column, row, bounds.x + localEventX, bounds.y + localEventY);
      }}
      onFillPattern={(event) => {
        event.preventDefault();
        props.onFill(event.patternSource, event.fillDestination);
      }}
      onVisibleRegionChanged={(range) => props.onScroll(range.y, range.height)}
      getCellsForSelection={undefined}
      onPaste={false}
    />
  );
});

const loader = new ImageWindowLoaderImpl();

/** Every key is ours. */
const NO_KEYS = Object.fromEntries(
  [
    "downFill",
    "rightFill",
    "pageUp",
    "pageDown",
    "clear",
    "closeOverlay",
    "acceptOverlayDown",
    "acceptOverlayUp",
    "acceptOverlayLeft",
    "acceptOverlayRight",
    "copy",
    "paste",
    "cut",
    "search",
    "delete",
    "activateCell",
    "scrollToSelectedCell",
    "goToFirstColumn",
    "goToLastColumn",
    "goToFirstCell",
    "goToLastCell",
    "goToFirstRow",
    "goToLastRow",
    "goToNextPage",
    "goToPreviousPage",
    "selectToFirstCell",
    "selectToLastCell",
    "selectToFirstColumn",
    "selectToLastColumn",
    "selectToFirstRow",
    "selectToLastRow",
    "selectAll",
    "selectRow",
    "selectColumn",
    "goUpCell",
    "goRightCell",
    "goDownCell",
    "goLeftCell",
    "goUpCellRetainSelection",
    "goRightCellRetainSelection",
    "goDownCellRetainSelection",
    "goLeftCellRetainSelection",
    "selectGrowUp",
    "selectGrowRight",
    "selectGrowDown",
    "selectGrowLeft",
  ].map((name) => [name, false]),
);

function glideCell(cell: Cell, colours: Record<Tone, string>): GridCell {
  const text = cell.text.includes("\n") ? cell.text.replaceAll("\n", " ↵ ") : cell.text;
  const colour = cell.tone && colours[cell.tone];
  return {
    kind: GridCellKind.Text,
    data: cell.text,
    displayData: text,
    allowOverlay: false,
    readonly: true,
    contentAlign: cell.right ? "right" : "left",
    ...(colour ? { themeOverride: { textDark: colour } } : {}),
  };
}

/** A range between two corners, for whoever selects by hand. */
export const rangeBetween = between;
