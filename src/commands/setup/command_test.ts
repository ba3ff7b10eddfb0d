import assert from "node:assert/strict";
import { METRIC_STREAMS } from "../../mappings/generated/metric_streams.ts";
import { shippedBody } from "./elasticsearch/installed.ts";
import { serve, type TestServer } from "../../../test/world/serve.ts";
import { runCli } from "../../../test/world/program.ts";
import { TestFolder } from "../../../test/world/folder.ts";

const KEY = "canary-api-key==";
const SETUP = ["setup", "elasticsearch"];
const MAPPINGS = "/_component_template/bedrock-otel-invocation@mappings";
const STREAMS = ["invocation", ...METRIC_STREAMS.map(({ name }) => name)];
/** Every stream has three templates, and invocation one with the fields of its mode. */
const TEMPLATE_COUNT = 3 * STREAMS.length + 1;

/** Answers instead of Elasticsearch's own, by `METHOD path`. */
type Answers = Readonly<Record<string, () => Response>>;

/** Keeps templates as Elasticsearch does: settings as text, with dates and defaults added. */
class FakeElasticsearch implements AsyncDisposable {
  readonly url: string;
  readonly requests: string[] = [];
  readonly authorizations = new Set<string | null>();
  readonly stored = new Map<string, Record<string, unknown>>();
  /** What `GET /_data_stream/NAME` tells of each. */
  readonly dataStreams = new Map<string, Record<string, unknown>>();
  /** Of the index lifecycle policy of logs. */
  deletePhase: { readonly min_age: string } | undefined;
  /** `_meta` of each index's mappings. */
  readonly indices = new Map<string, unknown>();
  readonly #server: TestServer;
  readonly #answers: Answers;

  constructor(answers: Answers = {}) {
    this.#answers = answers;
    this.#server = serve((request) => this.#answer(request));
    this.url = this.#server.url;
  }

