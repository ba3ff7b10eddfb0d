/**
 * The image without Docker: a folder with what the Dockerfile puts into the image, in which its own commands run as its
 * own user, with everything read-only but the volume and /tmp.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeBundle } from "../../packaging/compile.ts";
import { eventually } from "../world/eventually.ts";
import { samples } from "../world/samples.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";
import { freePort } from "./machine.ts";
import { run } from "./run.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
const DOCKERFILE = await Deno.readTextFile(join(ROOT, "Dockerfile"));

/** The list of words after an instruction. */
function command(instruction: RegExp): string[] {
  const list = new RegExp(`${instruction.source} (\\[.*\\])$`, "m").exec(DOCKERFILE)?.[1];
  assert.ok(list !== undefined, `${instruction} in the Dockerfile`);
  return JSON.parse(list) as string[];
}

const ENTRYPOINT = command(/^ENTRYPOINT/);
const CMD = command(/^CMD/);
const HEALTHCHECK = command(/^HEALTHCHECK.*\\\n\s+CMD/);

/** The numbers after USER. */
const [UID = "", GID = ""] = /^USER (\d+):(\d+)$/m.exec(DOCKERFILE)?.slice(1) ?? [];

/** Mounts over the image's folder what a distroless image has: libraries, certificates, Deno; then makes it read-only. */
const RUN_IN_IMAGE = `
set -eu
mount --make-rprivate /
mount --bind "$IMAGE" "$IMAGE"
for folder in lib lib64 usr/lib etc/ssl proc dev; do mount --rbind "/$folder" "$IMAGE/$folder"; done
mount --bind "$DENO" "$IMAGE/bin/deno"
mount --bind "$STATE" "$IMAGE/var/lib/bedrock-otel"
mount -o remount,bind,ro "$IMAGE"
mount -t tmpfs -o size=16m tmpfs "$IMAGE/tmp"
exec env -i "$@"
`;

/** Runs one of the image's commands, as Docker would with `--read-only --tmpfs /tmp -e …`. */
function inImage(image: Image, args: readonly string[], env: Readonly<Record<string, string>>): Deno.ChildProcess {
  return new Deno.Command("unshare", {
    args: [
      ...["-m", "sh", "-c", RUN_IN_IMAGE, "sh"],
      ...variables(env),
      ...["/usr/sbin/chroot", `--userspec=${UID}:${GID}`, image.folder],
      ...args,
    ],
    env: { PATH: Deno.env.get("PATH") ?? "", IMAGE: image.folder, STATE: image.state, DENO: Deno.execPath() },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** `NAME=value` of the image's variables and those given. */
function variables(env: Readonly<Record<string, string>>): string[] {
  const image = Object.fromEntries(
    [...DOCKERFILE.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs = ""]) =>
      pairs.split(" ").map((pair) => pair.split("="))
    ),
  ) as Record<string, string>;
  const all = { PATH: "/bin", HOME: "/home/nonroot", ...image, ...env };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

/** What the Dockerfile's last stage copies. */
class Image implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "bedrock-otel-image-" });
  readonly state = Deno.makeTempDirSync({ prefix: "bedrock-otel-volume-" });

  async build(): Promise<void> {
    const folders = ["app", "bin", "lib", "lib64", "usr/lib", "etc/ssl", "etc/bedrock-otel", "proc", "dev", "tmp"];
    for (const folder of [...folders, "var/lib/bedrock-otel"]) {
      await Deno.mkdir(join(this.folder, folder), { recursive: true });
    }
    await Deno.chmod(this.folder, 0o755);
    await Deno.chown(this.state, Number(UID), Number(GID));
    await Deno.writeTextFile(join(this.folder, "bin/deno"), "");
    // Docker's own.
    await Deno.writeTextFile(join(this.folder, "etc/hosts"), "127.0.0.1 localhost\n");
    await makeBundle(join(this.folder, "app"));
    for (const name of ["config.yaml", "metrics.yaml"]) {
      await Deno.copyFile(join(ROOT, "packaging/container", name), join(this.folder, "etc/bedrock-otel", name));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const folder of [this.folder, this.state]) await Deno.remove(folder, { recursive: true });
  }
}

const mayRun = Deno.build.os === "linux" && Deno.uid() === 0 && await run("unshare", ["-m", "true"]) === undefined;
const name =
  "the image's own commands deliver with settings from the environment alone, tell health and stop at SIGTERM";

Deno.test({ name: mayRun ? name : `skipped: not root on Linux: ${name}`, ignore: !mayRun }, async () => {
  await using stage = await QueueStage.start();
  await using image = new Image();
  await image.build();
  const all = samples(12);
  for (const [index, record] of all.entries()) stage.aws.publish(`${index}.json.gz`, [record]);
  const env = {
    BEDROCK_OTEL_QUEUE_URL: stage.aws.queueUrl,
    BEDROCK_OTEL_PATH_STYLE: "true",
    // The folder has no network of its own.
    BEDROCK_OTEL_HEALTH_ENDPOINT: `localhost:${freePort()}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: stage.endpoint.url,
    AWS_ENDPOINT_URL: stage.aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };

  const program = inImage(image, [...ENTRYPOINT, ...CMD], env);
  const stderr = new Response(program.stderr).text();
  const stdout = new Response(program.stdout).text();
  const ended = program.status.then(async ({ code }) => {
    throw new Error(`The program ended with ${code}: ${await stderr}`);
  });
  ended.catch(() => {});
  try {
    const delivered = eventually(() => stage.tookInvocations.length === all.length, {
      timeoutMs: 20_000,
      what: () => `${all.length} records at the endpoint`,
    });
    await Promise.race([delivered, ended]);
    assert.deepEqual(stage.tookInvocations, requestIds(all));
    assert.ok(stage.endpoint.requests.every(({ headers }) => !headers.has("authorization")));

    const health = await inImage(image, HEALTHCHECK, env).output();
    const answer = new TextDecoder().decode(health.stdout);
    assert.equal(health.code, 0, new TextDecoder().decode(health.stderr));
    assert.match(answer, /^healthy: OK since /m);
  } finally {
    try {
      program.kill("SIGTERM");
    } catch {
      // It has ended, which is told above.
    }
  }
  const { code } = await program.status;
  assert.equal(code, 0, await stderr);
  assert.equal(await stdout, "");
});
