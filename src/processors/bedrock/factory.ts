import type { Problem, ProcessorFactory } from "../../component/component.ts";
import type { FieldDefinition } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { staticFieldProblems } from "../../mappings/static_fields.ts";
import { type BedrockConfig, bedrockSchema } from "./config.ts";
import { BedrockProcessor } from "./processor.ts";
import { profileAdvice, profilePermissions, profileProblems } from "./profiles/settings.ts";
import { redactionProblems } from "./redaction/settings.ts";
import { BEDROCK_EVENTS } from "./events.ts";
import { INTEGRATION_VERSION } from "./integration_version.ts";

/** The processor `bedrock`: maps model invocation logs. */
export const bedrockFactory: ProcessorFactory<BedrockConfig> = {
  type: "bedrock",
  description:
    `Maps Amazon Bedrock model invocation logs (mode integration: documents of aws_bedrock ${INTEGRATION_VERSION})`,
  signals: ["logs"],
  maps: ["logs"],
  events: BEDROCK_EVENTS,
  schema: bedrockSchema,
  check: (config) => [...redactionProblems(config), ...fieldProblems(config), ...profileProblems(config)],
  advice: profileAdvice,
  withholdsBy: ({ content }) => content === "full" ? undefined : "content",
  permissions: (config) => config.resolve_inference_profiles ? profilePermissions(config.aws) : {},
  usesStorage: (config) => config.resolve_inference_profiles,
  bodyBuckets: ({ bodies }) => bodies.mode === "join" ? bodies.allowed_buckets : [],
  create: (context) => new BedrockProcessor(context),
};

/** Attributes that decide where a record goes, or whether it is taken, and what to do instead of setting them. */
const RESERVED: Readonly<Record<string, string>> = {
  "data_stream.type": "it is always logs",
  "data_stream.dataset": "it is always aws_bedrock.invocation",
  "data_stream.namespace": "set namespace",
  "elasticsearch.document_id": "set document_id",
  "elasticsearch.index": "set namespace",
  tags: "set tags",
  // Elasticsearch would refuse every record: the field holds names.
  labels: "name each label, as in labels.team",
};

function fieldProblems({ fields }: BedrockConfig): Problem[] {
  const known = Object.entries<FieldDefinition>(INVOCATION_FIELDS).map(([name, { otlp }]) => ({ name, otlp }));
  const reserved = (name: string) => Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  return staticFieldProblems(fields, { reserved, known });
}