  async #answer(request: Request): Promise<Response> {
    const path = decodeURIComponent(new URL(request.url).pathname);
    this.requests.push(`${request.method} ${path}`);
    this.authorizations.add(request.headers.get("authorization"));
    const answer = this.#answers[`${request.method} ${path}`];
    if (answer !== undefined) return answer();
    const pattern = new RegExp(`^${path.split("/").at(-1)?.replaceAll(".", "\\.").replace("*", ".*")}$`);
    if (request.method === "GET" && path.startsWith("/_data_stream/")) {
      const found = [...this.dataStreams].filter(([name]) => pattern.test(name));
      return json({ data_streams: found.map(([name, state]) => ({ name, ...state })) });
    }
    if (path.endsWith("/_mapping")) {
      const stream = path.split("/").at(-2)?.replace("*", "") ?? "";
      const found = [...this.indices].filter(([name]) => name.startsWith(`.ds-${stream}`));
      return json(Object.fromEntries(found.map(([name, _meta]) => [name, { mappings: { _meta } }])));
    }
    if (request.method === "PUT") {
      this.stored.set(path, await request.json() as Record<string, unknown>);
      return json({ acknowledged: true });
    }
    if (path === "/") return json({ version: { number: "9.4.3" } });
    if (path === "/_index_template") return json({ index_templates: this.#templates("/_index_template/") });
    if (path.includes("_simulate_index")) {
      const settings = { index: { default_pipeline: "the-pipeline", lifecycle: { name: "logs" } } };
      return json({ template: { settings, mappings: this.#mappingsFor(path.split("/").at(-1) ?? "") } });
    }
    if (path === "/_ilm/policy/logs") {
      return json({ logs: { policy: { phases: { hot: {}, ...this.deletePhase && { delete: this.deletePhase } } } } });
    }
    const found = this.#templates(path);
    const kind = path.split("/")[1]?.slice(1) as string;
    return found.length === 0 ? json({ error: { reason: "not found" } }, 404) : json({ [`${kind}s`]: found });
  }

  /** Of the index template with the highest priority that covers a name; none where that is not ours. */
  #mappingsFor(name: string): unknown {
    const bodies = [...this.stored].filter(([path]) => path.startsWith("/_index_template/")).map(([, body]) => body);
    const covers = ({ index_patterns }: Record<string, unknown>) =>
      (index_patterns as string[]).some((pattern) => name.startsWith(pattern.replace("*", "")));
    const [first] = bodies.filter(covers).sort((a, b) => Number(b["priority"]) - Number(a["priority"]));
    return (first?.["template"] as { mappings?: unknown } | undefined)?.mappings ?? {};
  }

  #templates(prefix: string): unknown[] {
    return [...this.stored].filter(([path]) => path.startsWith(prefix)).map(([path, body]) => {
      const [, kind = "", name] = path.split("/");
      const kept = JSON.parse(JSON.stringify(body, (key, value) => key === "ignore_malformed" ? String(value) : value));
      return { name, [kind.slice(1)]: { ...kept, created_date_millis: 1 } };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "x-elastic-product": "Elasticsearch" } });
}

function setup(url: string, args: readonly string[] = [], env: Record<string, string> = { ELASTIC_API_KEY: KEY }) {
  return runCli([...SETUP, "--url", url, ...args], { env });
}

Deno.test("setup elasticsearch installs what is missing, and changes nothing when it is run again", async () => {
  await using elasticsearch = new FakeElasticsearch();
  const first = await setup(`${elasticsearch.url}/`);
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual([...elasticsearch.stored.keys()], [
    ...STREAMS.flatMap((stream) => [
      `/_component_template/bedrock-otel-${stream}@settings`,
      `/_component_template/bedrock-otel-${stream}@mappings`,
      ...(stream === "invocation" ? ["/_component_template/bedrock-otel-invocation@aliases"] : []),
    ]),
    ...STREAMS.map((stream) => `/_index_template/bedrock-otel-${stream}`),
  ]);
  assert.deepEqual([...elasticsearch.authorizations], [`ApiKey ${KEY}`]);
  assert.equal(first.stdout.match(/: created$/gm)?.length, TEMPLATE_COUNT);
  assert.equal(first.stdout.match(/^ {4}FROM logs-aws_bedrock\.invocation-\*$/gm)?.length, 3);

  elasticsearch.requests.length = 0;
  const second = await setup(elasticsearch.url);
  assert.match(second.stdout, /^Nothing to change$/m);
  assert.deepEqual(elasticsearch.requests.filter((request) => request.startsWith("PUT ")), []);

  const { template: ofIndex } = elasticsearch.stored.get(
    "/_index_template/bedrock-otel-invocation",
  ) as unknown as IndexBody;
  elasticsearch.indices.set(".ds-logs-aws_bedrock.invocation-default-2026.03.02-000001", ofIndex.mappings._meta);
  const edited = elasticsearch.stored.get(MAPPINGS) as { template: { mappings: Record<string, unknown> } };
  edited.template.mappings["dynamic"] = "true";
  elasticsearch.requests.length = 0;
  const third = await setup(elasticsearch.url);
  assert.equal(third.code, 1);
  assert.match(
    third.stderr,
    /^warning: component template bedrock-otel-invocation@mappings is left alone: .*\(template\.mappings\.dynamic\)\..*--force$/m,
  );
  assert.equal(third.stdout.match(/: unchanged$/gm)?.length, TEMPLATE_COUNT - 1);
  assert.deepEqual(elasticsearch.requests.filter((request) => request.startsWith("PUT ")), []);
  const forced = await setup(elasticsearch.url, ["--force"]);
  assert.equal(forced.code, 0);
  assert.match(forced.stdout, /^component template bedrock-otel-invocation@mappings: changed$/m);
  // Its index was made while the edit was there.
  assert.doesNotMatch(second.stdout + third.stdout, /rollover/);
  assert.match(forced.stdout, /^logs-aws_bedrock\.invocation-default takes this with its next rollover/m);
  assert.doesNotMatch([first, second, third].map(({ stdout, stderr }) => stdout + stderr).join(), /canary/);
});

/** The templates as a version of this program installed them that shipped other ones. */
function installedBy(elasticsearch: FakeElasticsearch, version: string): void {
  const template = { kind: "component_template", name: "bedrock-otel-invocation@mappings" } as const;
  const { template: { mappings } } = elasticsearch.stored.get(MAPPINGS) as { template: { mappings: object } };
  const body = { template: { mappings: { ...mappings, dynamic: "strict" } }, _meta: { managed_by: "bedrock-otel" } };
  const shipped = shippedBody({ ...template, body });
  elasticsearch.stored.set(MAPPINGS, { ...shipped, _meta: { ...shipped["_meta"] as object, version } });
}

Deno.test("setup elasticsearch replaces what an older version installed, and what a newer one did only when told to", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url);
  installedBy(elasticsearch, "0.0.9");
  const older = await setup(elasticsearch.url);
  assert.equal(older.code, 0, older.stderr);
  assert.match(older.stdout, /^component template bedrock-otel-invocation@mappings: changed \(was of 0\.0\.9\)$/m);
  installedBy(elasticsearch, "99.0.0");
  const newer = await setup(elasticsearch.url);
  assert.equal(newer.code, 1);
  assert.match(newer.stderr, /left alone: version 99\.0\.0 installed it, this is \S+; --force replaces it$/m);
  assert.equal((await setup(elasticsearch.url, ["--force"])).code, 0);
  assert.match((await setup(elasticsearch.url)).stdout, /^Nothing to change$/m);
});

