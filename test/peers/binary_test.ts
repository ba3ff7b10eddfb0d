import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { VERSION } from "../../src/version.ts";
import { BUCKET, ndjson } from "../world/aws.ts";
import { REGION } from "../world/aws_service.ts";
import { GROUP } from "../world/cloudwatch_logs.ts";
import { ACCEPT, status } from "../world/otlp_endpoint.ts";
import { type Sample, samples } from "../world/samples.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";
import { compileBinary } from "./binary.ts";
import { peerTest } from "./peer.ts";

const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-binary-" });
const binary = join(folder, "bedrock-otel");
const problem = await compileBinary(binary);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

function test(name: string, body: () => Promise<void>): void {
  peerTest(name, [problem ?? { path: binary }], body);
}

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the binary in an empty environment. */
async function runBinary(
  args: readonly string[],
  { cwd = folder, wrapper = [] as string[], env = {} } = {},
): Promise<Result> {
  const [program, ...rest] = [...wrapper, binary, ...args];
  const { code, stdout, stderr } = await new Deno.Command(program as string, { args: rest, cwd, env, clearEnv: true })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A configuration of the main path that keeps its dead letter in the state directory. */
function configOf(stage: QueueStage, stateDirectory: string): string {
  return JSON.stringify(stage.config({
    exporters: { "file/dead_letter": { path: join(stateDirectory, "dead_letter.jsonl") } },
    service: {
      storage: { directory: stateDirectory },
      dead_letter: "file/dead_letter",
      pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["otlp_http"] } },
    },
  }));
}

test("the binary, alone in an empty directory with an empty environment, prints its version", async () => {
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["bedrock-otel"]);
  assert.deepEqual(await runBinary(["--version"]), { code: 0, stdout: `${VERSION}\n`, stderr: "" });
});

test("the binary validates a configuration, delivers what is in the queue and exits 0", async () => {
  await using stage = await QueueStage.start();
  const cwd = await Deno.makeTempDir({ dir: folder });
  await Deno.writeTextFile(join(cwd, "config.yaml"), configOf(stage, cwd));
  const all = samples(20);
  for (const [index, record] of all.entries()) stage.aws.publish(`${index}.json.gz`, [record]);

  const validated = await runBinary(["validate", "--config", "config.yaml"], { cwd });
  assert.equal(validated.code, 0, validated.stderr);
  const { code, stderr } = await runBinary(["run", "--once", "--config", "config.yaml"], { cwd });
  assert.equal(code, 0, stderr);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
});

test("the binary names the mistakes of a configuration and exits 2", async () => {
  const cwd = await Deno.makeTempDir({ dir: folder });
  await Deno.writeTextFile(join(cwd, "config.yaml"), "receivers: { awss3: { queue_urll: x } }\n");
  const { code, stderr } = await runBinary(["validate", "--config", "config.yaml"], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /receivers\.awss3\.queue_urll: unknown setting; did you mean queue_url/);
});

