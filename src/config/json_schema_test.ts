import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { COMPONENTS } from "../components.ts";
import { configJsonSchema } from "./json_schema.ts";
import { settingsPages } from "./settings_docs.ts";

const validate = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(configJsonSchema(COMPONENTS));

/** Paths of what the schema refuses, with the name of an unknown setting. */
function refused(yaml: string): string[] {
  if (validate(parse(yaml))) return [];
  const places = (validate.errors ?? []).map(({ instancePath, params }) =>
    [instancePath, (params as { additionalProperty?: string }).additionalProperty].filter(Boolean).join("/")
  );
  return [...new Set(places)];
}

Deno.test("the schema takes the configuration of the README", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const blocks = [...readme.matchAll(/^( *)```yaml\n(.*?)^ *```/gms)].map(([, indent = "", block = ""]) =>
    block.replaceAll(new RegExp(`^${indent}`, "gm"), "")
  );
  const configurations = blocks.filter((block) => /^receivers:/m.test(block) && /^service:/m.test(block));
  assert.ok(configurations.length > 0);
  for (const configuration of configurations) assert.deepEqual(refused(configuration), [], configuration);
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

Deno.test("the schema refuses what validate refuses in single settings", () => {
  assert.deepEqual(
    refused(`
receivers:
  awss3: { queue_urll: x, visibility_timeout: 300, number_of_workers: many, sqs: { wait_time: 5 minutes } }
  awss4: {}
exporters: { file: {}, otlp_http: { compression: zip, max_request_bytes: huge } }
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