Deno.test("setup elasticsearch names the data streams that need a rollover, by what their newest index was made with", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url);
  const { template } = elasticsearch.stored.get("/_index_template/bedrock-otel-invocation") as unknown as IndexBody;
  const index = (namespace: string, generation: number) =>
    `.ds-logs-aws_bedrock.invocation-${namespace}-2026.03.02-00000${generation}`;
  elasticsearch.indices.set(index("current", 2), template.mappings._meta);
  elasticsearch.indices.set(index("current", 1), { content: "of before" });
  elasticsearch.indices.set(index("old", 1), {});
  // Another namespace with a template of its own, which it was made with.
  await setup(elasticsearch.url, ["--mode", "integration", "--namespace", "legacy"]);
  const { template: legacy } = elasticsearch.stored.get(
    "/_index_template/bedrock-otel-invocation-legacy",
  ) as unknown as IndexBody;
  elasticsearch.indices.set(index("legacy", 1), legacy.mappings._meta);
  const { stdout } = await setup(elasticsearch.url);
  assert.deepEqual(stdout.match(/^\S+ takes this with its next rollover.*$/gm), [
    "logs-aws_bedrock.invocation-old takes this with its next rollover: " +
    "POST /logs-aws_bedrock.invocation-old/_rollover",
  ]);
});

Deno.test("setup elasticsearch says how long prompts are kept, whoever decides it", async () => {
  await using elasticsearch = new FakeElasticsearch();
  const kept = async () =>
    (await setup(elasticsearch.url)).stdout.match(/^Prompts in .*$/gm)?.map((line) => line.replace(/^\S+ in \S+ /, ""));
  assert.deepEqual(await kept(), ["will be kept for ever (index lifecycle policy logs has no delete phase)"]);
  const [a, b, c] = ["a", "b", "c"].map((name) => `logs-aws_bedrock.invocation-${name}`) as [string, string, string];
  elasticsearch.deletePhase = { min_age: "90d" };
  elasticsearch.dataStreams.set(a, { ilm_policy: "logs", lifecycle: { enabled: true, data_retention: "1d" } });
  const lifecycle = { enabled: true, data_retention: "30d", effective_retention: "7d" };
  elasticsearch.dataStreams.set(b, { ilm_policy: "logs", prefer_ilm: false, lifecycle });
  elasticsearch.dataStreams.set(c, {
    failure_store: { enabled: true, lifecycle: { enabled: true, effective_retention: "30d" } },
  });
  assert.deepEqual(await kept(), [
    "are kept for 90d after their index was rolled over (index lifecycle policy logs)",
    "are kept for 7d (data stream lifecycle)",
    "are kept for ever (nothing deletes them)",
    "failure store of logs-aws_bedrock.invocation-c are kept for 30d (data stream lifecycle)",
  ]);
});

