import assert from "node:assert/strict";
import { type Column, fitColumns, formatRow } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { title: "NAME", align: "left", width: 6, rank: 3 },
  { title: "NOTE", align: "left", width: 10, minWidth: 5, rank: 1 },
  { title: "COUNT", align: "right", width: 5, rank: 2 },
];

Deno.test("a row has its cells in columns, cut to their widths", () => {
  const row = formatRow(COLUMNS, { NAME: "a long name", NOTE: "b", COUNT: "17" });
  assert.equal(row, "a lon…  b              17");
});

Deno.test("columns are made narrower, then left out by rank, until all fit", () => {
  const widths = (width: number) => fitColumns(COLUMNS, width).map(({ title, width }) => `${title} ${width}`);
  assert.deepEqual(widths(80), ["NAME 6", "NOTE 10", "COUNT 5"]);
  assert.deepEqual(widths(24), ["NAME 6", "NOTE 9", "COUNT 5"]);
  assert.deepEqual(widths(20), ["NAME 6", "NOTE 5", "COUNT 5"]);
  assert.deepEqual(widths(19), ["NAME 6", "COUNT 5"]);
  assert.deepEqual(widths(3), ["NAME 6"]);
});
