import type { ExporterFactory, Problem } from "../../component/component.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { connectionPermissions, connectionProblems } from "../../endpoint/connection.ts";
import { type ElasticsearchConfig, elasticsearchSchema, nodesOf } from "./config.ts";
import { ELASTICSEARCH_EVENTS } from "./events.ts";
import { ElasticsearchOwnTelemetry } from "./own_telemetry.ts";
import { ElasticsearchExporter } from "./exporter.ts";

/** The exporter `elasticsearch`: straight into data streams, delivered when stored. */
export const elasticsearchFactory: ExporterFactory<ElasticsearchConfig> = {
  type: "elasticsearch",
  description: "Writes documents into Elasticsearch's data streams; delivered is what Elasticsearch has stored",
  signals: ["logs", "metrics"],
  events: ELASTICSEARCH_EVENTS,
  schema: elasticsearchSchema,
  check: (config) => [...placeProblems(config), ...authProblems(config), ...connectionProblems(config)],
  place: (config) => nodesOf(config).join("+"),
  permissions: (config) => connectionPermissions(config, nodesOf(config).map((node) => new URL(node))),
  ownTelemetry: (config, settings) => new ElasticsearchOwnTelemetry(config, settings),
  create: (context) => new ElasticsearchExporter(context, typesIn(INVOCATION_FIELDS)),
};

const PLACES = ["endpoint", "endpoints", "cloudid"] as const;

function placeProblems(config: ElasticsearchConfig): Problem[] {
  const set = PLACES.filter((name) => config[name] !== undefined);
  if (set.length !== 1) {
    const found = set.length === 0 ? "none is" : `${set.join(" and ")} are`;
    return [{ path: "", message: `exactly one of ${PLACES.join(", ")} must be set, ${found}` }];
  }
  const nodes = nodesOf(config);
  if (nodes.length === 0) return [{ path: "cloudid", message: "expected a Cloud ID as Elastic Cloud shows it" }];
  const hasSecret = nodes.map((node) => new URL(node)).some(({ username, password, search }) =>
    username + password + search !== ""
  );
  return hasSecret
    ? [{
      path: set[0] ?? "",
      message: "expected a URL without user:password@ and query; set api_key, or user and password",
    }]
    : [];
}

function authProblems({ api_key, user, password }: ElasticsearchConfig): Problem[] {
  const problems: Problem[] = [];
  if (api_key !== undefined && user !== undefined) {
    problems.push({ path: "user", message: "excludes api_key: set one" });
  }
  if (user !== undefined && password === undefined) {
    problems.push({ path: "user", message: "needs password beside it" });
  }
  if (password !== undefined && user === undefined) {
    problems.push({ path: "password", message: "needs user beside it" });
  }
  if (api_key !== undefined && !/^[!-~]*$/.test(api_key)) {
    problems.push({ path: "api_key", message: "expected an API key in one line, base64 as Kibana shows it" });
  }
  return problems;
}