Deno.test("setup elasticsearch --retention sets how long prompts are kept, in data streams to come and in those that are there", async () => {
  await using elasticsearch = new FakeElasticsearch();
  elasticsearch.dataStreams.set("logs-aws_bedrock.invocation-default", { ilm_policy: "logs" });
  const dry = await setup(elasticsearch.url, ["--retention", "30d", "--dry-run"]);
  assert.equal(elasticsearch.stored.size, 0, dry.stdout);
  assert.match(dry.stdout, /invocation@retention: would set data_retention: 30d$/m);
  const { code, stderr } = await setup(elasticsearch.url, ["--retention", "30d"]);
  assert.equal(code, 0, stderr);
  const stored = (path: string) => elasticsearch.stored.get(path);
  assert.deepEqual(stored("/_component_template/bedrock-otel-invocation@retention")?.["template"], {
    settings: { index: { lifecycle: { prefer_ilm: "false" } } },
    lifecycle: { data_retention: "30d" },
  });
  const template = stored("/_index_template/bedrock-otel-invocation") as unknown as IndexBody;
  assert.ok(template.composed_of.includes("bedrock-otel-invocation@retention"));
  const stream = "logs-aws_bedrock.invocation-default";
  assert.deepEqual(stored(`/_data_stream/${stream}/_lifecycle`), { data_retention: "30d" });
  assert.deepEqual(stored(`/${stream}/_settings`), { "index.lifecycle.prefer_ilm": false });
  // One for the data streams of a namespace is theirs alone.
  const other = await setup(elasticsearch.url, ["--namespace", "short", "--retention", "7d"]);
  assert.equal(other.code, 0, other.stderr);
  const ofShort = stored("/_index_template/bedrock-otel-invocation-short") as unknown as IndexBody;
  assert.ok(ofShort.composed_of.includes("bedrock-otel-invocation-short@retention"));
  assert.ok(!ofShort.composed_of.includes("bedrock-otel-invocation@retention"));
});

Deno.test("setup elasticsearch --retention says what a key may not see or change of data streams that are there", async () => {
  const stream = "logs-aws_bedrock.invocation-default";
  await using blind = new FakeElasticsearch({ "GET /_data_stream/logs-aws_bedrock.invocation-*": () => json({}, 403) });
  const { stdout } = await setup(blind.url, ["--retention", "30d"]);
  assert.match(
    stdout,
    /^data streams of logs-\S+ that are there keep what they have: .*view_index_metadata.* and manage/m,
  );
  assert.match(stdout, /^How long data streams that are there keep prompts is not known: .*view_index_metadata/m);
  for (const path of [`/_data_stream/${stream}/_lifecycle`, `/${stream}/_settings`]) {
    await using elasticsearch = new FakeElasticsearch({ [`PUT ${path}`]: () => json({}, 403) });
    elasticsearch.dataStreams.set(stream, {});
    const { code, stderr } = await setup(elasticsearch.url, ["--retention", "30d"]);
    assert.equal(code, 1);
    assert.match(stderr, /lacks the index privilege manage on logs-aws_bedrock\.invocation-default \(403\)$/m);
  }
});

Deno.test("setup elasticsearch prints the body of a key that may write into its data streams and nothing else", async () => {
  await using elasticsearch = new FakeElasticsearch();
  const { stdout } = await setup(elasticsearch.url, ["--namespace", "prod"]);
  const [, text = ""] = /POST \/_security\/api_key\):\n\n([^]*?)\n\n/.exec(stdout) ?? [];
  const body = JSON.parse(text) as ReturnType<typeof JSON.parse>;
  assert.deepEqual(body.role_descriptors["bedrock-otel"], {
    cluster: [],
    indices: [{
      names: [
        "logs-aws_bedrock.invocation-prod",
        ...METRIC_STREAMS.map(({ dataset }) => `metrics-${dataset}-prod`),
      ],
      privileges: ["auto_configure", "create_doc"],
    }],
  });
});

