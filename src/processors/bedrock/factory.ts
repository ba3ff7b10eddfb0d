import type { Problem, ProcessorFactory } from "../../component.ts";
import { type BedrockConfig, bedrockSchema } from "./config.ts";
import { BedrockProcessor } from "./processor.ts";
import { redactionProblems } from "./redaction/settings.ts";

/** The processor `bedrock`: maps model invocation logs. */
export const bedrockFactory: ProcessorFactory<BedrockConfig> = {
  type: "bedrock",
  description: "Maps Amazon Bedrock model invocation logs",
  signals: ["logs"],
  schema: bedrockSchema,
  check: (config) => [...redactionProblems(config), ...routingFields(config)],
  permissions: () => ({}),
  bodyBuckets: ({ bodies }) => bodies.mode === "join" ? bodies.allowed_buckets : [],
  create: (context) => new BedrockProcessor(context),
};

/** Attributes that decide where a record goes and whether it is a duplicate, and what to do instead of setting them. */
const ROUTING: Readonly<Record<string, string>> = {
  "data_stream.type": "it is always logs",
  "data_stream.dataset": "it is always aws_bedrock.invocation",
  "data_stream.namespace": "set namespace",
  "elasticsearch.document_id": "set document_id",
  "elasticsearch.index": "set namespace",
  tags: "set tags",
};

function routingFields({ fields }: BedrockConfig): Problem[] {
  return Object.keys(fields).filter((name) => Object.hasOwn(ROUTING, name)).map((name) => ({
    path: "fields",
    message: `expected no ${name}: ${ROUTING[name]}`,
  }));
}
