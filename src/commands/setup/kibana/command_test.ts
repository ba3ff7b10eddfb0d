import assert from "node:assert/strict";
import { TestFolder } from "../../../../test/world/folder.ts";
import type { Fault, HttpRequest } from "../../../../test/world/http_server.ts";
import { Kibana, type Privilege } from "../../../../test/world/kibana.ts";
import { runCli } from "../../../../test/world/program.ts";
import { packOf } from "./pack.ts";

const KEY = "canary-api-key==";
const SETUP = ["setup", "kibana"];
const ALL: readonly Privilege[] = ["rules", "alerts", "savedObjects"];

async function started({ privileges = ALL }: { privileges?: readonly Privilege[] } = {}): Promise<Kibana> {
  const kibana = await Kibana.start("team");
  kibana.keys.set(KEY, new Set(privileges));
  return kibana;
}

function setup(kibana: Kibana, args: readonly string[] = [], env: Record<string, string> = { ELASTIC_API_KEY: KEY }) {
  return runCli([...SETUP, "--url", `${kibana.url}/`, ...args], { env });
}

Deno.test("setup kibana installs the whole pack of each mode, once, and takes it away", async () => {
  await using kibana = await started();
  const sizes: number[] = [];
  for (const mode of ["ecs", "otel"]) {
    const { code, stdout, stderr } = await setup(kibana, ["--mode", mode]);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /canary/);
    assert.match((await setup(kibana, ["--mode", mode])).stdout, /^Nothing to change$/m);
    sizes.push(kibana.contents.length);
  }
  const sizeOf = (mode: "ecs" | "otel") =>
    Object.values(packOf({ mode, kinds: ["rules", "alerts", "dashboards"] })).flat().length;
  assert.equal(sizes[0], sizeOf("ecs"));
  assert.ok((sizes[1] ?? 0) > sizeOf("otel"));
  assert.equal((await setup(kibana, ["--remove"])).code, 0);
  assert.deepEqual(kibana.contents, []);
});

Deno.test("setup kibana --only installs some kinds, and --space into another space", async () => {
  await using kibana = await started({ privileges: ["alerts"] });
  const { code, stderr } = await setup(kibana, ["--only", "alerts", "--space", "team"]);
  assert.equal(code, 0, stderr);
  assert.ok(kibana.contents.length > 5);
  assert.ok(
    kibana.contents.every((name) => /^team: bedrock-otel-(?:ecs|common)-[\w-]+-team$/.test(name)),
    kibana.contents.join(),
  );
});

