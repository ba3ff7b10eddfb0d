/** A Collector as sidecar, as in examples/docker-compose: it is away for a minute, and nothing is lost. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { permissionFlags } from "../../src/commands/permission_flags.ts";
import { loadProgramConfig } from "../../src/commands/load_config.ts";
import { entryOf, makeBundle } from "../../packaging/compile.ts";
import { Aws } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import { TestFolder } from "../world/folder.ts";
import { samples } from "../world/samples.ts";
import { messageCount } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";
import { buildCollector, Collector } from "./collector.ts";
import { peerTest } from "./peer.ts";
import { freePort } from "./machine.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
const AWAY_MS = 60_000;

const built = await buildCollector();
const name = "a Collector beside us that is away for a minute costs no record and no receipt";

interface OtlpRecord {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface OtlpDocument {
  readonly resourceLogs: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly OtlpRecord[] }[] }[];
}

/** `event.id` of the records in what a Collector wrote. */
function idsIn(documents: readonly unknown[]): string[] {
  const records = (documents as OtlpDocument[]).flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
  );
  return records.map(({ attributes }) => attributes.find(({ key }) => key === "event.id")?.value.stringValue ?? "");
}

/** Starts the program by the words of the compose example, with the permissions of this test's hosts. */
async function startProgram(folder: string, env: Readonly<Record<string, string>>): Promise<Deno.ChildProcess> {
  const compose = parse(await Deno.readTextFile(join(ROOT, "examples/docker-compose/compose.yaml"))) as {
    services: Record<string, { entrypoint: string[]; command: string[] }>;
  };
  const { entrypoint = [], command = [] } = compose.services["bedrock-otel"] ?? {};
  const script = command.indexOf("/app/main.js");
  assert.ok(script > 0);
  const bundle = await makeBundle(join(folder, "bundle"));
  const config = join(ROOT, "packaging/container/config.yaml");
  const local = join(folder, "config.yaml");
  await Deno.writeTextFile(
    local,
    (await Deno.readTextFile(config)).replaceAll("/var/lib/bedrock-otel", folder),
  );
  const flags = permissionFlags(await loadProgramConfig([local], { environment: (variable) => env[variable] }));
  const words = command.slice(script + 1).map((word) => word.replace("/etc/bedrock-otel", folder));
  const [, ...denoArgs] = entrypoint;
  return new Deno.Command(Deno.execPath(), {
    args: [...denoArgs, ...flags, entryOf(bundle), ...words],
    env: { ...env, HOME: Deno.env.get("HOME") ?? "" },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

peerTest(name, [built], async (_, path) => {
  await using aws = await Aws.start({ visibilityTimeoutSeconds: 20 });
  using folder = new TestFolder();
  const endpoint = `127.0.0.1:${freePort()}`;
  const all = samples(90);
  const publish = (from: number, to: number) => {
    for (const [index, record] of all.slice(from, to).entries()) {
      aws.publish(`${from + index}.json.gz`, [record]);
    }
  };
  publish(0, 30);

  await using before = await Collector.start(path, { endpoint });
  const program = await startProgram(folder.path, {
    BEDROCK_OTEL_QUEUE_URL: aws.queueUrl,
    BEDROCK_OTEL_PATH_STYLE: "true",
    BEDROCK_OTEL_HEALTH_ENDPOINT: `localhost:${freePort()}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${endpoint}`,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const stderr = new Response(program.stderr).text();
  const queueIsEmpty = () =>
    eventually(() => messageCount(aws.queueState()) === 0, {
      timeoutMs: 60_000,
      what: () => "an empty queue",
    });
  try {
    await queueIsEmpty();
    const first = idsIn(await before.stop());
    publish(30, 60);
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    publish(60, 90);
    await using after = await Collector.start(path, { endpoint });
    await queueIsEmpty();
    program.kill("SIGTERM");
    assert.equal((await program.status).code, 0);
    const second = idsIn(await after.stop());
    assert.deepEqual([...new Set([...first, ...second])].sort(), requestIds(all));
    assert.equal(messageCount(aws.deadLetterQueueState()), 0);
  } catch (error) {
    throw new Error(`The program said:\n${await stderr}`, { cause: error });
  } finally {
    try {
      program.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
  assert.match(await stderr, /export\.retry/);
});
