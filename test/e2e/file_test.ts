import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { permissionFlags, Program, runCli } from "../world/program.ts";
import { ndjson } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import type { DecodedLogRecord } from "../world/otlp_logs.ts";
import { ACCEPT, documentId, OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import type { Config, ConfigOptions } from "../world/config.ts";
import { sample, samples } from "../world/samples.ts";
import { requestIds, Stage } from "../world/stage.ts";
import { storedSample } from "../world/stored_bodies.ts";

/** A folder with files, and an endpoint that takes what is in them. */
class Files extends Stage {
  static async start(): Promise<Files> {
    const files = new Files(await OtlpEndpoint.start());
    await Deno.mkdir(files.folder.file("logs"));
    return files;
  }

  path(name: string): string {
    return this.folder.file(`logs/${name}`);
  }

  /** Names of the files that are there. */
  get left(): string[] {
    return Array.from(Deno.readDirSync(this.path("")), ({ name }) => name);
  }

  async write(name: string, content: string | readonly unknown[], { gzip = name.endsWith(".gz") } = {}) {
    const text = typeof content === "string" ? content : ndjson(content);
    await Deno.writeFile(this.path(name), gzip ? gzipSync(text) : new TextEncoder().encode(text));
  }

  config({ receiver, processor = {}, exporters, service }: ConfigOptions = {}): Config {
    return {
      receivers: { file: { include: [`${this.folder.path}/logs/**`], settle_time: "0s", ...receiver } },
      processors: { bedrock: processor },
      exporters: {
        otlp_http: { endpoint: this.endpoint.url, retry_on_failure: { initial_interval: "50ms" } },
        ...exporters,
      },
      service: {
        storage: { directory: this.stateDirectory },
        telemetry: { logs: { level: "debug" } },
        pipelines: { logs: { receivers: ["file"], processors: ["bedrock"], exporters: ["otlp_http"] } },
        ...service,
      },
    };
  }
}

Deno.test("file delivers plain and gzip files once, with their place, and --once leaves nothing", async () => {
  await using files = await Files.start();
  const all = samples(6);
  await files.write("a.jsonl", all.slice(0, 2));
  await files.write("b.json.gz", all.slice(2, 4));
  await Deno.mkdir(files.path("deep"));
  await files.write("deep/list", JSON.stringify({ Records: all.slice(4) }, null, 2), { gzip: true });
  await files.write(".partial", [sample(90)]);
  await files.write("skip.tmp", [sample(91)]);
  const parts = { receiver: { exclude: ["*.tmp"], expand_event_list_from_field: "Records" } };

  const { undelivered, events } = await files.runOnce(parts);
  assert.equal(undelivered, 0);
  assert.deepEqual(files.tookInvocations, requestIds(all));
  assert.equal(events.count("receiver.delivered_files"), 3);
  assert.equal(files.endpoint.ids.size, 6);
  const first = files.endpoint.accepted.find(({ attributes }) => attributes["event.id"] === all[0]?.requestId);
  assert.equal(first?.attributes["log.file.path"], files.path("a.jsonl"));
  assert.match(String(first?.attributes["elasticsearch.document_id"]), /^[0-9a-f]{32}-000000000000$/);

  await files.runOnce(parts);
  assert.equal(files.endpoint.accepted.length, 6);
});

Deno.test("file goes on inside a file after SIGKILL: nothing is lost, and what comes twice has the same id", async () => {
  await using files = await Files.start();
  const count = 3000;
  await files.write("big.jsonl.gz", samples(count, { sizeBytes: 3000 }));
  files.endpoint.idsOnly = true;
  let isOpen = true;
  files.endpoint.rule = () => isOpen ? { kind: "accept" } : { kind: "hang" };
  const config = await files.folder.writeConfig(files.config());

  {
    await using program = new Program(["run", "--once", "--config", config]);
    await files.endpoint.took(count / 3);
    isOpen = false;
    program.signal("SIGKILL");
    await program.result();
  }
  isOpen = true;
  const before = files.endpoint.accepted.length;
  assert.ok(before < count, `all ${before} records had arrived before the kill`);
  await using again = new Program(["run", "--once", "--config", config]);
  const { code, stderr } = await again.result();
  assert.equal(code, 0, stderr);
  assert.equal(files.endpoint.ids.size, count);
  assert.ok(files.endpoint.duplicates < before, `${files.endpoint.duplicates} of ${before} records were read again`);
});

Deno.test("of a file that has grown the rest is read, of one that was replaced everything, of one that was touched nothing", async () => {
  await using files = await Files.start();
  await files.write("a.jsonl", samples(3));
  await files.runOnce();
  const ids = [...files.endpoint.ids].map((id) => id.split("-")[0]);

  await Deno.writeTextFile(files.path("a.jsonl"), ndjson([sample(3)]), { append: true });
  await files.runOnce();
  assert.deepEqual(files.tookInvocations, requestIds(samples(4)));
  assert.equal(documentId(files.endpoint.accepted[3] as never).split("-")[0], ids[0]);

  await Deno.utime(files.path("a.jsonl"), new Date(1_700_000_000_000), new Date(1_700_000_000_000));
  await files.runOnce();
  assert.equal(files.endpoint.accepted.length, 4);

  await files.write("new.jsonl", samples(4, { first: 10 }));
  await Deno.rename(files.path("new.jsonl"), files.path("a.jsonl"));
  await files.runOnce();
  assert.deepEqual(files.tookInvocations, requestIds([...samples(4), ...samples(4, { first: 10 })]));
  assert.equal(files.endpoint.duplicates, 0);
});

Deno.test("a file that changed a short while ago is left alone until it is quiet", async () => {
  await using files = await Files.start();
  const quiet = new Date(Date.now() - 2 * 3_600_000);
  const text = ndjson(samples(2));
  await files.write("copying.jsonl", text.slice(0, -500));
  await files.write("quiet.jsonl", [sample(7)]);
  await Deno.utime(files.path("quiet.jsonl"), quiet, quiet);
  const receiver = { settle_time: "1h", poll_interval: "20ms" };
  await using service = await files.run({ receiver });
  await files.endpoint.took(1);

  await files.write("copying.jsonl", text);
  await Deno.utime(files.path("copying.jsonl"), quiet, quiet);
  await files.endpoint.took(3);
  await service.stop();
  assert.deepEqual(files.tookInvocations, requestIds([...samples(2), sample(7)]));
});

/** A file's first bytes and all of them, for a copy that stands still in the middle of a record. */
const STALLED: Record<string, (text: string) => { first: Uint8Array; all: Uint8Array }> = {
  "in a line": (text) => stalledAt(Buffer.from(text), text.length - 300),
  "behind an inner bracket": (text) => stalledAt(Buffer.from(text), text.lastIndexOf("}}") + 1),
  "in the first line": (text) => stalledAt(Buffer.from(text), 100),
  "in a list": (text) => {
    const list = `[${text.trim().replaceAll("\n", ",\n")}]`;
    return stalledAt(Buffer.from(list), list.length - 300);
  },
  "behind a line feed of a pretty-printed object": (text) => {
    const pretty = text.trim().split("\n").map((line) => JSON.stringify(JSON.parse(line), null, 2)).join("\n");
    return stalledAt(Buffer.from(pretty), pretty.lastIndexOf("\n", pretty.length - 200) + 1);
  },
  "in a gzip member": (text) => stalledAt(gzipSync(text), gzipSync(text).length - 30),
  "between two gzip members": (text) => {
    const [one, two] = [gzipSync(text.slice(0, -400)), gzipSync(text.slice(-400))];
    return stalledAt(Buffer.concat([one, two]), one.length);
  },
};

function stalledAt(all: Uint8Array, at: number): { first: Uint8Array; all: Uint8Array } {
  return { first: all.subarray(0, at), all };
}

for (const [where, stall] of Object.entries(STALLED)) {
  Deno.test(`a copy that stalls ${where} loses no record, and deletes no file`, async () => {
    await using files = await Files.start();
    const { first, all } = stall(ndjson(samples(4)));
    const parts = { receiver: { delete_after_read: true } };
    await Deno.writeFile(files.path("copy"), first);
    const { undelivered, log } = await files.runOnce(parts);
    assert.equal(undelivered, 1);
    const failed = log.find((line) => line.includes("file.failed")) ?? "";
    assert.match(failed, /reason=(incomplete|damaged)/);
    assert.doesNotMatch(failed, /again|delay_ms/, "a program that ends tries nothing again");
    assert.deepEqual(files.endpoint.accepted.filter(({ attributes }) => attributes["event.kind"] !== "event"), []);

    await Deno.writeFile(files.path("copy"), all.subarray(first.length), { append: true });
    assert.equal((await files.runOnce(parts)).undelivered, 0);
    assert.deepEqual(files.tookInvocations, requestIds(samples(4)));
    assert.equal(files.endpoint.ids.size, 4);
    assert.deepEqual(files.left, []);
  });
}

for (const [clock, offsetMs] of [["ahead", 3_600_000], ["behind", -3_600_000]] as const) {
  Deno.test(`a copy that stalls loses no record where the file's clock is ${clock}`, async () => {
    await using files = await Files.start();
    const all = ndjson(samples(3));
    const time = () => new Date(Date.now() + offsetMs);
    const write = async (text: string) => {
      await Deno.writeTextFile(files.path("a.jsonl"), text, { append: true });
      await Deno.utime(files.path("a.jsonl"), time(), time());
    };
    await write(all.slice(0, -200));
    const receiver = { settle_time: "100ms", poll_interval: "20ms" };
    await using service = await files.run({ receiver });
    await eventually(() => service.log.some((line) => line.includes("reason=incomplete")), { what: () => "the tail" });
    await write(all.slice(-200));
    await files.endpoint.took(3);
    await service.stop();
    assert.deepEqual(files.tookInvocations, requestIds(samples(3)));
    assert.equal(files.endpoint.accepted.length, 3);
  });
}

Deno.test("a copy of a dead letter that stalls loses no entry", async () => {
  await using files = await Files.start();
  const path = await deadLetter(files);
  files.endpoint.rule = () => ACCEPT;
  files.endpoint.accepted.length = 0;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.slice(0, -100));
  assert.equal((await files.runOnce({ receiver: { include: [path] } })).undelivered, 1);
  await Deno.writeTextFile(path, text.slice(-100), { append: true });
  assert.equal((await files.runOnce({ receiver: { include: [path] } })).undelivered, 0);
  assert.equal(files.endpoint.accepted.length, 3);
});

