import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { TestFolder } from "../../test/world/folder.ts";
import { COMPONENTS } from "../components.ts";
import { KINDS } from "./component_table.ts";
import { configJsonSchema } from "./json_schema.ts";
import { loadProgramConfig } from "../commands/load_config.ts";
import { type Schema, settingPaths } from "./schema.ts";
import { serviceSchema } from "./service.ts";
import { settingsPages } from "../../tools/generate/settings_docs.ts";
import { isTree, type Tree } from "./yaml_files.ts";

const validate = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(configJsonSchema(COMPONENTS));

/** Paths of what the schema refuses, with the name of an unknown setting. */
function refused(yaml: string): string[] {
  if (validate(parse(yaml))) return [];
  const index = (validate.errors ?? []).map(({ instancePath, params }) =>
    [instancePath, (params as { additionalProperty?: string }).additionalProperty].filter(Boolean).join("/")
  );
  return [...new Set(index)];
}

const ROOT = new URL("../../", import.meta.url);
const PAGES = [
  "README.md",
  ...[...Deno.readDirSync(new URL("docs", ROOT))].map(({ name }) => `docs/${name}`).filter((name) =>
    /\.md$/.test(name)
  ),
];

/** Blocks of YAML in a document that begin a line with all of `keys`. */
function yamlBlocks(page: string, keys: readonly string[]): string[] {
  const text = Deno.readTextFileSync(new URL(page, ROOT));
  return [...text.matchAll(/^( *)```yaml\n(.*?)^ *```/gms)]
    .map(([, indent = "", block = ""]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), ""))
    .filter((block) => keys.every((key) => new RegExp(`^${key}:`, "m").test(block)));
}

Deno.test("configurations of the documents are valid, and editors know them", async () => {
  const configurations = PAGES.flatMap((page) => yamlBlocks(page, ["receivers", "service"]));
  assert.ok(configurations.length > 3, `${configurations.length}`);
  for (const configuration of configurations) {
    assert.deepEqual(refused(configuration), [], configuration);
    using files = TestFolder.of({ "config.yaml": configuration });
    await loadProgramConfig([files.file("config.yaml")], {
      environment: () => "https://sqs.us-east-1.amazonaws.com/123456789012/q",
    });
  }
});

Deno.test("parts of configurations in the documents are known to editors", () => {
  const parts = PAGES.flatMap((page) => ["processors", "extensions"].flatMap((key) => yamlBlocks(page, [key])));
  assert.ok(parts.length > 2, `${parts.length}`);
  for (const part of parts) assert.deepEqual(refused(part), [], part);
});

Deno.test("the schema takes references, and components without settings", () => {
  assert.deepEqual(
    refused(`
receivers:
  awss3/one: { queue_url: "\${env:URL}", number_of_workers: "\${env:N:-10}", visibility_timeout: "\${env:T}" }
exporters: { debug: , otlp_http: { max_request_bytes: 1048576, compression: "\${env:C}" } }
`),
    [],
  );
});

/** Of these each setting takes some. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    1.5,
    300,
    123456789012,
    "",
    "a",
    "0",
    "10",
    "300s",
    "1m30s",
    "1.5s",
    "0.5h",
    "10MiB",
    "500",
  ],
  ...[
    "1.5 KiB",
    "64 KB",
    "http://x",
    "arn:aws:s3:::logs",
    "localhost:1",
    "us-east-1",
    "redacted",
    "debug",
    "2026-01-01",
  ],
  ...["${env:X}", "a${env:X}b", "${env:X:-10}", "Records", [], ["a"], ["Average"], {}, { a: "b" }, { a: 1 }],
  ...[[{ key: "a", value: "b" }], [{ regex: "a" }], { Invocations: ["Average", "p99"] }],
];

/** A valid configuration in which every component is. */
const ALL: Tree = {
  receivers: {
    awss3: { queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/q" },
    awscloudwatch: { log_group_name: "/a", region_name: "us-east-1" },
    awscloudwatchmetrics: { regions: ["us-east-1"] },
    file: { include: ["a"] },
  },
  processors: { bedrock: {} },
  exporters: { otlp_http: { endpoint: "http://x" }, file: { path: "x" }, debug: {} },
  extensions: { health_check: {} },
  service: { pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["debug"] } } },
};

function withValue(tree: unknown, [first, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (first === undefined) return value;
  const below = isTree(tree) ? tree : {};
  return { ...below, [first]: withValue(below[first], rest, value) };
}

Deno.test("what validate takes in any single setting, the schema takes", async () => {
  using files = TestFolder.of({ "config.yaml": "" });
  const sections = KINDS.flatMap((kind) =>
    COMPONENTS[kind].map(({ type, schema }) => ({ place: [kind, type], schema: schema as Schema }))
  );
  let taken = 0;
  for (const { place, schema } of [...sections, { place: ["service"], schema: serviceSchema }]) {
    for (const path of settingPaths(schema)) {
      for (const value of VALUES) {
        const config = withValue(ALL, [...place, ...path], value);
        await Deno.writeTextFile(files.file("config.yaml"), JSON.stringify(config));
        const isTaken = await loadProgramConfig([files.file("config.yaml")], { environment: () => "10" }).then(
          () => true,
          () => false,
        );
        if (!isTaken) continue;
        taken++;
        assert.ok(validate(config), `${[...place, ...path].join(".")}: ${JSON.stringify(value)}`);
      }
    }
  }
  assert.ok(taken > 500, `${taken}`);
});

Deno.test("the schema refuses what validate refuses in single settings", () => {
  assert.deepEqual(
    refused(`
receivers:
  awss3: { queue_urll: x, visibility_timeout: 300, number_of_workers: many, sqs: { wait_time: 5 minutes } }
  awss4: {}
exporters: { file: {}, otlp_http: { compression: zip, max_request_bytes: huge } }
service: { max_in_flight_bytes: 10K }
pipelines: {}
`).sort(),
    [
      "/exporters/file",
      "/exporters/otlp_http/compression",
      "/exporters/otlp_http/max_request_bytes",
      "/receivers/awss3/number_of_workers",
      "/receivers/awss3/queue_urll",
      "/receivers/awss3/sqs/wait_time",
      "/receivers/awss3/visibility_timeout",
      "/receivers/awss4",
      "/service/max_in_flight_bytes",
      "pipelines",
    ],
  );
});

Deno.test("every setting of every component is described", () => {
  const rows = settingsPages(COMPONENTS).flatMap(({ path, text }) =>
    text.split("\n").filter((line) => line.startsWith("| `")).map((line) => ({ path, line }))
  );
  assert.ok(rows.length > 80);
  assert.deepEqual(rows.filter(({ line }) => /\|\s*\|$/.test(line)), []);
});
