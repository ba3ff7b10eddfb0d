import type { EventReporter } from "../../telemetry/event_reporter.ts";
import type { ElasticsearchConfig } from "../../exporters/elasticsearch/config.ts";
import { ElasticsearchConnection, faultOfStatus } from "../../exporters/elasticsearch/connection.ts";
import { failed, type Finding, judged, ok, TIMEOUT_MS, unknown } from "./check.ts";

/** The bulk answers and templates that the program needs are there from this version on. */
const MIN_MAJOR = 8;

/** Elasticsearch is one, new enough, lets the key write, and has templates for these data streams. */
export async function elasticsearchChecks(
  id: string,
  { config, streams, events: _ }: { config: ElasticsearchConfig; streams: readonly string[]; events: EventReporter },
): Promise<readonly Finding[]> {
  const connection = new ElasticsearchConnection({ ...config, timeout: Math.min(config.timeout, TIMEOUT_MS) });
  try {
    await connection.open();
    const version = await versionOf(id, connection);
    if (version.status === "failed") return [version];
    const found = await Promise.all(streams.map((stream) => template(id, { connection, stream, config })));
    return [version, await privileges(id, { connection, streams }), ...found];
  } catch (error) {
    return [failed(`${id}: Elasticsearch`, error instanceof Error ? error.message : String(error))];
  } finally {
    connection.close();
  }
}

async function versionOf(id: string, connection: ElasticsearchConnection): Promise<Finding> {
  const check = `${id}: version`;
  const answer = await connection.ask("GET", "/");
  if (answer.status !== 200) return failed(check, faultOfStatus(answer).message);
  const number = /"number"\s*:\s*"(\d+)\.([\w.-]+)"/.exec(answer.text);
  if (answer.headers.get("x-elastic-product") !== "Elasticsearch" || number === null) {
    return failed(check, "what answers is not Elasticsearch: correct endpoint");
  }
  const version = `${number[1]}.${number[2]}`;
  return judged(check, {
    problem: Number(number[1]) < MIN_MAJOR ? `is ${version}: Elasticsearch ${MIN_MAJOR} or later is needed` : undefined,
    fine: version,
  });
}

async function privileges(
  id: string,
  { connection, streams }: { connection: ElasticsearchConnection; streams: readonly string[] },
): Promise<Finding> {
  const check = `${id}: privileges`;
  const wanted = { index: [{ names: streams, privileges: ["auto_configure", "create_doc"] }] };
  const body = new TextEncoder().encode(JSON.stringify(wanted));
  const { status, text } = await connection.ask("POST", "/_security/user/_has_privileges", body, "application/json");
  if (status !== 200) return unknown(check, `Elasticsearch does not tell (${status}): is its security switched off?`);
  return judged(check, {
    problem: /"has_all_requested"\s*:\s*true/.test(text)
      ? undefined
      : `the key lacks auto_configure and create_doc on ${streams.join(", ")}`,
    fine: "may write into its data streams",
  });
}

async function template(
  id: string,
  { connection, stream, config }: { connection: ElasticsearchConnection; stream: string; config: ElasticsearchConfig },
): Promise<Finding> {
  const check = `${id}: template of ${stream}`;
  const { status, text } = await connection.ask(
    "POST",
    `/_index_template/_simulate_index/${encodeURIComponent(stream)}`,
  );
  if (status === 401 || status === 403) {
    return unknown(check, "Elasticsearch does not allow to look: it takes manage_index_templates");
  }
  if (status !== 200) return failed(check, `Elasticsearch answered ${status}`);
  const isReady = stream.includes(".otel-") || config.pipeline !== undefined ||
    /"managed_by"\s*:\s*"bedrock-otel"|"default_pipeline"\s*:\s*"(?!_none)/.test(text);
  if (isReady) return ok(check, "is in force");
  return failed(check, "none of bedrock-otel is in force: run bedrock-otel setup elasticsearch");
}
