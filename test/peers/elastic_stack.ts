/** What the Elasticsearch of the tests has not of the Elastic Stack. */
import assert from "node:assert/strict";
import type { ElasticsearchPeer } from "./elasticsearch.ts";

/** What the stack's own templates for OpenTelemetry do, as far as documents of mode otel need it. */
export async function addStackTemplates(peer: ElasticsearchPeer): Promise<void> {
  const passthrough = (priority: number) => ({ type: "passthrough", dynamic: true, priority });
  const objects = ["attributes", "resource.attributes", "scope.attributes"];
  for (const pattern of ["logs-*.otel-*", "metrics-*.otel-*"]) {
    const answer = await peer.ask("PUT", `/_index_template/stack-${pattern.slice(0, 4)}`, {
      index_patterns: [pattern],
      data_stream: {},
      priority: 120,
      template: {
        mappings: {
          date_detection: false,
          dynamic: false,
          properties: {
            "@timestamp": { type: "date" },
            attributes: passthrough(20),
            scope: { properties: { attributes: passthrough(30) } },
            resource: { properties: { attributes: passthrough(40) } },
            metrics: passthrough(10),
          },
          dynamic_templates: [
            {
              complex_attributes: {
                path_match: objects.map((name) => `${name}.*`),
                match_mapping_type: "object",
                mapping: { type: "flattened" },
              },
            },
            { strings: { match_mapping_type: "string", mapping: { type: "keyword", ignore_above: 1024 } } },
          ],
        },
      },
    });
    assert.deepEqual(answer, { acknowledged: true });
  }
}

/** A query in KQL as one in Lucene's language: what assets use of it differs in letters only. */
export function luceneOf(kql: string): string {
  const parts = kql.split(/("(?:[^"\\]|\\.)*")/);
  return parts.map((part, at) =>
    at % 2 === 1 ? part : part.replace(/\b(?:and|or|not)\b/g, (word) => word.toUpperCase()).replaceAll("/", "\\/")
  ).join("").replaceAll("\n", " ");
}
