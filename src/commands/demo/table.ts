/** Text in columns that fits a terminal. */

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Characters; longer cells are cut. */
  readonly width: number;
  /** The column may be made as narrow as this. Default: `width`. */
  readonly minWidth?: number;
  /** Where there is not enough room, columns of the lowest rank are made narrow, then left out, first. */
  readonly rank: number;
}

/** Lines of cells, given by the titles of their columns. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The last line. */
  readonly total: Readonly<Record<string, string>>;
}

const GAP = "  ";

/** The columns that fit into `width` characters, in order, as wide as possible. */
export function fitColumns(columns: readonly Column[], width: number): readonly Column[] {
  let fitting = columns;
  while (fitting.length > 1 && totalWidth(fitting, minWidth) > width) {
    const lowest = Math.min(...fitting.map(({ rank }) => rank));
    fitting = fitting.filter(({ rank }) => rank > lowest);
  }
  let excess = totalWidth(fitting, (column) => column.width) - width;
  for (const column of fitting.toSorted((one, other) => one.rank - other.rank)) {
    const cut = Math.min(Math.max(0, excess), column.width - minWidth(column));
    excess -= cut;
    if (cut > 0) fitting = fitting.map((each) => each === column ? { ...each, width: each.width - cut } : each);
  }
  return fitting;
}

/** One line of cells, given by the titles of their columns. */
export function formatRow(columns: readonly Column[], cells: Readonly<Record<string, string>>): string {
  const padded = columns.map(({ title, align, width }) => {
    const cell = shorten(cells[title] ?? "", width);
    return align === "right" ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join(GAP).trimEnd();
}

function minWidth(column: Column): number {
  return column.minWidth ?? column.width;
}

function totalWidth(columns: readonly Column[], widthOf: (column: Column) => number): number {
  return columns.reduce((sum, column) => sum + widthOf(column), 0) + GAP.length * (columns.length - 1);
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** `1,234`; `-` for nothing. */
export function countText(value: number | undefined): string {
  return value === undefined ? "-" : value.toLocaleString("en-US");
}

/** `640 ms`, `2.96 s`; `-` for nothing. */
export function durationText(ms: number | undefined): string {
  return ms === undefined ? "-" : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
