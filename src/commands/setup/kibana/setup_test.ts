import assert from "node:assert/strict";
import { Kibana } from "../../../../test/world/kibana.ts";
import { SetupServer } from "../setup_server.ts";
import type { Asset, Body } from "./asset.ts";
import { KibanaClient } from "./client.ts";
import { type Pack, removeFromKibana, setUpKibana } from "./setup.ts";

const KEY = "canary-api-key==";
const ALL = new Set(["rules", "alerts", "savedObjects"] as const);

function asset(id: string, body: Body, name = id): Asset {
  return { id, name, body };
}

const DATA_VIEW = {
  type: "index-pattern",
  id: "bedrock-otel-view",
  attributes: { title: "logs-*", name: "Bedrock OTel logs", timeFieldName: "@timestamp" },
  references: [],
};
const DASHBOARD = {
  type: "dashboard",
  id: "bedrock-otel-overview",
  attributes: { title: "[Bedrock OTel] Overview", description: "At a glance", panelsJSON: "[1]" },
  references: [{ type: "index-pattern", id: "bedrock-otel-view", name: "view" }],
};
const RULE = { name: "A rule", type: "query", query: "a: 1", threat: [{ technique: [{ id: "T1" }] }], tags: ["x"] };
const ALERT = {
  name: "An alert",
  rule_type_id: ".es-query",
  consumer: "stackAlerts",
  schedule: { interval: "5m" },
  params: { size: 1 },
  tags: ["x"],
};
const PACK: Pack = {
  rules: [asset("rule-1", RULE), asset("rule-2", { ...RULE, name: "Another rule" })],
  alerts: [asset("alert-1", ALERT)],
  dashboards: [asset(DATA_VIEW.id, DATA_VIEW), asset(DASHBOARD.id, DASHBOARD)],
};

/** The same, of a later version of the program. */
const NEWER: Pack = {
  rules: PACK.rules?.map(({ id, body }) => asset(id, { ...body, query: "a: 2" })) ?? [],
  alerts: [asset("alert-1", { ...ALERT, params: { size: 2 } })],
  dashboards: [
    asset(DATA_VIEW.id, DATA_VIEW),
    asset(DASHBOARD.id, { ...DASHBOARD, attributes: { ...DASHBOARD.attributes, panelsJSON: "[2]" } }),
  ],
};

async function started(...spaces: readonly string[]): Promise<Kibana> {
  const kibana = await Kibana.start(...spaces);
  kibana.keys.set(KEY, ALL);
  return kibana;
}

interface Run {
  readonly space?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly enable?: boolean;
  readonly remove?: boolean;
}

async function run(kibana: Kibana, pack: Pack, { space = "default", remove = false, ...flags }: Run = {}) {
  const client = new KibanaClient(kibana.url, { apiKey: KEY, apiKeyEnv: "KEY", space });
  const printed: string[] = [];
  const noted: string[] = [];
  const options = {
    dryRun: false,
    force: false,
    enable: false,
    ...flags,
    print: (text: string) => printed.push(text),
    note: (text: string) => noted.push(text),
  };
  const isDone = remove ? await removeFromKibana(client, pack, options) : await setUpKibana(client, pack, options);
  return { isDone, text: printed.join(""), notes: noted.join("") };
}

const descriptionOf = (kibana: Kibana, space?: string) =>
  String(kibana.space(space).objects.get("dashboard/bedrock-otel-overview")?.attributes["description"]);

Deno.test("setup kibana installs what is missing, switched off, and changes nothing when it is run again", async () => {
  await using kibana = await started();
  const first = await run(kibana, PACK);
  assert.equal(first.isDone, true, first.notes);
  assert.match(
    first.text,
    /^Kibana 9\.4\.3, space default\n(rule .*: created, disabled\n){2}alert .*: created, disabled\n/,
  );
  assert.match(first.text, /^data view .*: created\ndashboard .*: created\n/m);
  assert.match(first.text, new RegExp(`^${kibana.url}/app/dashboards#/view/bedrock-otel-overview$`, "m"));
  const { rules, alerts, objects } = kibana.space();
  assert.deepEqual([...rules.keys(), ...alerts.keys(), ...objects.keys()], [
    "rule-1",
    "rule-2",
    "alert-1",
    "index-pattern/bedrock-otel-view",
    "dashboard/bedrock-otel-overview",
  ]);
  assert.deepEqual([...rules.values(), ...alerts.values()].map(({ enabled }) => enabled), [false, false, false]);
  assert.match(descriptionOf(kibana), /^At a glance \(bedrock-otel \w+\.\w+\)$/);
  kibana.takeWrites();
  for (const pack of [PACK, PACK]) {
    const again = await run(kibana, pack);
    assert.match(again.text, /^Nothing to change$/m);
    assert.equal(again.text.match(/: unchanged$/gm)?.length, 5);
    assert.deepEqual(kibana.takeWrites(), []);
  }
});