Deno.test("setup elasticsearch says of Serverless that it is untested", async () => {
  await using elasticsearch = new FakeElasticsearch({
    "GET /": () => json({ version: { number: "8.11.0", build_flavor: "serverless" } }),
  });
  const { code, stdout } = await setup(elasticsearch.url, ["--retention", "7d"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Elasticsearch Serverless: this program was not tested with it$/m);
  const retention = elasticsearch.stored.get("/_component_template/bedrock-otel-invocation@retention");
  assert.deepEqual(retention?.["template"], { lifecycle: { data_retention: "7d" } });
});

Deno.test("setup elasticsearch --dry-run changes nothing", async () => {
  await using elasticsearch = new FakeElasticsearch();
  const { code, stdout } = await setup(elasticsearch.url, ["--dry-run"]);
  assert.equal(code, 0);
  assert.equal(stdout.match(/: would be created$/gm)?.length, TEMPLATE_COUNT);
  assert.match(stdout, /^In force for logs-\S+: none; bedrock-otel-invocation \(priority 180\) would be$/m);
  assert.deepEqual(elasticsearch.stored.size, 0);
});

Deno.test("setup elasticsearch tells which template is in force as it is, also where somebody edited ours", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url);
  const path = "/_index_template/bedrock-otel-invocation";
  const edit = (members: object) => elasticsearch.stored.set(path, { ...elasticsearch.stored.get(path), ...members });
  edit({ priority: 999 });
  assert.match(
    (await setup(elasticsearch.url)).stdout,
    /^In force for logs-\S+: bedrock-otel-invocation \(priority 999\)$/m,
  );
  edit({ index_patterns: ["logs-elsewhere-*"] });
  const { stdout, stderr } = await setup(elasticsearch.url);
  assert.match(stdout, /^In force for logs-\S+: none, not bedrock-otel-invocation \(priority 180\)$/m);
  assert.match(
    stderr,
    /^warning: bedrock-otel-invocation is not in force, as somebody edited it; --force replaces it$/m,
  );
  assert.match(
    (await setup(elasticsearch.url, ["--force"])).stdout,
    /^In force for logs-\S+: bedrock-otel-invocation \(priority 180\)$/m,
  );
});

Deno.test("setup elasticsearch --output writes the bodies of the requests that --url makes", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url, ["--override-integration"]);
  using folder = new TestFolder();
  const { code, stdout, stderr } = await runCli([...SETUP, "--output", folder.path, "--override-integration"]);
  assert.equal(code, 0, stderr);
  for (const [path, body] of elasticsearch.stored) {
    const file = folder.file(`${path.slice(2)}.json`);
    assert.ok(stdout.includes(file));
    assert.deepEqual(JSON.parse(await Deno.readTextFile(file)), body);
  }
});

Deno.test("setup elasticsearch warns where the integration's template is in force, and can stand above it", async () => {
  await using elasticsearch = new FakeElasticsearch();
  elasticsearch.stored.set("/_index_template/logs-aws_bedrock.invocation", {
    index_patterns: ["logs-aws_bedrock.invocation-*"],
    priority: 200,
    _meta: { package: { name: "aws_bedrock" } },
  });
  elasticsearch.stored.set("/_index_template/logs", { index_patterns: ["logs-*-*"], priority: 100 });
  elasticsearch.stored.set("/_index_template/other", { index_patterns: ["logs-aws_bedrock-*"], priority: 900 });
  const below = await setup(elasticsearch.url);
  assert.equal(below.code, 0);
  assert.match(below.stdout, /^In force for \S+: logs-aws_bedrock\.invocation \(priority 200\), not /m);
  assert.match(below.stderr, /^warning: .*integration.*the-pipeline.*mapping: raw.*--override-integration$/m);
  const above = await setup(elasticsearch.url, ["--override-integration"]);
  assert.match(above.stdout, /^In force for \S+: bedrock-otel-invocation \(priority 280\)$/m);
  assert.equal(above.stderr, "");
});

