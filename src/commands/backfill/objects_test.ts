import assert from "node:assert/strict";
import { compareKeys, type List } from "../../aws/s3/bucket.ts";
import { MemoryBucket } from "../../../test/world/memory_bucket.ts";
import { selectedObjects, type Selection } from "./objects.ts";

const EVERYTHING: Selection = {
  prefix: "",
  fromMs: undefined,
  toMs: undefined,
  accounts: undefined,
  regions: undefined,
};

/** A bucket with these keys (folders are empty), all last modified at the begin of 2026-03-05, in pages of ten. */
function bucket(keys: readonly string[]) {
  const memory = new MemoryBucket();
  for (const key of keys) {
    memory.put(key, key.endsWith("/") ? "" : "{}", { lastModifiedMs: Date.parse("2026-03-05") });
  }
  const list: List = ({ maxKeys = 10, ...request }) => memory.list({ ...request, maxKeys });
  return {
    async select(selection: Partial<Selection>, after?: string): Promise<{ keys: string[]; requests: number }> {
      memory.listRequests = 0;
      const found = selectedObjects(list, { selection: { ...EVERYTHING, ...selection }, after });
      const keys = (await Array.fromAsync(found)).map(({ key }) => key);
      return { keys, requests: memory.listRequests };
    },
  };
}

function area(account: string, region: string): string {
  return `AWSLogs/${account}/BedrockModelInvocationLogs/${region}/`;
}

/** An object an hour over so many days from 2026-03-01 on. */
function hourly(prefix: string, days: number): string[] {
  return Array.from({ length: days * 24 }, (_, hour) => {
    const time = new Date(Date.UTC(2026, 2, 1, hour)).toISOString();
    return `${prefix}${time.slice(0, 13).replace(/[-T]/g, "/")}/log.json.gz`;
  });
}

const ONE = area("111111111111", "us-east-1");
const TWO = area("222222222222", "eu-central-1");

Deno.test("all logs of a bucket are selected in the order of their keys, and nothing beside them", async () => {
  const logs = [...hourly(ONE, 1), ...hourly(TWO, 1), "copied/a.json", "z.json"];
  const folders = ["copied/", `${ONE}2026/03/01/05/`];
  const beside = [`${ONE}amazon-bedrock-logs-permission-check`, `${ONE}2026/03/01/05/data/body.json.gz`, ...folders];
  const { keys } = await bucket([...logs, ...beside]).select({});
  assert.deepEqual(keys, logs.toSorted(compareKeys));
});

Deno.test("of a long history only the wanted hours are listed", async () => {
  const { keys, requests } = await bucket(hourly(ONE, 30)).select({
    fromMs: Date.parse("2026-03-15T10:20:00Z"),
    toMs: Date.parse("2026-03-15T15:00:00Z"),
  });
  assert.deepEqual(keys.map((key) => key.slice(ONE.length, ONE.length + 13)), [
    "2026/03/15/10",
    "2026/03/15/11",
    "2026/03/15/12",
    "2026/03/15/13",
    "2026/03/15/14",
  ]);
  assert.equal(requests, 3);
});

Deno.test("accounts and regions leave out other areas, and what is in none", async () => {
  const all = bucket([...hourly(ONE, 1), ...hourly(TWO, 1), "copied/a.json"]);
  assert.deepEqual((await all.select({ accounts: new Set(["222222222222"]) })).keys, hourly(TWO, 1));
  assert.deepEqual((await all.select({ regions: new Set(["us-east-1", "us-west-2"]) })).keys, hourly(ONE, 1));
  assert.deepEqual((await all.select({ prefix: ONE, regions: new Set(["eu-central-1"]) })).keys, []);
});

Deno.test("in another layout the time of the last modification counts", async () => {
  const all = bucket(["copied/a.json", "copied/b.json"]);
  const at = Date.parse("2026-03-05");
  assert.equal((await all.select({ fromMs: at, toMs: at + 1 })).keys.length, 2);
  assert.equal((await all.select({ fromMs: at + 1 })).keys.length, 0);
  assert.equal((await all.select({ toMs: at })).keys.length, 0);
});

Deno.test("wherever it goes on, it gives exactly what comes after", async () => {
  const keys = [...hourly(ONE, 1), ...hourly(TWO, 1), "copied/a.json", "z.json"].toSorted(compareKeys);
  const all = bucket(keys);
  for (const [index, key] of keys.entries()) {
    assert.deepEqual((await all.select({}, key)).keys, keys.slice(index + 1), key);
  }
  const fromMs = Date.parse("2026-03-01T20:00:00Z");
  const late = hourly(TWO, 1)[22] as string;
  assert.deepEqual((await all.select({ fromMs, regions: new Set(["eu-central-1"]) }, late)).keys, [hourly(TWO, 1)[23]]);
});