Deno.test("run --once waits for a file that changed a short while ago, and reads it", async () => {
  await using files = await Files.start();
  await files.write("fresh.jsonl", samples(2));
  const { undelivered } = await files.runOnce({ receiver: { settle_time: "300ms" } });
  assert.equal(undelivered, 0);
  assert.deepEqual(files.tookInvocations, requestIds(samples(2)));
});

Deno.test("delete_after_read deletes a file once all of it was delivered, and no other", async () => {
  await using files = await Files.start();
  const parts = { receiver: { delete_after_read: true } };
  await files.write("a.jsonl", samples(2));
  await files.write("bad.jsonl", samples(2, { first: 2 }));
  const refused = sample(3).requestId;
  files.endpoint.rule = ({ records }) =>
    records.some(({ attributes }) => attributes["event.id"] === refused) ? status(400) : ACCEPT;

  const { undelivered, log } = await files.runOnce(parts);
  assert.equal(undelivered, 1);
  assert.deepEqual(files.left, ["bad.jsonl"]);
  assert.ok(log.some((line) => line.includes("file.failed") && line.includes("reason=refused")), log.join(""));

  files.endpoint.rule = () => ACCEPT;
  assert.equal((await files.runOnce(parts)).undelivered, 0);
  assert.deepEqual(files.left, []);
  assert.deepEqual(new Set(files.tookInvocations), new Set(requestIds(samples(4))));
});