Deno.test("setup elasticsearch says what becomes of metrics where the integration's template is in force", async () => {
  await using elasticsearch = new FakeElasticsearch();
  elasticsearch.stored.set("/_index_template/metrics-aws_bedrock.runtime", {
    index_patterns: ["metrics-aws_bedrock.runtime-*"],
    priority: 200,
  });
  const below = await setup(elasticsearch.url);
  assert.match(
    below.stdout,
    /^In force for metrics-aws_bedrock\.runtime-\*: metrics-aws_bedrock\.runtime \(priority 200\), not /m,
  );
  assert.match(
    below.stderr,
    /^warning: .*integration maps the metrics.*duplicates: run this again with --override-integration metrics$/m,
  );
  assert.doesNotMatch(below.stderr, /raw/);
  const above = await setup(elasticsearch.url, ["--override-integration"]);
  assert.match(above.stdout, /^In force for \S+: bedrock-otel-runtime \(priority 280\)$/m);
  assert.equal(above.stderr, "");
});

Deno.test("setup elasticsearch --override-integration metrics leaves the integration's template of logs in force", async () => {
  await using elasticsearch = new FakeElasticsearch();
  for (const name of ["logs-aws_bedrock.invocation", "metrics-aws_bedrock.runtime"]) {
    elasticsearch.stored.set(`/_index_template/${name}`, { index_patterns: [`${name}-*`], priority: 200 });
  }
  const { stdout, stderr } = await setup(elasticsearch.url, ["--override-integration", "metrics"]);
  assert.match(stdout, /^In force for logs-\S+: logs-aws_bedrock\.invocation \(priority 200\), not /m);
  assert.match(stdout, /^In force for metrics-aws_bedrock\.runtime-\*: bedrock-otel-runtime \(priority 280\)$/m);
  assert.doesNotMatch(stderr, /metrics/);
});

Deno.test("setup elasticsearch leaves templates above the integration's until it is told otherwise", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url, ["--override-integration", "metrics"]);
  const inForce = async (...args: string[]) => {
    const { stdout } = await setup(elasticsearch.url, args);
    const of = (signal: string) =>
      new RegExp(`^In force for ${signal}\\S+: \\S+ \\(priority (\\d+)\\)$`, "m").exec(stdout)?.[1];
    return { logs: of("logs"), metrics: of("metrics"), isChange: !/^Nothing to change$/m.test(stdout) };
  };
  assert.deepEqual(await inForce(), { logs: "180", metrics: "280", isChange: false });
  assert.deepEqual(await inForce("--override-integration"), { logs: "280", metrics: "280", isChange: true });
  assert.deepEqual(await inForce("--force"), { logs: "280", metrics: "280", isChange: false });
  assert.deepEqual(await inForce("--no-override-integration"), { logs: "180", metrics: "180", isChange: true });
});

