import { z } from "zod";
import { awsShape, bucketName } from "../../aws/settings.ts";
import { duration, size } from "../../config/settings.ts";
import { NAMESPACE, NAMESPACE_RULE } from "../../config/namespace.ts";
import { MODES } from "../../mappings/field.ts";
import { SEMCONVS } from "../../mappings/semconv.ts";
import { INTEGRATION_VERSION } from "./integration_version.ts";
import { redactionShape } from "./redaction/settings.ts";

const names = (...defaults: string[]) => z.array(z.string().min(1)).default(defaults);

const bodies = z.strictObject({
  mode: z.enum(["join", "reference"]).default("join").describe(
    "join: a body that was stored beside the log is read into its record, as if it had been logged there; " +
      "reference: only its path stays.",
  ),
  max_body_size: size({ min: "1KiB", max: "64MiB" }).prefault("4MiB").describe(
    "Largest body to join, uncompressed. Of a larger one only the path stays, and error.message reports that.",
  ),
  body_wait: duration({ max: "15m" }).prefault("30s").describe(
    "How long to wait for a missing body after its log was written. Later a missing body is reported at once.",
  ),
  allowed_buckets: z.array(bucketName()).default([]).describe(
    "Buckets besides the log's own from which bodies may be read.",
  ),
});

/** Parsed and described like the settings of a receiver. */
const aws = z.strictObject(awsShape);

const exclude = z.strictObject({
  operations: names().describe("Operations to leave out, such as Converse or Invoke*."),
  models: names().describe(
    "Models to leave out: ids or ARNs as logged, what follows the ARN's last slash, or the model behind an inference " +
      "profile, as far as it is known.",
  ),
  accounts: z.array(
    z.string().regex(/^(?:\d{12}|\d*\*[\d*]*)$/, {
      error: "expected an account id of 12 digits, or the beginning of one and *",
    }),
  ).default([]).describe("Accounts to leave out: 12 digits each."),
});

const staticValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** Settings of `bedrock`: what a record of an invocation looks like when it leaves. */
export const bedrockSchema = z.strictObject({
  mapping: z.enum(MODES).default("ecs").describe(
    "ecs: fields by ECS and OpenTelemetry's names; integration: the document that the ingest pipeline of Elastic's " +
      `integration aws_bedrock ${INTEGRATION_VERSION} makes, with later fields (docs/elastic.md); otel: OpenTelemetry's ` +
      "conventions and aws_bedrock.* for the rest; raw: the original text, for that pipeline.",
  ),
  semconv: z.enum(SEMCONVS).default("genai-0.1.0").describe(
    "Version of OpenTelemetry's GenAI conventions that mode otel follows: 1.41, the last one in the core conventions, or " +
      "genai-0.1.0, the first one of the GenAI repository.",
  ),
  namespace: z.string().regex(NAMESPACE, { error: NAMESPACE_RULE }).default("default").describe(
    "Namespace of the data stream.",
  ),
  document_id: z.enum(["source", "request_id", "none"]).default("source").describe(
    "What makes a document unique: its place in the source, the invocation's request id, or nothing.",
  ),
  content: z.enum(["full", "metadata_only", "redacted"]).default("full").describe(
    "metadata_only: nothing of a prompt, an answer or an original text leaves; redacted: without what the rules in " +
      "redact find.",
  ),
  ...redactionShape,
  metadata_keys: names().describe("Keys of requestMetadata that may leave with content: metadata_only."),
  tags: names("forwarded", "aws-bedrock-invocation").describe("Tags of every record."),
  fields: z.record(z.string(), staticValue).default({}).describe("Static attributes of every record."),
  exclude: exclude.prefault({}).describe("Records to leave out; * stands for any characters."),
  preserve_original_event: z.boolean().default(false).describe(
    "Keep the original text in event.original (ecs, integration) and add the tag preserve_original_event.",
  ),
  max_text_length: z.int().min(1).default(32_766).describe(
    "Most UTF-8 bytes of input.prompt_text and of output.completion_text (ecs).",
  ),
  conversation_id_keys: names("conversation_id", "conversationId", "session_id", "sessionId").describe(
    "Keys of requestMetadata that hold the conversation's id; the first one present is taken.",
  ),
  agent_id_keys: names("agent_id", "agentId").describe("Keys of requestMetadata that hold the agent's id."),
  agent_name_keys: names("agent_name", "agentName").describe("Keys of requestMetadata that hold the agent's name."),
  inference_profiles: z.record(z.string().min(1), z.string().min(1)).default({}).describe(
    "Models behind application inference profiles, by the profile's ARN or id; also behind other ids that do not say it, " +
      "as of provisioned throughput.",
  ),
  resolve_inference_profiles: z.boolean().default(false).describe(
    "Ask Bedrock for the models behind application inference profiles that inference_profiles does not name " +
      "(bedrock:GetInferenceProfile). No record waits for it: those until the answer leave without the model.",
  ),
  aws: aws.prefault({}).describe("How Bedrock is asked, with resolve_inference_profiles."),
  bodies: bodies.prefault({}).describe("What becomes of bodies that Bedrock stored beside the log."),
});

export type BedrockConfig = z.infer<typeof bedrockSchema>;