Deno.test("delete_after_read keeps a file that has a record longer than max_bytes, and says so once", async () => {
  await using files = await Files.start();
  const parts = { receiver: { delete_after_read: true, max_bytes: "4KiB" } };
  await files.write("a.jsonl", [sample(1), { ...sample(2), padding: "x".repeat(5000) }, sample(3)]);

  const { undelivered, events } = await files.runOnce(parts);
  assert.equal(undelivered, 0);
  assert.equal(events.count("receiver.kept_files"), 1);
  assert.deepEqual(files.left, ["a.jsonl"]);
  assert.equal(files.endpoint.accepted.length, 3);

  const again = await files.runOnce(parts);
  assert.equal(again.events.count("receiver.kept_files"), 0);
  assert.deepEqual(files.left, ["a.jsonl"]);
  assert.equal(files.endpoint.accepted.length, 3);
});

Deno.test("delete_after_read keeps a file that a dead letter only refers to, also when the program dies before its end", async () => {
  await using files = await Files.start();
  await files.write("a.jsonl", samples(4));
  const bad = sample(1).requestId;
  files.endpoint.rule = ({ records }) =>
    records.some(({ attributes }) => attributes["event.id"] === bad) ? status(400) : ACCEPT;
  const letters = files.folder.file("dead_letter.jsonl");
  const parts = {
    receiver: { delete_after_read: true },
    processor: { content: "metadata_only" },
    exporters: { "file/dead_letter": { path: letters } },
    service: { dead_letter: "file/dead_letter" },
  };
  const { undelivered, events } = await files.runOnce(parts);
  assert.equal(undelivered, 0);
  assert.equal(events.count("dead_letter.records"), 1);
  assert.equal(events.count("receiver.kept_files"), 1);
  assert.deepEqual(files.left, ["a.jsonl"]);

  // As a crash before the end leaves it: the letter is written, and the position is behind its record.
  const database = new DatabaseSync(files.folder.file("state/state.db"));
  database.exec("UPDATE entry SET value = json_set(value, '$.isDone', json('false')), checksum = NULL");
  database.close();
  assert.equal((await files.runOnce(parts)).undelivered, 0);
  assert.deepEqual(files.left, ["a.jsonl"]);

  files.endpoint.rule = () => ACCEPT;
  const service = { storage: { directory: files.folder.file("other_state") } };
  assert.equal((await files.runOnce({ processor: parts.processor, service })).undelivered, 0);
  assert.deepEqual([...new Set(files.tookInvocations)], requestIds(samples(4)));
});

