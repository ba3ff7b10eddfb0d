import assert from "node:assert/strict";
import { METRIC_STREAMS } from "../../mappings/generated/metric_streams.ts";
import { serve, type TestServer } from "../../../test/world/serve.ts";
import { runCli } from "../../../test/world/program.ts";

const KEY = "canary-api-key==";
const SETUP = ["setup", "elasticsearch"];
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
    if (request.method === "PUT") {
      this.stored.set(path, await request.json() as Record<string, unknown>);
      return json({ acknowledged: true });
    }
    if (path === "/") return json({ version: { number: "9.4.3" } });
    if (path === "/_index_template") return json({ index_templates: this.#templates("/_index_template/") });
    if (path.includes("_simulate_index")) {
      return json({ template: { settings: { index: { default_pipeline: "the-pipeline" } } } });
    }
    const found = this.#templates(path);
    const kind = path.split("/")[1]?.slice(1) as string;
    return found.length === 0 ? json({ error: { reason: "not found" } }, 404) : json({ [`${kind}s`]: found });
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
  assert.deepEqual(elasticsearch.requests.filter((request) => !request.startsWith("GET ")), []);

  const changed = elasticsearch.stored.get("/_component_template/bedrock-otel-invocation@mappings");
  Object.assign(changed ?? {}, { template: { mappings: { dynamic: "true" } } });
  const third = await setup(elasticsearch.url);
  assert.match(third.stdout, /^component template bedrock-otel-invocation@mappings: changed$/m);
  assert.equal(third.stdout.match(/: unchanged$/gm)?.length, TEMPLATE_COUNT - 1);
  assert.doesNotMatch([first, second, third].map(({ stdout, stderr }) => stdout + stderr).join(), /canary/);
});

Deno.test("setup elasticsearch --dry-run changes nothing", async () => {
  await using elasticsearch = new FakeElasticsearch();
  const { code, stdout } = await setup(elasticsearch.url, ["--dry-run"]);
  assert.equal(code, 0);
  assert.equal(stdout.match(/: would be created$/gm)?.length, TEMPLATE_COUNT);
  assert.deepEqual(elasticsearch.stored.size, 0);
});

Deno.test("setup elasticsearch --output writes the bodies of the requests that --url makes", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url, ["--override-integration"]);
  const directory = await Deno.makeTempDir();
  try {
    const { code, stdout, stderr } = await runCli([...SETUP, "--output", directory, "--override-integration"]);
    assert.equal(code, 0, stderr);
    for (const [path, body] of elasticsearch.stored) {
      const file = `${directory}/${path.slice(2)}.json`;
      assert.ok(stdout.includes(file));
      assert.deepEqual(JSON.parse(await Deno.readTextFile(file)), body);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
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
    /^warning: .*integration maps the metrics.*duplicates: run this again with --override-i\S+$/m,
  );
  assert.doesNotMatch(below.stderr, /raw/);
  const above = await setup(elasticsearch.url, ["--override-integration"]);
  assert.match(above.stdout, /^In force for \S+: bedrock-otel-runtime \(priority 280\)$/m);
  assert.equal(above.stderr, "");
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
  const changed = await setup(elasticsearch.url, ["--change-mode"]);
  assert.equal(changed.code, 0, changed.stderr);
  assert.match(changed.stdout, /^index template bedrock-otel-invocation: changed$/m);
  assert.match(
    changed.stdout,
    /^Mode ecs is in force after: POST \/logs-aws_bedrock\.invocation-NAMESPACE\/_rollover$/m,
  );
  assert.doesNotMatch((await setup(elasticsearch.url)).stdout, /is in force after/);
});

Deno.test("setup elasticsearch takes templates without a mode for those of an older version", async () => {
  await using elasticsearch = new FakeElasticsearch();
  await setup(elasticsearch.url);
  const template = elasticsearch.stored.get("/_index_template/bedrock-otel-invocation") as Record<string, unknown>;
  template["_meta"] = { managed_by: "bedrock-otel" };
  const { code, stdout } = await setup(elasticsearch.url, ["--mode", "integration"]);
  assert.equal(code, 0);
  assert.match(stdout, /^index template bedrock-otel-invocation: changed$/m);
});

const REFUSALS: readonly { name: string; answer: () => Response; env?: Record<string, string>; says: RegExp }[] = [
  {
    name: "asks for credentials",
    answer: () => json({}, 401),
    env: {},
    says: /it asks for credentials, and ELASTIC_API_KEY is not set \(401\)$/,
  },
  {
    name: "refuses the key",
    answer: () => json({}, 401),
    says: /does not accept the API key in ELASTIC_API_KEY \(401\)$/,
  },
  {
    name: "gives the key too few privileges",
    answer: () => json({}, 403),
    says: /lacks the cluster privileges monitor and manage_index_templates \(403\)$/,
  },
  {
    name: "is another JSON server",
    answer: () => Response.json({ version: { number: "1" } }),
    says: /not Elasticsearch$/,
  },
  { name: "is a web page", answer: () => new Response("<html>"), says: /not Elasticsearch$/ },
  { name: "has nothing there", answer: () => new Response("", { status: 404 }), says: /GET \/ was answered 404$/ },
  { name: "redirects", answer: () => Response.redirect("http://localhost:1/"), says: /redirects elsewhere \(302\)/ },
  {
    name: "wants TLS",
    answer: () => new Response("Client sent an HTTP request to an HTTPS server.\n", { status: 400 }),
    says: /: the port speaks TLS: begin the URL with https:\/\/$/,
  },
  {
    name: "answers with what no terminal should get",
    answer: () => json({ error: { reason: "bad \u001b(31m\u202eheader \ufffd" } }, 500),
    says: /GET \/ was answered 500: bad \(31m header$/,
  },
  {
    name: "answers with a text that may be anything",
    answer: () => new Response("canary text", { status: 500 }),
    says: /GET \/ was answered 500$/,
  },
  {
    name: "shows the key in its answer",
    answer: () => json({ error: { reason: `bad header ApiKey ${KEY}` } }, 500),
    says: /GET \/ was answered 500: bad header/,
  },
];

for (const { name, answer, env, says } of REFUSALS) {
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
  const bad = await setup(elasticsearch.url, [], { ELASTIC_API_KEY: "canary key" });
  assert.equal(bad.code, 1);
  assert.equal(bad.stderr, "Cannot use the API key: ELASTIC_API_KEY holds more than an API key\n");
});

Deno.test("setup elasticsearch takes no credentials in the URL, and exits 2 on wrong usage", async () => {
  const usages: readonly (readonly [args: string[], says: RegExp])[] = [
    [["--url", "https://elastic:canary@localhost:9200"], /--url: expected no credentials in it; put an API key/],
    [["--url", "localhost:9200"], /--url: expected http:\/\/ or https:\/\/ and a host/],
    [["--url", "ftp://localhost"], /--url: expected http:\/\/ or https:\/\/ and a host/],
    [[], /expected --url URL, or --output DIR/],
    [["--mode", "raw", "--url", "http://localhost"], /Allowed choices are ecs, integration/],
    [["--namespace", "Prod-1", "--output", "x"], /--namespace: expected at most 100 lower-case characters/],
    [["--dry-run", "--output", "x"], /expected --dry-run or --output, not both/],
  ];
  for (const [args, says] of usages) {
    const { code, stdout, stderr } = await runCli([...SETUP, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
    assert.doesNotMatch(stdout + stderr, /canary/);
  }
});