Deno.test("setup kibana takes an API key in the form id:key too, and shows neither form", async () => {
  await using kibana = await Kibana.start();
  const encoded = btoa("id:canary");
  kibana.keys.set(encoded, ALL);
  const client = new KibanaClient(kibana.url, { apiKey: "id:canary", apiKeyEnv: "KEY", space: "default" });
  await client.checkSpace();
  const server = new SetupServer(kibana.url, { apiKey: "id:canary", apiKeyEnv: "KEY" });
  const reason = `id:canary and ${encoded} are refused`;
  const { message } = server.refusal({ method: "GET", path: "/" }, { status: 400, text: "" }, {
    forbidden: "",
    reason,
  });
  assert.match(message, /\*\*\*\* and \*\*\*\* are refused/);
});

Deno.test("setup kibana --dry-run says what it would do, names the privileges, and changes nothing", async () => {
  await using kibana = await started();
  const { text } = await run(kibana, PACK, { dryRun: true });
  assert.equal(text.match(/: would be created/g)?.length, 5);
  assert.match(text, /^Nothing was changed \(--dry-run\)$/m);
  assert.match(text, /^Needs in the space default: .*Security.*; All for Stack Rules; .*Saved Objects Management$/m);
  assert.deepEqual(kibana.takeWrites(), []);
  assert.deepEqual(kibana.contents, []);
  await run(kibana, PACK);
  const newer = await run(kibana, NEWER, { dryRun: true });
  assert.equal(newer.text.match(/: would be changed$/gm)?.length, 4);
});

Deno.test("setup kibana changes what a newer version has otherwise, and keeps what users set beside it", async () => {
  await using kibana = await started();
  await run(kibana, PACK);
  const { rules, alerts, objects } = kibana.space();
  const action = { group: "default", id: "slack", params: {}, uuid: "u" };
  Object.assign(rules.get("rule-1") as Body, { enabled: true, actions: [action], exceptions_list: [{ id: "e" }] });
  Object.assign(alerts.get("alert-1") as Body, {
    enabled: true,
    actions: [{ ...action, connector_type_id: ".slack" }],
  });
  const { text, notes } = await run(kibana, NEWER);
  assert.equal(notes, "");
  assert.equal(text.match(/: changed$/gm)?.length, 4);
  const [rule, other, alert] = [rules.get("rule-1"), rules.get("rule-2"), alerts.get("alert-1")];
  assert.deepEqual([rule?.["query"], rule?.["enabled"], rule?.["actions"]], ["a: 2", true, [action]]);
  assert.deepEqual(rule?.["exceptions_list"], [{ id: "e" }]);
  assert.equal(other?.["enabled"], false);
  assert.deepEqual([alert?.["params"], alert?.["enabled"], alert?.["actions"]], [{ size: 2 }, true, [action]]);
  assert.equal(objects.get("dashboard/bedrock-otel-overview")?.attributes["panelsJSON"], "[2]");
  assert.match((await run(kibana, NEWER)).text, /^Nothing to change$/m);
});

