/** The templates that `setup elasticsearch` installs; `deno task generate` makes them from `mappings/`. */
import invocation from "../mappings/generated/elasticsearch/index_template/bedrock-otel-invocation.json" with {
  type: "json",
};
import invocationMappings from "../mappings/generated/elasticsearch/component_template/bedrock-otel-invocation@mappings.json" with {
  type: "json",
};
import invocationSettings from "../mappings/generated/elasticsearch/component_template/bedrock-otel-invocation@settings.json" with {
  type: "json",
};
import type { Template } from "../mappings/templates.ts";

export type { Template };

/** An index template of ours, with a data stream that it is for. */
export interface IndexTemplate extends Template {
  readonly body: typeof invocation;
  readonly dataStream: string;
}

/** What is added to the priority to stand above the integration's template (200). */
const OVERRIDE = 100;

/** The index templates, one for each data stream. */
export function indexTemplates({ overrideIntegration }: { overrideIntegration: boolean }): IndexTemplate[] {
  return [{
    kind: "index_template",
    name: "bedrock-otel-invocation",
    body: { ...invocation, priority: invocation.priority + (overrideIntegration ? OVERRIDE : 0) },
    dataStream: "logs-aws_bedrock.invocation-default",
  }];
}

/** What the index templates are composed of. */
export const COMPONENT_TEMPLATES: readonly Template[] = [
  { kind: "component_template", name: "bedrock-otel-invocation@settings", body: invocationSettings },
  { kind: "component_template", name: "bedrock-otel-invocation@mappings", body: invocationMappings },
];