Deno.test("setup elasticsearch keeps both modes in one cluster, by namespace", async () => {
  await using elasticsearch = new FakeElasticsearch();
  assert.equal((await setup(elasticsearch.url)).code, 0);
  const { code, stdout, stderr } = await setup(elasticsearch.url, ["--mode", "integration", "--namespace", "legacy"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^component template bedrock-otel-invocation@integration: created$/m);
  assert.match(
    stdout,
    /^In force for logs-aws_bedrock\.invocation-legacy: bedrock-otel-invocation-legacy \(priority 181\)$/m,
  );
  const template = (name: string) => elasticsearch.stored.get(`/_index_template/${name}`) as unknown as IndexBody;
  const [all, legacy] = [template("bedrock-otel-invocation"), template("bedrock-otel-invocation-legacy")];
  assert.deepEqual([all._meta.mode, legacy._meta.mode], ["ecs", "integration"]);
  assert.deepEqual(legacy.index_patterns, ["logs-aws_bedrock.invocation-legacy"]);
  assert.ok(legacy.composed_of.includes("bedrock-otel-invocation@integration"));
  assert.ok(!legacy.composed_of.includes("bedrock-otel-invocation@aliases"));
  // Both again: neither is in the other's way.
  for (const args of [[], ["--mode", "integration", "--namespace", "legacy"]]) {
    assert.match((await setup(elasticsearch.url, args)).stdout, /^Nothing to change$/m);
  }
});

interface IndexBody {
  readonly index_patterns: readonly string[];
  readonly composed_of: readonly string[];
  readonly _meta: { readonly mode?: string };
  readonly template: { readonly mappings: { readonly _meta: { readonly content: string } } };
}

Deno.test("setup elasticsearch replaces templates of the other mode only when told to, and says what is left to do", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url, ["--mode", "integration"]);
  elasticsearch.requests.length = 0;
  for (const args of [[], ["--dry-run"]]) {
    const { code, stdout, stderr } = await setup(elasticsearch.url, args);
    assert.equal(code, 1, stdout);
    assert.match(
      stderr,
      /^Cannot set up mode ecs: bedrock-otel-invocation is there in mode integration, .*--mode integration, .*--namespace .*--change-mode/,
    );
  }
  assert.deepEqual(elasticsearch.requests.filter((request) => request.startsWith("PUT ")), []);
  const { template } = elasticsearch.stored.get("/_index_template/bedrock-otel-invocation") as unknown as IndexBody;
  elasticsearch.indices.set(".ds-logs-aws_bedrock.invocation-default-2026.03.02-000001", template.mappings._meta);
  const changed = await setup(elasticsearch.url, ["--change-mode"]);
  assert.equal(changed.code, 0, changed.stderr);
  assert.match(changed.stdout, /^index template bedrock-otel-invocation: changed$/m);
  assert.match(
    changed.stdout,
    /^logs-aws_bedrock\.invocation-default takes this .*: POST \/logs-aws_bedrock\.invocation-default\/_rollover$/m,
  );
});

Deno.test("setup elasticsearch takes templates without a mode for those of an older version", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url);
  const template = elasticsearch.stored.get("/_index_template/bedrock-otel-invocation") as Record<string, unknown>;
  template["_meta"] = { managed_by: "bedrock-otel" };
  const { code, stderr } = await setup(elasticsearch.url, ["--mode", "integration"]);
  assert.equal(code, 1);
  assert.match(stderr, /^warning: index template bedrock-otel-invocation is left alone:/m);
  const forced = await setup(elasticsearch.url, ["--mode", "integration", "--force"]);
  assert.equal(forced.code, 0);
  assert.match(forced.stdout, /^index template bedrock-otel-invocation: changed$/m);
});

