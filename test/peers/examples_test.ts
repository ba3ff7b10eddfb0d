/** The examples by the tools of those who read them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { buildCollector } from "./collector.ts";
import { peerTest } from "./peer.ts";
import { installPythonProgram } from "./python_program.ts";
import { run } from "./run.ts";
import { testFile, TestFolder } from "../world/folder.ts";

const EXAMPLES = join(import.meta.dirname as string, "..", "..", "examples");

function test(name: string, skipped: string | undefined, body: () => Promise<void>): void {
  peerTest(name, skipped === undefined ? [] : [{ skipped }], body);
}

const collector = await buildCollector();

/** The Collector of the tests has no elasticsearch exporter: `debug` stands for it. */
function withoutElasticsearch(text: string): string {
  const config = parse(text) as {
    exporters: Record<string, unknown>;
    service: { pipelines: Record<string, { exporters: string[] }> };
  };
  if (config.exporters["elasticsearch"] === undefined) return text;
  config.exporters = { debug: null };
  for (const pipeline of Object.values(config.service.pipelines)) pipeline.exporters = ["debug"];
  return stringify(config);
}

for (const name of ["gateway.yaml", "elasticsearch.yaml", "print.yaml"]) {
  test(
    `the Collector itself finds nothing wrong with ${name}`,
    "skipped" in collector ? collector.skipped : undefined,
    async () => {
      assert.ok("path" in collector);
      using file = testFile(
        withoutElasticsearch(await Deno.readTextFile(join(EXAMPLES, "collector", name))),
        ".yaml",
      );
      const env = {
        NEXT_OTLP_ENDPOINT: "http://localhost:9",
        ELASTICSEARCH_URL: "http://localhost:9",
        ELASTIC_API_KEY: "x",
      };
      assert.equal(await run(collector.path, ["validate", "--config", file.path], { env }), undefined);
    },
  );
}

/** https://pypi.org/project/kubernetes-validate/ */
const kubernetesValidate = await installPythonProgram({
  name: "kubernetes-validate",
  version: "1.37.0",
  program: "kubernetes-validate",
});

test(
  "the Kubernetes example fits Kubernetes' own schemas",
  "skipped" in kubernetesValidate ? kubernetesValidate.skipped : undefined,
  async () => {
    assert.ok("path" in kubernetesValidate);
    const file = join(EXAMPLES, "kubernetes", "bedrock-otel.yaml");
    assert.equal(await run(kubernetesValidate.path, ["--strict", file]), undefined);
  },
);

const hasSystemd = await run("systemd-analyze", ["--version"]);

test("systemd finds nothing wrong with its unit", hasSystemd, async () => {
  using folder = new TestFolder();
  // It looks whether the program is there.
  const unit = (await Deno.readTextFile(join(EXAMPLES, "systemd", "bedrock-otel.service")))
    .replaceAll("/usr/local/bin/bedrock-otel", "/bin/true");
  const file = folder.file("bedrock-otel.service");
  await Deno.writeTextFile(file, unit);
  const { success, stderr } = await new Deno.Command("systemd-analyze", { args: ["verify", "--man=no", file] })
    .output();
  const said = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("bedrock-otel"));
  assert.deepEqual([success, said], [true, []]);
});