Deno.test("a user's edit survives setup kibana, until --force replaces it", async () => {
  await using kibana = await started();
  await run(kibana, PACK);
  const { rules, alerts, objects } = kibana.space();
  const [dashboard, view] = ["dashboard/bedrock-otel-overview", "index-pattern/bedrock-otel-view"].map((key) =>
    objects.get(key)?.attributes as Body
  );
  kibana.editRule("rule-1", { query: "mine" });
  kibana.editAlert("alert-1", { params: { size: 99 } });
  Object.assign(dashboard as Body, { panelsJSON: "[99]" });
  Object.assign(view as Body, { name: "Bedrock OTel, mine" });
  for (const pack of [PACK, NEWER]) {
    const { text, isDone } = await run(kibana, pack);
    assert.equal(isDone, true);
    assert.equal(text.match(/: edited in Kibana, left as it is \(--force replaces it\)$/gm)?.length, 4, text);
    assert.equal(rules.get("rule-1")?.["query"], "mine");
    assert.deepEqual(alerts.get("alert-1")?.["params"], { size: 99 });
    assert.equal(objects.get("dashboard/bedrock-otel-overview")?.attributes["panelsJSON"], "[99]");
    assert.equal(objects.get("index-pattern/bedrock-otel-view")?.attributes["name"], "Bedrock OTel, mine");
  }
  const forced = await run(kibana, NEWER, { force: true });
  assert.equal(forced.text.match(/: replaced$/gm)?.length, 4);
  assert.equal(rules.get("rule-1")?.["query"], "a: 2");
  assert.deepEqual(alerts.get("alert-1")?.["params"], { size: 2 });
  assert.equal(objects.get("dashboard/bedrock-otel-overview")?.attributes["panelsJSON"], "[2]");
  assert.equal(objects.get("index-pattern/bedrock-otel-view")?.attributes["name"], "Bedrock OTel logs");
  assert.match((await run(kibana, NEWER, { force: true })).text, /^Nothing to change$/m);
});

Deno.test("setup kibana knows an edit that left the marker where it is", async () => {
  await using kibana = await started();
  await run(kibana, PACK);
  // As a PATCH of the API does.
  Object.assign(kibana.space().rules.get("rule-1") as Body, { query: "mine" });
  assert.match((await run(kibana, NEWER)).text, /^rule rule-1: edited in Kibana/m);
});

Deno.test("what was imported by hand and is as it was is setup kibana's own", async () => {
  await using kibana = await started();
  await run(kibana, PACK);
  const { rules, alerts } = kibana.space();
  delete rules.get("rule-1")?.["meta"];
  Object.assign(alerts.get("alert-1") as Body, { tags: ["x"] });
  assert.match((await run(kibana, PACK)).text, /^Nothing to change$/m);
  Object.assign(rules.get("rule-1") as Body, { query: "mine" });
  assert.match((await run(kibana, PACK)).text, /^rule rule-1: edited in Kibana/m);
});

Deno.test("setup kibana --enable switches rules and alerts on, once", async () => {
  await using kibana = await started();
  await run(kibana, PACK);
  const dry = await run(kibana, PACK, { enable: true, dryRun: true });
  assert.equal(dry.text.match(/: unchanged, enabled$/gm)?.length, 3);
  const { text } = await run(kibana, PACK, { enable: true });
  assert.equal(text.match(/: unchanged, enabled$/gm)?.length, 3);
  const { rules, alerts } = kibana.space();
  assert.deepEqual([...rules.values(), ...alerts.values()].map(({ enabled }) => enabled), [true, true, true]);
  assert.match((await run(kibana, PACK, { enable: true })).text, /^Nothing to change$/m);
  // Without the flag nothing is switched off.
  await run(kibana, NEWER);
  assert.deepEqual([...rules.values(), ...alerts.values()].map(({ enabled }) => enabled), [true, true, true]);
});

Deno.test("setup kibana --remove leaves nothing, edited or not, and nothing else goes", async () => {
  await using kibana = await started();
  const { rules, objects } = kibana.space();
  rules.set("mine", { name: "mine" });
  objects.set("dashboard/mine", {
    type: "dashboard",
    id: "mine",
    attributes: { title: "My Bedrock OTel" },
    references: [],
  });
  await run(kibana, PACK);
  kibana.editRule("rule-1", { query: "mine" });
  const dry = await run(kibana, PACK, { remove: true, dryRun: true });
  assert.equal(dry.text.match(/: would be removed/g)?.length, 5);
  const { text } = await run(kibana, PACK, { remove: true });
  assert.match(text, /^rule rule-1: removed \(it was edited\)$/m);
  assert.deepEqual(kibana.contents, ["default: mine", "default: dashboard/mine"]);
  assert.match((await run(kibana, PACK, { remove: true })).text, /^Nothing to remove$/m);
});

