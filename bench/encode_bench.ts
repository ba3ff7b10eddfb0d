/**
 * Encoding alone: requests of 500 records of about 6 KB with 30 attributes, structured messages among them, by our
 * serializers and by the SDK's. `deno bench bench/encode_bench.ts`; records per second = 500 / time per iteration.
 */
import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { typesIn } from "../src/mappings/field.ts";
import { INVOCATION_FIELDS } from "../src/mappings/generated/invocation.ts";
import { createLogsEncoder } from "../src/otlp/logs.ts";
import type { LogRecord } from "../src/component/batch.ts";

const RECORDS = 500;
const WORDS = "weather tomorrow in the valley will be mostly sunny with light wind and 21 degrees".split(" ");
const records = makeRecords();
const typeOf = typesIn(INVOCATION_FIELDS);
const protobuf = createLogsEncoder("proto", typeOf);
const json = createLogsEncoder("json", typeOf);

Deno.bench("bedrock-otel protobuf", { group: "protobuf", baseline: true }, () => {
  protobuf(records);
});
Deno.bench("SDK protobuf", { group: "protobuf" }, () => {
  ProtobufLogsSerializer.serializeRequest(records);
});
Deno.bench("bedrock-otel JSON", { group: "json", baseline: true }, () => {
  json(records);
});
Deno.bench("SDK JSON", { group: "json" }, () => {
  JsonLogsSerializer.serializeRequest(records);
});

/** Records as the data path has them: their values come from `JSON.parse`, no two share a text. */
function makeRecords(): LogRecord[] {
  const resource = resourceFromAttributes({ "cloud.provider": "aws", "service.name": "bedrock-otel" });
  const instrumentationScope = { name: "bedrock-otel", version: "0.1.0" };
  const source = { name: "s3://bench/object.json.gz" };
  return Array.from({ length: RECORDS }, (_, index) => {
    const attributes = JSON.parse(JSON.stringify(attributesOf(index))) as Record<string, unknown>;
    const sizeBytes = JSON.stringify(attributes).length;
    return {
      hrTime: [1_760_000_000 + index, 123_000_000],
      hrTimeObserved: [1_760_000_100, 456_789_012],
      severityNumber: 9,
      severityText: "INFO",
      resource,
      instrumentationScope,
      attributes,
      droppedAttributesCount: 0,
      origin: { source, position: index, id: String(index), sizeBytes },
      sizeBytes,
    };
  });
}

function attributesOf(index: number): Record<string, unknown> {
  return {
    "data_stream.type": "logs",
    "data_stream.dataset": "aws_bedrock.invocation",
    "data_stream.namespace": "default",
    "event.kind": "event",
    "event.module": "aws_bedrock",
    "event.dataset": "aws_bedrock.invocation",
    "event.action": "Converse",
    "event.outcome": "success",
    "event.id": `5b3d7d0e-0000-4000-8000-${String(index).padStart(12, "0")}`,
    "event.duration": 1_234_000_000 + index,
    "cloud.account.id": "123456789012",
    "cloud.region": "us-east-1",
    "user.id": `arn:aws:sts::123456789012:assumed-role/app/session-${index}`,
    "gen_ai.provider.name": "aws.bedrock",
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "anthropic.claude-3-haiku-20240307-v1:0",
    "gen_ai.request.max_tokens": 1024,
    "gen_ai.request.temperature": index % 2,
    "gen_ai.request.top_p": 0.9,
    "gen_ai.request.stream": false,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 512 + index,
    "gen_ai.usage.output_tokens": 256,
    "gen_ai.system_instructions": [{ type: "text", content: "You answer questions about the weather, briefly." }],
    "gen_ai.input.messages": [
      { role: "user", parts: [{ type: "text", content: text(index, 1200) }] },
      { role: "assistant", parts: [{ type: "tool_call", id: "t1", name: "weather", arguments: '{"city":"Zürich"}' }] },
      { role: "tool", parts: [{ type: "tool_call_response", id: "t1", response: '{"celsius":21}' }] },
      { role: "user", parts: [{ type: "text", content: text(index + 1, 900) }] },
    ],
    "gen_ai.output.messages": [
      { role: "assistant", parts: [{ type: "text", content: text(index + 2, 1200) }], finish_reason: "stop" },
    ],
    "aws_bedrock.invocation.output.completion_text": text(index + 2, 1200),
    "aws.s3.bucket.name": "bedrock-logs",
    "aws.s3.object.key": "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2025/10/09/12/x.json.gz",
    "elasticsearch.document_id": `0123456789abcdef0123456789abcdef-${String(index).padStart(12, "0")}`,
  };
}

function text(seed: number, length: number): string {
  let text = "";
  for (let i = seed; text.length < length; i += 7) text += `${WORDS[(i * 31 + seed) % WORDS.length]} `;
  return text.slice(0, length);
}
