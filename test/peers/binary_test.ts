import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { VERSION } from "../../src/version.ts";
import { ACCEPT, status } from "../support/otlp_endpoint.ts";
import { samples } from "../support/samples.ts";
import { requestIds, Stage } from "../support/stage.ts";
import { compileBinary } from "./binary.ts";

const folder = await Deno.makeTempDir({ prefix: "bedrock-otel-binary-" });
const binary = join(folder, "bedrock-otel");
const problem = await compileBinary(binary);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

function test(name: string, body: () => Promise<void>): void {
  Deno.test({
    name: problem === undefined ? name : `skipped: ${problem.skipped}: ${name}`,
    ignore: problem !== undefined,
    fn: body,
  });
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
function configOf(stage: Stage, stateDirectory: string): string {
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
  await using stage = await Stage.start();
  const cwd = await Deno.makeTempDir({ dir: folder });
  await Deno.writeTextFile(join(cwd, "config.yaml"), configOf(stage, cwd));
  const all = samples(20);
  for (const [index, record] of all.entries()) await stage.aws.publish(`${index}.json.gz`, [record]);

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
  assert.match(stdout, /were delivered\n$/);
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

test("the binary works by the rules of its systemd unit: no home, all read-only but its state", async () => {
  if (!asRoot) return;
  for (const rule of ["ProtectSystem=strict", "ProtectHome=yes", "NoNewPrivileges=yes", "DynamicUser=yes"]) {
    assert.match(UNIT, new RegExp(`^${rule}$`, "m"));
  }
  assert.doesNotMatch(UNIT, /^MemoryDenyWriteExecute=/m);
  await using stage = await Stage.start();
  const state = await Deno.makeTempDir({ dir: dirname(folder), prefix: "bedrock-otel-state-" });
  try {
    await Deno.chown(state, 65534, 65534);
    await Deno.chmod(folder, 0o755);
    const config = join(folder, "config.yaml");
    await Deno.writeTextFile(config, configOf(stage, state));
    const all = samples(10);
    for (const [index, record] of all.entries()) await stage.aws.publish(`${index}.json.gz`, [record]);
    // This cannot be delivered: the dead letter is written.
    stage.endpoint.rule = ({ records }) =>
      records.some(({ attributes }) => attributes["event.id"] === all[0]?.requestId) ? status(400) : ACCEPT;

    const run = await runBinary(["run", "--once", "--config", config], {
      cwd: state,
      wrapper: ["unshare", "-m", "sh", "-c", LIKE_SYSTEMD, "sh"],
      env: { PATH: Deno.env.get("PATH") ?? "", STATE: state, LANG: "C.UTF-8", INVOCATION_ID: "0" },
    });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(stage.tookInvocations, requestIds(all.slice(1)));
    const { mode } = await Deno.stat(join(state, "dead_letter.jsonl"));
    assert.equal((mode as number) & 0o777, 0o600);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});
