/** What no program can avoid that reads these records and sends them: the yardstick of a machine's speed. */
import process from "node:process";
import { gunzipSync, gzipSync } from "node:zlib";
import { lines, type Load } from "./data.ts";

const OBJECTS = 2;
/** About as many bytes as a request has. */
const REQUEST_BYTES = 4 * 1024 * 1024;
const ROUNDS = 6;

/** CPU microseconds a record: to gunzip its object, to JSON.parse its line, and to gzip it, level 1, in requests of 4 MiB. */
export function measureUnavoidable(load: Load): number {
  const texts = Array.from({ length: OBJECTS }, (_, object) => lines(load, object));
  const objects = texts.map((text) => gzipSync(text));
  const records = texts.flatMap((text) => text.trimEnd().split("\n"));
  const all = Buffer.from(texts.join(""));
  const round = () => {
    for (const object of objects) gunzipSync(object);
    for (const record of records) JSON.parse(record);
    for (let start = 0; start < all.length; start += REQUEST_BYTES) {
      gzipSync(all.subarray(start, start + REQUEST_BYTES), { level: 1, chunkSize: 1024 * 1024 });
    }
  };
  round();
  const before = process.cpuUsage();
  for (let number = 0; number < ROUNDS; number++) round();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ROUNDS / records.length;
}