Deno.test("delete_after_read keeps a file of which a record left without its bodies", async () => {
  await using files = await Files.start();
  await files.write("a.jsonl", [sample(1), sample(2, { sizeBytes: 200_000 })]);
  files.endpoint.rule = ({ bytes }) => bytes > 20_000 ? status(413) : ACCEPT;
  const { undelivered, events } = await files.runOnce({ receiver: { delete_after_read: true } });
  assert.equal(undelivered, 0);
  assert.equal(events.count("exporter.shrunk_records"), 1);
  assert.deepEqual(files.left, ["a.jsonl"]);
});

Deno.test("delete_after_read keeps a file that is no text", async () => {
  await using files = await Files.start();
  await Deno.writeFile(files.path("logo.png"), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
  const { undelivered, events } = await files.runOnce({ receiver: { delete_after_read: true } });
  assert.equal(undelivered, 0);
  assert.equal(files.endpoint.accepted.length, 1);
  assert.equal(events.count("receiver.kept_files"), 1);
  assert.deepEqual(files.left, ["logo.png"]);
});

Deno.test("a damaged gzip is delivered up to the damage and stays; other files and a directory do not suffer", async () => {
  await using files = await Files.start();
  const whole = gzipSync(ndjson(samples(200)));
  await Deno.writeFile(files.path("damaged.gz"), whole.subarray(0, whole.length - 2000));
  await files.write("good.jsonl", samples(3, { first: 500 }));
  await Deno.mkdir(files.folder.file("a-directory"));
  const include = [`${files.folder.path}/logs/*`, files.folder.file("a-directory"), files.folder.file("not-there")];
  const parts = { receiver: { include, delete_after_read: true } };

  const { undelivered, log } = await files.runOnce(parts);
  assert.equal(undelivered, 2);
  for (const reason of ["damaged", "no_file"]) {
    assert.equal(log.filter((line) => line.includes("file.failed") && line.includes(`reason=${reason}`)).length, 1);
  }
  const before = files.endpoint.accepted.length;
  assert.ok(before > 50 && before < 203, `${before} records`);
  assert.deepEqual(files.left, ["damaged.gz"]);

  await Deno.writeFile(files.path("damaged.gz"), whole);
  assert.equal((await files.runOnce({ receiver: { delete_after_read: true } })).undelivered, 0);
  assert.deepEqual(files.tookInvocations, requestIds([...samples(200), ...samples(3, { first: 500 })]));
});

Deno.test("a directory that cannot be looked into is told once, not with every look", async () => {
  await using files = await Files.start();
  await files.write("no-directory", [sample(9)]);
  const include = [files.path("no-directory/*"), files.path("*.jsonl")];
  await using service = await files.run({ receiver: { include, poll_interval: "20ms" } });
  for (let number = 1; number <= 3; number++) {
    await files.write(`${number}.jsonl`, [sample(number)]);
    await files.endpoint.took(number);
  }
  const failed = service.log.filter((line) => line.includes("file.failed"));
  assert.equal(failed.length, 1);
  assert.match(failed[0] ?? "", /delay_ms=\d+/);
});

Deno.test({ name: "a pipe is no file, and holds up nothing", ignore: Deno.build.os === "windows" }, async () => {
  await using files = await Files.start();
  await files.write("a.jsonl", [sample(1)]);
  const pipe = files.folder.file("pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const { undelivered, log } = await files.runOnce({ receiver: { include: [pipe, files.path("*")] } });
  assert.equal(undelivered, 1);
  assert.deepEqual(files.tookInvocations, requestIds([sample(1)]));
  assert.ok(log.some((line) => line.includes("reason=no_file")), log.join(""));
});

Deno.test("a file that is gone once it was read leaves nothing; of one that has grown the rest is told", async () => {
  await using files = await Files.start();
  await files.write("gone.jsonl", samples(2));
  files.endpoint.rule = () => {
    Deno.removeSync(files.path("gone.jsonl"));
    return { kind: "accept" };
  };
  assert.equal((await files.runOnce()).undelivered, 0);

  await files.write("growing.jsonl", [sample(3)]);
  files.endpoint.rule = () => {
    Deno.writeTextFileSync(files.path("growing.jsonl"), ndjson([sample(4)]), { append: true });
    return { kind: "accept" };
  };
  const { undelivered, log } = await files.runOnce();
  assert.equal(undelivered, 1);
  assert.ok(log.some((line) => line.includes("file.changed") && line.includes("growing.jsonl")), log.join(""));
});

Deno.test("while the state cannot be written no file is read, and all are once it can be", async () => {
  await using files = await Files.start();
  await using service = await files.run({ receiver: { poll_interval: "20ms" } });
  using other = new DatabaseSync(files.folder.file("state/state.db"));
  other.exec("BEGIN IMMEDIATE");
  for (let i = 0; i < 20; i++) await files.write(`${i}.jsonl`, [sample(i)]);
  await eventually(() => service.log.some((line) => line.includes("storage.failed")), { what: () => "a failed write" });
  assert.equal(files.endpoint.arrived, 0);
  other.exec("ROLLBACK");
  await files.endpoint.took(20);
  await service.stop();
  assert.deepEqual(files.tookInvocations, requestIds(samples(20)));
  assert.equal(service.log.filter((line) => line.includes("file.failed")).length, 0);
});

Deno.test("a file of which the state cannot be read is reported with the way out, and the others are read", async () => {
  await using files = await Files.start();
  for (let i = 0; i < 3; i++) await files.write(`${i}.jsonl`, [sample(i)]);
  await files.runOnce();
  {
    using state = new DatabaseSync(files.folder.file("state/state.db"));
    state.prepare("UPDATE entry SET value = substr(value, 2) WHERE key = ?").run(files.path("1.jsonl"));
  }
  await files.write("3.jsonl", [sample(3)]);
  const { undelivered, log } = await files.runOnce();
  assert.equal(undelivered, 1);
  assert.deepEqual(files.tookInvocations, requestIds(samples(4)));
  const failed = log.filter((line) => line.includes("file.failed"));
  assert.equal(failed.length, 1, log.join(""));
  assert.match(failed[0] ?? "", /reason=unreadable_state/);
  const way = /bedrock-otel (state forget --directory \S+ --receiver file --collection files --key \S+\/1\.jsonl)/;
  const [, command = ""] = way.exec(failed[0] ?? "") ?? [];
  assert.equal((await runCli(command.split(" "))).code, 0, command);
  assert.equal((await files.runOnce()).undelivered, 0);
  assert.equal(files.tookInvocations.length, 5);
});

Deno.test("file reads with no more permissions than it asks for", async () => {
  await using files = await Files.start();
  await files.write("a.jsonl", samples(2));
  const config = await files.folder.writeConfig(files.config({ receiver: { delete_after_read: true } }));
  const flags = await permissionFlags(["--config", config]);
  const { code, stderr } = await runCli(["run", "--once", "--config", config], { flags });
  assert.equal(code, 0, stderr);
  assert.deepEqual(files.tookInvocations, requestIds(samples(2)));

  await files.write("b.jsonl", samples(1));
  const readOnly = flags.map((flag) =>
    flag.startsWith("--allow-write") ? `--allow-write=${files.stateDirectory}` : flag
  );
  const refused = await runCli(["run", "--once", "--config", config], { flags: readOnly });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /service\.failed.*write access to .*b\.jsonl/);
});

Deno.test("nothing to read is said", async () => {
  await using files = await Files.start();
  const { undelivered, log } = await files.runOnce();
  assert.equal(undelivered, 0);
  assert.ok(log.some((line) => line.includes("file.none_found")));
});

/** Whether the endpoint of {@linkcode deadLetter} refuses it: records of odd seconds. */
function isRefused({ timeUnixNano }: DecodedLogRecord): boolean {
  return BigInt(timeUnixNano) / 1_000_000_000n % 2n === 1n;
}

/** Makes the endpoint refuse three of six records, and returns the dead letter that they are in. */
async function deadLetter(files: Files, processor: Config = {}): Promise<string> {
  const path = files.folder.file("dead.jsonl");
  await files.write("a.jsonl", samples(6));
  files.endpoint.rule = ({ records }) => records.some(isRefused) ? status(400) : ACCEPT;
  const { undelivered } = await files.runOnce({
    processor,
    exporters: { "file/dead": { path } },
    service: { dead_letter: "file/dead" },
  });
  assert.equal(undelivered, 0);
  assert.equal(files.endpoint.accepted.length, 3);
  return path;
}

for (const mapping of ["ecs", "integration", "otel", "raw"]) {
  Deno.test(`a dead letter is replayed as it was to leave, under the same id, in mode ${mapping}`, async () => {
    await using files = await Files.start();
    const path = await deadLetter(files, { mapping });
    const refused = files.endpoint.requests.flatMap(({ records }) => records.filter(isRefused));
    const wanted = new Map(refused.map((record) => [documentId(record), record]));
    assert.equal(wanted.size, 3);

    files.endpoint.rule = () => ACCEPT;
    files.endpoint.accepted.length = 0;
    // A half line, as a crash of the exporter leaves it, comes first.
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, `${text.slice(0, 700)}\n${text}`);
    const { undelivered } = await files.runOnce({ receiver: { include: [path] } });

    assert.equal(undelivered, 0);
    const [halfLine, ...replayed] = files.endpoint.accepted.toSorted((a, b) =>
      a.severityNumber < b.severityNumber ? 1 : -1
    );
    assert.equal(
      halfLine?.attributes["event.kind"] ?? (halfLine?.body as Config | undefined)?.["event"],
      "pipeline_error",
    );
    assert.equal(replayed.length, 3);
    for (const record of replayed) assert.deepEqual(record, wanted.get(documentId(record)));

    await files.runOnce({ receiver: { include: [path] } });
    assert.equal(files.endpoint.accepted.length, 4);
  });
}