Deno.test("setup kibana --remove goes on after what Kibana does not let go, says why, and fails", async () => {
  await using kibana = await started();
  await run(kibana, PACK);
  kibana.fault = ({ method, url }) =>
    method === "DELETE" && url.pathname.includes("/saved_objects/")
      ? { kind: "status", status: 404, body: '{"statusCode":404,"message":"Not Found"}' }
      : undefined;
  const { isDone, notes } = await run(kibana, PACK, { remove: true });
  assert.equal(isDone, false);
  assert.match(
    notes,
    /^dashboard .*: not removed: Cannot set up .*: DELETE .* was answered 404: Not Found\ndata view .*: not removed/m,
  );
  assert.deepEqual(kibana.contents.map((name) => name.split("/")[0]), ["default: index-pattern", "default: dashboard"]);
});

Deno.test("in a second space setup kibana knows the objects that got new ids there", async () => {
  await using kibana = await started("team");
  await run(kibana, PACK);
  const first = await run(kibana, PACK, { space: "team" });
  assert.equal(first.isDone, true, first.notes);
  const { objects, alerts } = kibana.space("team");
  const [view, dashboard] = [...objects.values()];
  assert.notEqual(dashboard?.id, DASHBOARD.id);
  assert.deepEqual(dashboard?.references.map(({ id }) => id), [view?.id]);
  assert.deepEqual([...alerts.keys()], ["alert-1-team"]);
  assert.match(first.text, new RegExp(`^${kibana.url}/s/team/app/dashboards#/view/${dashboard?.id}$`, "m"));
  assert.match((await run(kibana, PACK, { space: "team" })).text, /^Nothing to change$/m);
  const newer = await run(kibana, NEWER, { space: "team" });
  assert.equal(newer.notes, "");
  assert.equal(objects.get(`dashboard/${dashboard?.id}`)?.attributes["panelsJSON"], "[2]");
  assert.deepEqual(objects.get(`dashboard/${dashboard?.id}`)?.references.map(({ id }) => id), [view?.id]);
  assert.equal(objects.size, 2);
  await run(kibana, PACK, { space: "team", remove: true });
  assert.deepEqual(kibana.contents.filter((name) => name.startsWith("team")), []);
  assert.equal(kibana.contents.length, 5);
});

Deno.test("setup kibana goes on after an object that Kibana refuses, says why, and fails", async () => {
  await using kibana = await started();
  const dashboard = { ...DASHBOARD, id: "other", references: [{ type: "index-pattern", id: "gone", name: "x" }] };
  const pack = {
    alerts: [asset("bad", { name: "bad" }), asset("alert-1", ALERT)],
    dashboards: [asset(DATA_VIEW.id, DATA_VIEW), asset("other", dashboard), asset(DASHBOARD.id, DASHBOARD)],
  };
  const { isDone, text, notes } = await run(kibana, pack);
  assert.equal(isDone, false);
  assert.match(notes, /^alert bad: not installed: Cannot set up .*was answered 400: .*expected value, but got/m);
  assert.match(notes, /^dashboard other: not installed: it needs index-pattern\/gone, which this space does not have/m);
  assert.match(
    text,
    /^alert alert-1: created, disabled\ndata view .*: created\ndashboard bedrock-otel-overview: created$/m,
  );
});

Deno.test("setup kibana replaces nothing that has its id and is not known as its own", async () => {
  await using kibana = await started();
  const mine = { ...DASHBOARD, attributes: { title: "Mine", description: "" }, references: [] };
  kibana.space().objects.set(`dashboard/${DASHBOARD.id}`, mine);
  const { isDone, text, notes } = await run(kibana, PACK);
  assert.equal(isDone, false);
  assert.match(notes, /^dashboard .*: not installed: something else has its id there/m);
  assert.match(text, /^data view .*: created$/m);
  assert.equal(kibana.space().objects.get(`dashboard/${DASHBOARD.id}`)?.attributes["title"], "Mine");
});

Deno.test("setup kibana says when several copies of an object are there", async () => {
  await using kibana = await started("team");
  await run(kibana, PACK);
  const { objects } = kibana.space("team");
  for (const id of ["copy-1", "copy-2"]) {
    objects.set(`dashboard/${id}`, { ...DASHBOARD, id, originId: DASHBOARD.id, attributes: { title: "Renamed" } });
  }
  const { notes } = await run(kibana, PACK, { space: "team" });
  assert.match(notes, /^dashboard .*: not installed: several copies of it are there: delete all but one$/m);
});