const REFUSALS: Readonly<Record<string, { answer: () => Response; env?: Record<string, string>; says: RegExp }>> = {
  "asks for credentials": {
    answer: () => json({}, 401),
    env: {},
    says: /it asks for credentials, and ELASTIC_API_KEY is not set \(401\)$/,
  },
  "refuses the key": {
    answer: () => json({}, 401),
    says: /does not accept the API key in ELASTIC_API_KEY \(401\)$/,
  },
  "gives the key too few privileges": {
    answer: () => json({}, 403),
    says: /lacks the cluster privileges monitor and manage_index_templates \(403\)$/,
  },
  "is OpenSearch": {
    answer: () => json({ version: { number: "3.1.0", distribution: "opensearch" } }),
    says: /what answers is OpenSearch, which is not supported: .*otlp_http/,
  },
  "is too old": {
    answer: () => json({ version: { number: "8.12.2" } }),
    says: /is Elasticsearch 8\.12\.2: 8\.13 or later is needed$/,
  },
  "is another JSON server": {
    answer: () => Response.json({ version: { number: "1" } }),
    says: /not Elasticsearch$/,
  },
  "is a web page": { answer: () => new Response("<html>"), says: /not Elasticsearch$/ },
  "has nothing there": { answer: () => new Response("", { status: 404 }), says: /GET \/ was answered 404$/ },
  "redirects": { answer: () => Response.redirect("http://localhost:1/"), says: /redirects elsewhere \(302\)/ },
  "wants TLS": {
    answer: () => new Response("Client sent an HTTP request to an HTTPS server.\n", { status: 400 }),
    says: /: the port speaks TLS: begin the URL with https:\/\/$/,
  },
  "answers with what no terminal should get": {
    answer: () => json({ error: { reason: "bad \u001b(31m\u202eheader \ufffd" } }, 500),
    says: /GET \/ was answered 500: bad \(31m header$/,
  },
  "answers with a text that may be anything": {
    answer: () => new Response("canary text", { status: 500 }),
    says: /GET \/ was answered 500$/,
  },
  "shows the key in its answer": {
    answer: () => json({ error: { reason: `bad header ApiKey ${KEY}` } }, 500),
    says: /GET \/ was answered 500: bad header/,
  },
};

for (const [name, { answer, env, says }] of Object.entries(REFUSALS)) {
  Deno.test(`setup elasticsearch says what is wrong when the server ${name}`, async () => {
    await using elasticsearch = new FakeElasticsearch({ "GET /": answer });
    const { code, stdout, stderr } = await setup(elasticsearch.url, [], env);
    assert.equal(code, 1);
    assert.match(stderr.trimEnd(), says);
    assert.match(stderr, /^Cannot set up http:\/\/127\.0\.0\.1:\d+: [^\n]*\n$/);
    assert.doesNotMatch(stdout + stderr, /canary/);
    assert.deepEqual(elasticsearch.requests, ["GET /"]);
  });
}

Deno.test("setup elasticsearch says what is wrong when nothing answers", async () => {
  const elasticsearch = new FakeElasticsearch();
  await elasticsearch[Symbol.asyncDispose]();
  const { code, stderr } = await setup(elasticsearch.url);
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot reach http:\/\/127\.0\.0\.1:\d+: .*refused/i);
});

Deno.test("setup elasticsearch takes the key from the variable that --api-key-env names", async () => {
  await using elasticsearch = new FakeElasticsearch();
  const { code } = await setup(elasticsearch.url, ["--api-key-env", "OTHER"], {
    OTHER: `${KEY}\n`,
    ELASTIC_API_KEY: "x",
  });
  assert.equal(code, 0);
  assert.deepEqual([...elasticsearch.authorizations], [`ApiKey ${KEY}`]);
  elasticsearch.authorizations.clear();
  assert.equal((await setup(elasticsearch.url, [], { ELASTIC_API_KEY: "id:key" })).code, 0);
  assert.deepEqual([...elasticsearch.authorizations], [`ApiKey ${btoa("id:key")}`]);
  const bad = await setup(elasticsearch.url, [], { ELASTIC_API_KEY: "canary key" });
  assert.equal(bad.code, 1);
  assert.equal(bad.stderr, "Cannot use the API key: ELASTIC_API_KEY holds more than an API key\n");
});

Deno.test("setup elasticsearch takes no credentials in the URL, and exits 2 on wrong usage", async () => {
  const usages: readonly (readonly [args: string[], says: RegExp])[] = [
    [
      ["--url", "https://elastic:canary@localhost:9200"],
      /--url: expected no credentials and no query in it; put an API key/,
    ],
    [["--url", "localhost:9200"], /--url: expected http:\/\/ or https:\/\/ and a host/],
    [["--url", "ftp://localhost"], /--url: expected http:\/\/ or https:\/\/ and a host/],
    [[], /expected --url URL, or --output DIR/],
    [["--mode", "raw", "--url", "http://localhost"], /Allowed choices are ecs, integration/],
    [["--namespace", "Prod-1", "--output", "x"], /--namespace: expected at most 100 lower-case characters/],
    [
      ["--retention", "for ever", "--url", "http://localhost"],
      /--retention: expected days, hours or minutes, such as 30d/,
    ],
    [["--retention", "3d", "--output", "x"], /expected --retention or --output, not both/],
    [["--dry-run", "--output", "x"], /expected --dry-run or --output, not both/],
  ];
  for (const [args, says] of usages) {
    const { code, stdout, stderr } = await runCli([...SETUP, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
    assert.doesNotMatch(stdout + stderr, /canary/);
  }
});