Deno.test("a replayed letter that is refused again names where its record was read the first time", async () => {
  await using files = await Files.start();
  const path = await deadLetter(files);
  const again = files.folder.file("again.jsonl");
  const { undelivered } = await files.runOnce({
    receiver: { include: [path] },
    exporters: { "file/dead": { path: again } },
    service: { dead_letter: "file/dead" },
  });
  assert.equal(undelivered, 0);
  const [before, after] = [await Deno.readTextFile(path), await Deno.readTextFile(again)];
  assert.ok(
    after.includes(JSON.stringify({ key: "dead_letter.source", value: { stringValue: files.path("a.jsonl") } })),
  );
  assert.deepEqual(
    JSON.parse(`[${after.trim().replaceAll("\n", ",")}]`),
    JSON.parse(`[${before.trim().replaceAll("\n", ",")}]`),
  );
});

Deno.test("dead-letter entries that only refer to a record are left, and the message says what takes them", async () => {
  await using files = await Files.start();
  const path = await deadLetter(files, { content: "metadata_only" });
  files.endpoint.accepted.length = 0;
  const parts = { receiver: { include: [path], delete_after_read: true } };
  const { undelivered, log } = await files.runOnce(parts);
  assert.equal(undelivered, 1);
  assert.equal(files.endpoint.accepted.length, 0);
  const line = log.find((line) => line.includes("file.failed"));
  assert.match(line ?? "", /reason=not_replayable .*3 dead-letter entries in .*backfill --dead-letter .*dead\.jsonl/);
  await Deno.stat(path);
});

