import { z } from "zod";
import { ElasticsearchClient, type ElasticsearchSettings, faultOfStatus } from "../../elasticsearch/client.ts";
import { dataStreamsOf, type DataStreamState } from "../../elasticsearch/lifecycle.ts";
import { productOf, productProblem } from "../../elasticsearch/product.ts";
import { templateInForce } from "../../elasticsearch/template_in_force.ts";
import { clientSettings, type ElasticsearchConfig } from "../../exporters/elasticsearch/config.ts";
import { parseJson } from "../../component/json.ts";
import { failed, type Finding, judged, ok, TIMEOUT_MS, unknown, unreached } from "./check.ts";
import type { WrittenStream } from "./written_streams.ts";

/** What all checks of one Elasticsearch need. */
interface Given {
  /** Of the exporter. */
  readonly id: string;
  readonly client: ElasticsearchClient;
}

/**
 * Every node is an Elasticsearch that is new enough; Elasticsearch has a license that is in force, lets the key write, and has for each
 * data stream a template of the right mode; then how long it keeps documents, and whether it has a failure store.
 */
export async function elasticsearchChecks(
  id: string,
  { config, streams }: { config: ElasticsearchConfig; streams: readonly WrittenStream[] },
): Promise<readonly Finding[]> {
  const settings = { ...clientSettings(config), timeout: Math.min(config.timeout, TIMEOUT_MS) };
  const ofNodes = await Promise.all(settings.nodes.map(async (node) => {
    const check = settings.nodes.length > 1 ? `${id}: version of ${node}` : `${id}: version`;
    return {
      node,
      found: await asked(id, { ...settings, nodes: [node] }, async (given) => [await versionOf(given, check)]),
    };
  }));
  const versions = ofNodes.flatMap(({ found }) => found);
  const nodes = ofNodes.filter(({ found }) => found.every(({ status }) => status === "ok")).map(({ node }) => node);
  if (nodes.length === 0) return versions;
  const others = await asked(id, { ...settings, nodes }, async (given) => {
    const ofStreams = streams.map(async (stream) => [
      await template(given, { ...stream, pipeline: config.pipeline }),
      ...await lifecycle(given, stream.name),
    ]);
    return (await Promise.all([license(given), privileges(given, streams), ...ofStreams])).flat();
  });
  return [...versions, ...others];
}

/** What is found by asking Elasticsearch; that it cannot be asked is a finding too. */
async function asked(
  id: string,
  settings: ElasticsearchSettings,
  find: (given: Given) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const client = new ElasticsearchClient(settings);
  try {
    await client.open();
    return await find({ id, client });
  } catch (error) {
    return [failed(`${id}: Elasticsearch`, unreached(error instanceof Error ? error.message : String(error)))];
  } finally {
    client.close();
  }
}

async function versionOf({ client }: Given, check: string): Promise<Finding> {
  const answer = await client.ask("GET", "/");
  if (answer.status === 403 && answer.headers.get("x-elastic-product") === "Elasticsearch") {
    return ok(check, "is Elasticsearch; the key may not ask which (it takes monitor)");
  }
  if (answer.status !== 200) return failed(check, faultOfStatus(answer).message);
  const product = productOf(answer);
  const isServerless = product.name === "Elasticsearch Serverless";
  return judged(check, {
    problem: productProblem(product),
    fine: isServerless ? `${product.name}: this program was not tested with it` : product.version,
  });
}

const licenseSchema = z.object({ license: z.object({ status: z.string(), type: z.string() }) });

async function license({ id, client }: Given): Promise<Finding> {
  const check = `${id}: license`;
  const { status, text } = await client.ask("GET", "/_license");
  const { data } = licenseSchema.safeParse(status === 200 ? parseJson(text) : undefined);
  if (data === undefined) return unknown(check, `Elasticsearch does not tell (${status}): it takes monitor`);
  const { type, status: state } = data.license;
  return judged(check, {
    problem: state === "active"
      ? undefined
      : `${type} is ${state}: renew it, or start basic (POST /_license/start_basic)`,
    fine: `${type}, ${state}`,
  });
}

const WANTED = ["auto_configure", "create_doc"] as const;
const privilegesSchema = z.object({
  has_all_requested: z.boolean(),
  index: z.record(z.string(), z.record(z.string(), z.boolean())).default({}),
});

async function privileges({ id, client }: Given, streams: readonly WrittenStream[]): Promise<Finding> {
  const check = `${id}: privileges`;
  const names = streams.map(({ name }) => name);
  const json = { index: [{ names, privileges: WANTED }] };
  const { status, text } = await client.ask("POST", "/_security/user/_has_privileges", { json });
  const { data } = privilegesSchema.safeParse(status === 200 ? parseJson(text) : undefined);
  if (data === undefined) {
    return unknown(check, `Elasticsearch does not tell (${status}): is its security switched off?`);
  }
  const missing = names.flatMap((name) => {
    const lacked = WANTED.filter((privilege) => data.index[name]?.[privilege] !== true);
    return lacked.length === 0 ? [] : `${lacked.join(" and ")} on ${name}`;
  });
  return judged(check, {
    problem: data.has_all_requested ? undefined : `the key lacks ${missing.join(", ")}`,
    fine: "may write into its data streams",
  });
}

async function template(
  { id, client }: Given,
  { name, mode, pipeline }: WrittenStream & { pipeline: string | undefined },
): Promise<Finding> {
  const check = `${id}: template of ${name}`;
  const finding = await templateInForce(client, name, { mode, pipeline });
  if (finding.kind === "unknown") return unknown(check, finding.text);
  return judged(check, {
    problem: finding.kind === "problem" ? finding.text : undefined,
    fine: mode === undefined ? "is in force" : `is in force, for mode ${mode}`,
  });
}

async function lifecycle({ id, client }: Given, name: string): Promise<Finding[]> {
  const look = async (path: string) => {
    const { status, text } = await client.ask("GET", path);
    if (status === 404) return { data_streams: [] };
    return status === 200 ? parseJson(text) : undefined;
  };
  const checks = { lifecycle: `${id}: lifecycle of ${name}`, failures: `${id}: failure store of ${name}` };
  const streams = await dataStreamsOf(look, encodeURIComponent(name));
  if (streams === undefined) {
    const text = "Elasticsearch does not tell: it takes view_index_metadata";
    return [unknown(checks.lifecycle, text), unknown(checks.failures, text)];
  }
  const [stream] = streams;
  if (stream === undefined) {
    return [ok(checks.lifecycle, "the data stream is not there yet; the first document makes it")];
  }
  return [ok(checks.lifecycle, `documents are kept: ${stream.retention}`), failureStore(checks.failures, stream)];
}

function failureStore(check: string, { hasFailureStore, failuresRetention }: DataStreamState): Finding {
  return ok(
    check,
    hasFailureStore === true
      ? "is on: what Elasticsearch refuses is kept there, prompts among it" +
        (failuresRetention === undefined ? "" : `: ${failuresRetention}`)
      : "is off: what Elasticsearch refuses goes to the dead letter",
  );
}