Deno.test("setup kibana --output writes what --url sends, without asking Kibana", async () => {
  using folder = new TestFolder();
  const { code, stdout, stderr } = await runCli([...SETUP, "--output", folder.path, "--only", "alerts"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /alerts\.ndjson: .*POST \/api\/alerting\/rule\/ID/);
  const lines = (await Deno.readTextFile(`${folder.path}/alerts.ndjson`)).trimEnd().split("\n");
  const pack = packOf({ mode: "ecs", kinds: ["alerts"] });
  assert.deepEqual(lines.map((line) => JSON.parse(line)), pack.alerts?.map(({ id, body }) => ({ id, ...body })));
});

const status = (status: number, body = ""): Fault => ({ kind: "status", status, body });
const at = (path: string, fault: Fault) => ({ url }: HttpRequest) => url.pathname.startsWith(path) ? fault : undefined;
const PAGE = "<!DOCTYPE html><html><title>canary</title></html>";

const REFUSALS: Readonly<
  Record<string, {
    args?: readonly string[];
    env?: Record<string, string>;
    privileges?: readonly Privilege[];
    version?: string;
    fault?: (request: HttpRequest) => Fault | undefined;
    says: RegExp;
  }>
> = {
  "asks for credentials": { env: {}, says: /it asks for credentials, and ELASTIC_API_KEY is not set \(401\)$/ },
  "does not know the key": {
    env: { ELASTIC_API_KEY: "canary" },
    says: /does not accept the API key in ELASTIC_API_KEY \(401\)$/,
  },
  "answers 401 to everything": {
    fault: () => status(401, "{}"),
    says: /does not accept the API key in ELASTIC_API_KEY \(401\)$/,
  },
  "gives the key no privilege for alerts": {
    privileges: ["savedObjects"],
    args: ["--only", "alerts"],
    says: /lacks what this takes: All for Stack Rules in the space default \(403\)$/,
  },
  "has no such space": {
    args: ["--space", "nowhere"],
    says: /: there is no space nowhere; create it, or name another one with --space$/,
  },
  "does not show the space": {
    args: ["--space", "team"],
    fault: at("/api/spaces", status(403, '{"statusCode":403}')),
    says: /lacks what this takes: a privilege for the space team in the space team \(403\)$/,
  },
  "is too old": { version: "8.17.2", says: /: its version is 8\.17\.2, and the rules need 9\.1 or later$/ },
  "is a login page": {
    fault: () => status(200, PAGE),
    says: /not Kibana's API but a page, as a proxy or a login makes it$/,
  },
  "stands behind a proxy that has no answer": {
    fault: () => status(502, PAGE),
    says: /answered 502: a page, as a proxy/,
  },
  "stands behind a proxy that asks for a login later": {
    fault: at("/api/alerting", status(200, PAGE)),
    args: ["--only", "alerts"],
    says: /not Kibana's API but a page/,
  },
  "stands behind a proxy that does not know a path": {
    fault: at("/api/alerting", status(404, PAGE)),
    args: ["--only", "alerts"],
    says: /not Kibana's API but a page/,
  },
  "has alerting switched off": {
    fault: at("/api/alerting", status(404, '{"statusCode":404,"error":"Not Found","message":"Not Found"}')),
    args: ["--only", "alerts"],
    says: /Kibana does not have \/api\/alerting\/rule\/[\w-]+: the feature is switched off, or not in it$/,
  },
  "is another JSON server": { fault: () => status(200, "{}"), says: /what answers there is not Kibana's API$/ },
  "is Elasticsearch": {
    fault: () => ({ ...status(404, "{}"), headers: { "x-elastic-product": "Elasticsearch" } } as Fault),
    says: /Elasticsearch answers there; --url takes the URL of Kibana \(usually port 5601\)$/,
  },
  "is not ready": {
    fault: () => status(503, "Kibana server is not ready yet"),
    says: /GET \/api\/status was answered 503$/,
  },
  "redirects": {
    fault: () => ({ ...status(302), headers: { location: "/login" } } as Fault),
    says: /redirects elsewhere \(302\)/,
  },
};

for (const [name, { args = [], env, privileges, version, fault, says }] of Object.entries(REFUSALS)) {
  Deno.test(`setup kibana says what is wrong when Kibana ${name}`, async () => {
    await using kibana = await started(privileges === undefined ? {} : { privileges });
    if (version !== undefined) kibana.version = version;
    if (fault !== undefined) kibana.fault = fault;
    const { code, stdout, stderr } = await setup(kibana, args, env);
    assert.equal(code, 1, stdout);
    assert.match(stderr.trimEnd(), says);
    assert.match(stderr, /^Cannot set up http:\/\/127\.0\.0\.1:\d+: [^\n]*\n$/);
    assert.doesNotMatch(stdout + stderr, /canary/);
    assert.deepEqual(kibana.contents, []);
  });
}

Deno.test("setup kibana exits 2 on wrong usage", async () => {
  const url = ["--url", "http://localhost:5601"];
  const usages: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [[], /expected --url URL, or --output DIR/],
    [["--url", "https://elastic:canary@localhost"], /--url: expected no credentials and no query in it/],
    [[...url, "--space", "My Team"], /--space: expected the id of a space/],
    [[...url, "--only", "rules,alert"], /--only: alert is none of rules, alerts, dashboards/],
    [[...url, "--only", "rules,"], /--only: nothing is none of/],
    [[...url, "--mode", "integration"], /Allowed choices are ecs, otel/],
    [["--output", "x", "--dry-run"], /expected --output without --dry-run and --remove/],
    [[...url, "--remove", "--force"], /expected --remove without --force and --enable/],
  ];
  for (const [args, says] of usages) {
    const { code, stdout, stderr } = await runCli([...SETUP, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, says);
    assert.doesNotMatch(stdout + stderr, /canary/);
  }
});