Deno.test("with content: metadata_only nothing of what a letter holds leaves", async () => {
  await using files = await Files.start();
  const path = await deadLetter(files);
  files.endpoint.rule = () => ACCEPT;
  files.endpoint.accepted.length = 0;
  await files.runOnce({ receiver: { include: [path] }, processor: { content: "metadata_only" } });
  assert.equal(files.endpoint.accepted.length, 3);
  for (const { attributes, body } of files.endpoint.accepted) {
    assert.equal(attributes["gen_ai.input.messages"], undefined);
    assert.equal(body, undefined);
    assert.match(String(attributes["elasticsearch.document_id"]), /^[0-9a-f]{32}-\d{12}$/);
  }
});

Deno.test("a file that an exporter is writing is left alone, so that a dead letter does not feed itself", async () => {
  await using files = await Files.start();
  const path = await deadLetter(files);
  const { undelivered, log } = await files.runOnce({
    receiver: { include: [path] },
    exporters: { "file/dead": { path } },
    service: { dead_letter: "file/dead" },
  });
  assert.equal(undelivered, 1);
  assert.ok(log.some((line) => line.includes("reason=being_written")), log.join(""));
});

Deno.test("file joins the bodies that a download of the bucket has beside the log", async () => {
  await using files = await Files.start();
  const [complete, expired] = [storedSample(1, { bucket: "wherever" }), storedSample(2, { bucket: "wherever" })];
  await Deno.mkdir(files.path("05/data"), { recursive: true });
  for (const [key, body] of complete.stored) {
    await files.write(`05/data/${key.split("/").at(-1)}`, JSON.stringify(body));
  }
  await files.write("05/a.json.gz", [complete.record, expired.record]);

  const { undelivered, events } = await files.runOnce({ processor: { bodies: { body_wait: "0s" } } });

  assert.equal(undelivered, 0);
  assert.deepEqual(files.tookInvocations, requestIds([complete.record, expired.record]));
  const joined = files.endpoint.accepted.filter(({ attributes }) => "gen_ai.input.messages" in attributes);
  assert.deepEqual(joined.map(({ attributes }) => attributes["event.id"]), [complete.record.requestId]);
  assert.equal(events.count("bedrock.bodies_not_joined", "missing"), 2);
});