test("the demo runs in the binary", async () => {
  const { code, stdout, stderr } = await runBinary(["demo"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Next:\n( {2}bedrock-otel .*\n){3}$/m);
});

const asRoot = Deno.build.os === "linux" && Deno.uid() === 0;

/** The options of the unit that decide over what the program can see and write. */
const UNIT = await Deno.readTextFile(
  join(import.meta.dirname as string, "../../examples/systemd/bedrock-otel.service"),
);

/**
 * What systemd does by these options: everything read-only but the state directory and a /tmp of its own, no home, no
 * devices but the harmless ones, a user without rights and without capabilities.
 */
const LIKE_SYSTEMD = `
set -eu
mount --make-rprivate /
mount --bind "$STATE" "$STATE"
mount -o remount,bind,ro /
for other in $(awk '$2 != "/" && $3 !~ /^(proc|sysfs|devpts|mqueue|cgroup2?)$/ { print $2 }' /proc/self/mounts); do
  [ "$other" = "$STATE" ] || mount -o remount,bind,ro "$other" 2>/dev/null || true
done
for home in /home /root; do mount -t tmpfs -o ro,mode=0755 tmpfs "$home"; done
for folder in / /tmp /usr/local; do
  if touch "$folder/written" 2>/dev/null; then echo "$folder is not read-only" >&2; exit 99; fi
done
exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
`;

/** Runs the binary where only the state directory, which belongs to its user, can be written. */
function runBySystemd(args: readonly string[], state: string): Promise<Result> {
  return runBinary(args, {
    cwd: state,
    wrapper: ["unshare", "-m", "sh", "-c", LIKE_SYSTEMD, "sh"],
    env: { PATH: Deno.env.get("PATH") ?? "", STATE: state, LANG: "C.UTF-8", INVOCATION_ID: "0" },
  });
}

test("the binary works by the rules of its systemd unit: no home, all read-only but its state", async () => {
  if (!asRoot) return;
  for (const rule of ["ProtectSystem=strict", "ProtectHome=yes", "NoNewPrivileges=yes", "DynamicUser=yes"]) {
    assert.match(UNIT, new RegExp(`^${rule}$`, "m"));
  }
  assert.doesNotMatch(UNIT, /^MemoryDenyWriteExecute=/m);
  // RestartPreventExitStatus heeds the main process only: a wrong configuration has to end that one.
  assert.doesNotMatch(UNIT, /^ExecStartPre=/m);
  await using stage = await QueueStage.start();
  const state = await Deno.makeTempDir({ dir: dirname(folder), prefix: "bedrock-otel-state-" });
  try {
    await Deno.chown(state, 65534, 65534);
    await Deno.chmod(folder, 0o755);
    const config = join(folder, "config.yaml");
    await Deno.writeTextFile(config, configOf(stage, state));
    const all = samples(10);
    for (const [index, record] of all.entries()) stage.aws.publish(`${index}.json.gz`, [record]);
    // This cannot be delivered: the dead letter is written.
    stage.endpoint.rule = ({ records }) =>
      records.some(({ attributes }) => attributes["event.id"] === all[0]?.requestId) ? status(400) : ACCEPT;

    const run = await runBySystemd(["run", "--once", "--config", config], state);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(stage.tookInvocations, requestIds(all.slice(1)));
    const { mode } = await Deno.stat(join(state, "dead_letter.jsonl"));
    assert.equal((mode as number) & 0o777, 0o600);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

/** What every receiver that remembers something has before it, and what takes what they deliver. */
class Sources implements AsyncDisposable {
  readonly stage: QueueStage;

  private constructor(stage: QueueStage) {
    this.stage = stage;
  }

  static async start(): Promise<Sources> {
    return new Sources(await QueueStage.start());
  }

  /** Puts four records in front of each receiver of logs, and a data point; returns the records. */
  async fill(files: string): Promise<Sample[]> {
    const key = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/a.json.gz";
    this.stage.aws.putLogs(key, samples(4));
    await Deno.writeTextFile(join(files, "a.jsonl"), ndjson(samples(4, { first: 4 })));
    this.stage.aws.logs.putRecords(samples(4, { first: 8 }));
    // In the last period that has ended, by the receiver's latency, and in the next one: it may end any moment.
    const startMs = Math.floor((Date.now() - 120_000) / 300_000 - 1) * 300_000;
    for (const timeMs of [startMs, startMs + 300_000]) {
      this.stage.aws.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: "a" }, timeMs, value: 1 });
    }
    return samples(12);
  }

  config({ state, files }: { state: string; files: string }): string {
    const { aws, endpoint } = this.stage;
    const keys = { access_key_id: "test", secret_access_key: "test", default_region: REGION };
    return JSON.stringify({
      receivers: {
        awss3: { non_aws_bucket_name: BUCKET, endpoint: aws.endpoint, path_style: true, ...keys },
        file: { include: [join(files, "*.jsonl")], settle_time: "0s" },
        awscloudwatch: {
          log_group_name: GROUP,
          region_name: REGION,
          endpoint: aws.endpoint,
          api_sleep: "0s",
          ...keys,
        },
        awscloudwatchmetrics: { regions: [REGION], endpoint: aws.endpoint, ...keys },
      },
      processors: { bedrock: {} },
      exporters: { otlp_http: { endpoint: endpoint.url } },
      service: {
        storage: { directory: state },
        pipelines: {
          logs: { receivers: ["awss3", "file", "awscloudwatch"], processors: ["bedrock"], exporters: ["otlp_http"] },
          metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] },
        },
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
  }
}

test("by these rules every receiver remembers in the state directory what it has delivered", async () => {
  if (!asRoot) return;
  await using sources = await Sources.start();
  const state = await Deno.makeTempDir({ dir: dirname(folder), prefix: "bedrock-otel-state-" });
  try {
    await Deno.chown(state, 65534, 65534);
    await Deno.chmod(folder, 0o755);
    const all = await sources.fill(folder);
    const config = join(folder, "receivers.yaml");
    await Deno.writeTextFile(config, sources.config({ state, files: folder }));

    const first = await runBySystemd(["run", "--once", "--config", config], state);
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(sources.stage.tookInvocations, requestIds(all));
    assert.ok(sources.stage.endpoint.acceptedPoints.length > 0);
    const { mode } = await Deno.stat(join(state, "state.db"));
    assert.equal((mode as number) & 0o777, 0o600);

    const again = await runBySystemd(["run", "--once", "--config", config], state);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(sources.stage.endpoint.accepted.length, all.length);
    const times = sources.stage.endpoint.acceptedPoints.map(({ timeUnixNano }) => timeUnixNano);
    assert.deepEqual(times, [...new Set(times)]);

    const shown = await runBySystemd(["state", "show", "--config", config], state);
    assert.equal(shown.code, 0, shown.stderr);
    for (const id of ["awss3", "file", "awscloudwatch", "awscloudwatchmetrics"]) {
      assert.match(shown.stdout, new RegExp(`^${id}\\b`, "m"));
    }
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

test("every subcommand that needs no configuration of AWS runs in an empty environment", async () => {
  const cwd = await Deno.makeTempDir({ dir: folder });
  const write = (name: string, value: unknown) => Deno.writeTextFile(join(cwd, name), JSON.stringify(value));
  await write("record.json", samples(1)[0]);
  await write("config.yaml", {
    receivers: { file: { include: ["*.jsonl"] } },
    processors: { bedrock: {} },
    exporters: { debug: {} },
    service: { pipelines: { logs: { receivers: ["file"], processors: ["bedrock"], exporters: ["debug"] } } },
  });
  const queue = {
    "data_stream.dataset": "aws_bedrock.invocation",
    queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/q",
  };
  await write("policy.yml", { inputs: [{ type: "aws-s3", streams: [queue] }] });
  for (
    const command of [
      "components",
      "schema",
      "print-config --config config.yaml",
      "permissions --config config.yaml",
      "convert policy.yml",
      "validate --agent-policy policy.yml",
      "map record.json",
      "setup elasticsearch --output templates",
      "setup kibana --output pack",
    ]
  ) {
    const { code, stdout, stderr } = await runBinary(command.split(" "), { cwd });
    assert.deepEqual([code, stdout === ""], [0, false], `${command}: ${stderr}`);
  }
});
