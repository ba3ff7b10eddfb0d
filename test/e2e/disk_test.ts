/** Disks that are full or read-only, under each thing that the program writes: real ones, which need root on Linux. */
import assert from "node:assert/strict";
import { eventually } from "../world/eventually.ts";
import type { Config } from "../world/config.ts";
import { RunningService } from "../world/program.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";
import { status } from "../world/otlp_endpoint.ts";
import { samples } from "../world/samples.ts";
import { TestFolder } from "../world/folder.ts";

const KEY = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/";
const SIZE_KIB = 4096;

/** A small file system of its own; whoever may not mount has none. */
class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async mount(path: string): Promise<SmallDisk> {
    await Deno.mkdir(path);
    await run("mount", ["-t", "tmpfs", "-o", `size=${SIZE_KIB}k`, "tmpfs", path]);
    return new SmallDisk(path);
  }

  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Leaves no byte. */
  async fill(): Promise<void> {
    using file = await Deno.open(this.file("filler"), { create: true, append: true });
    for (const bytes of [65_536, 4096, 1]) {
      try {
        for (;;) await file.write(new Uint8Array(bytes));
      } catch {
        // It is full.
      }
    }
  }

  async free(): Promise<void> {
    await Deno.remove(this.file("filler"));
  }

  async setWritable(isWritable: boolean): Promise<void> {
    await run("mount", ["-o", `remount,${isWritable ? "rw" : "ro"}`, this.path]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", ["-l", this.path]);
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

const mayMount = Deno.build.os === "linux" && Deno.uid() === 0 && await (async () => {
  using folder = new TestFolder();
  try {
    await using _disk = await SmallDisk.mount(folder.file("disk"));
    return true;
  } catch {
    return false;
  }
})();

/** A queue in front of the program, and a small disk under one of the things that it writes. */
interface Place {
  readonly name: string;
  config(stage: QueueStage, disk: SmallDisk): Config;
  /** requestIds of what is stored, each once. */
  stored(stage: QueueStage, disk: SmallDisk): string[];
  /** Whether records are refused: they have to be in the dead letter. */
  readonly refuses?: boolean;
}

function idsIn(path: string): string[] {
  try {
    const text = Deno.readTextFileSync(path);
    return [...new Set([...text.matchAll(/[0-9a-f]{8}-1111-4222-8333-[0-9a-f]{12}/g)].map(([id]) => id))].sort();
  } catch {
    return [];
  }
}

const PLACES: readonly Place[] = [
  {
    name: "the state",
    config: (stage, disk) => {
      const { receivers, ...config } = stage.config({ service: { storage: { directory: disk.file("state") } } });
      const { awss3: { queue_url: _, ...access } } = receivers as { awss3: Config };
      const listing = { ...access, bucket_arn: "arn:aws:s3:::bedrock-logs", bucket_list_interval: "1s" };
      return { ...config, receivers: { awss3: listing } };
    },
    stored: ({ endpoint }) => [...new Set(endpoint.tookInvocations)],
  },
  {
    name: "the dead letter",
    refuses: true,
    config: (stage, disk) =>
      stage.config({
        exporters: { "file/dead_letter": { path: disk.file("dead_letter.jsonl") } },
        service: { storage: { directory: stage.stateDirectory }, dead_letter: "file/dead_letter" },
      }),
    stored: (_stage, disk) => idsIn(disk.file("dead_letter.jsonl")),
  },
  {
    name: "the file exporter",
    config: (stage, disk) => {
      const config = stage.config({ service: { storage: { directory: stage.stateDirectory } } });
      const pipelines = { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["file"] } };
      const service = { ...config["service"] as Config, pipelines };
      return { ...config, exporters: { file: { path: disk.file("out.jsonl") } }, service };
    },
    stored: (_stage, disk) => idsIn(disk.file("out.jsonl")),
  },
];

/** The program; undefined: it cannot start, and says which file cannot be written. */
async function started(config: Config): Promise<RunningService | undefined> {
  try {
    return await RunningService.start(config);
  } catch (error) {
    assert.match((error as Error).message, /Cannot (open|write) .*(disk|writable|written|read-?only|space)/i);
    return undefined;
  }
}

async function scenario(place: Place, { fault, atStart }: { fault: "full" | "read-only"; atStart: boolean }) {
  await using stage = await QueueStage.start({ visibilityTimeoutSeconds: 2, maxReceiveCount: 1000 });
  await using disk = await SmallDisk.mount(stage.folder.file("disk"));
  if (place.refuses) stage.endpoint.rule = () => status(400);
  const records = samples(60, { sizeBytes: 1500 });
  const put = (index: number) =>
    stage.aws.publish(`${KEY}${index}.json.gz`, records.slice(index * 20, index * 20 + 20));
  const has = (count: number) => () => place.stored(stage, disk).length >= count;
  const within = (what: string, condition: () => boolean) =>
    eventually(condition, { timeoutMs: 120_000, what: () => what });
  const config = place.config(stage, disk);
  const breaks = () => fault === "full" ? disk.fill() : disk.setWritable(false);
  const mends = () => fault === "full" ? disk.free() : disk.setWritable(true);

  put(0);
  let service: RunningService | undefined;
  if (!atStart) {
    service = await RunningService.start(config);
    await within("the first records", has(20));
  }
  await breaks();
  put(1);
  if (service === undefined) {
    service = await started(config);
  } else {
    const { log } = service;
    // A state that has room in its own file needs no more of the disk.
    await within(
      "the records, or an event that says why not",
      () => has(40)() || log.some((line) => /ERROR|WARN/.test(line)),
    );
  }
  put(2);
  await mends();
  service ??= await RunningService.start(config);
  await using _service = service;
  await within("all records", has(60));
  await within("an empty queue", () => place.name === "the state" || stage.aws.queue.stored.size === 0);
  assert.deepEqual(place.stored(stage, disk).sort(), requestIds(records));
}

for (const place of PLACES) {
  for (const atStart of [true, false]) {
    const when = atStart ? "at the start" : "in the middle";
    Deno.test(
      { name: `a full disk under ${place.name} ${when} loses nothing`, ignore: !mayMount },
      () => scenario(place, { fault: "full", atStart }),
    );
  }
  Deno.test(
    { name: `a read-only disk under ${place.name} at the start loses nothing`, ignore: !mayMount },
    () => scenario(place, { fault: "read-only", atStart: true }),
  );
}
