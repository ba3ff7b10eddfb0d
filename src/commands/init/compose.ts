/** The text of a configuration for a few answers, with comments for whoever goes on with it. */
import { regionOfQueueUrl } from "../../receivers/awss3/queue/queue_url.ts";

export const TARGETS = ["elasticsearch", "collector", "elastic", "apm", "otlp", "file"] as const;
export const MODES = ["ecs", "integration", "otel", "raw"] as const;
export const CONTENTS = ["full", "redacted", "metadata_only"] as const;

/** What a configuration is made of. At least one source is there. */
export interface Answers {
  readonly queueUrl?: string | undefined;
  /** Name of a bucket to list; not beside a queue. */
  readonly bucket?: string | undefined;
  /** Name or ARN. */
  readonly logGroup?: string | undefined;
  readonly metrics: boolean;
  readonly to: typeof TARGETS[number];
  readonly endpoint?: string | undefined;
  /** Default: what the target keeps best. */
  readonly mode?: typeof MODES[number] | undefined;
  readonly content: typeof CONTENTS[number];
}

/** What each target keeps best. */
const MODE_OF: Readonly<Record<Answers["to"], typeof MODES[number]>> = {
  elasticsearch: "ecs",
  collector: "ecs",
  elastic: "otel",
  apm: "raw",
  otlp: "otel",
  file: "ecs",
};

interface Target {
  readonly exporter: string;
  /** For people, above it. */
  readonly note?: string;
  /** Where it is, as long as nobody says; for file a path. */
  readonly endpoint: string;
  readonly settings?: readonly string[];
}

const TARGET: Readonly<Record<Answers["to"], Target>> = {
  elasticsearch: {
    exporter: "elasticsearch",
    endpoint: "${env:ELASTICSEARCH_URL:-http://localhost:9200}",
    settings: ['api_key: "${env:ELASTIC_API_KEY:-}" # base64 as Kibana shows it, or id:key'],
  },
  collector: {
    exporter: "otlp_http",
    note: "The Collector's settings: examples/collector/elasticsearch.yaml",
    endpoint: "${env:OTEL_EXPORTER_OTLP_ENDPOINT:-http://localhost:4318}",
  },
  elastic: {
    exporter: "otlp_http",
    endpoint: "${env:ELASTIC_OTLP_ENDPOINT:-https://my-deployment.ingest.us-east-1.aws.elastic.cloud:443}",
    settings: ["target: elastic", 'headers: { Authorization: "ApiKey ${env:ELASTIC_API_KEY:-set-me}" }'],
  },
  apm: {
    exporter: "otlp_http",
    endpoint: "${env:APM_SERVER_URL:-http://localhost:8200}",
    settings: ["target: apm", 'headers: { Authorization: "Bearer ${env:APM_SECRET_TOKEN:-set-me}" }'],
  },
  otlp: {
    exporter: "otlp_http",
    endpoint: "${env:OTEL_EXPORTER_OTLP_ENDPOINT:-http://localhost:4318}",
    settings: ['# headers: { Authorization: "Bearer ${env:STORE_TOKEN}" } # where the store asks for a key'],
  },
  file: { exporter: "file", endpoint: "./records.jsonl" },
};

/** The whole file. */
export function composeConfig(answers: Answers): string {
  const { exporter } = TARGET[answers.to];
  const mode = answers.mode ?? MODE_OF[answers.to];
  const sources = sourcesOf(answers);
  const ids = sources.map(({ id }) => id);
  const metricsMode = mode === "raw" ? "ecs" : mode;
  const receivers = [
    ...sources.map(({ text }) => text),
    ...answers.metrics ? [metricsOf(answers, metricsMode)] : [],
  ];
  const pipelines = [
    ...ids.length > 0
      ? [`    logs: { receivers: [${ids.join(", ")}], processors: [bedrock], exporters: [${exporter}] }`]
      : [],
    ...answers.metrics ? [`    metrics: { receivers: [awscloudwatchmetrics], exporters: [${exporter}] }`] : [],
  ];
  return `# yaml-language-server: $schema=bedrock-otel.schema.json
# The schema, for editors that check and complete: bedrock-otel schema > bedrock-otel.schema.json

# Where the records come from.
receivers:
${receivers.join("\n")}
${
    ids.length === 0 ? "" : `
# What becomes of them.
processors:
  bedrock:
    mapping: ${mode} # ecs | integration | otel | raw
    content: ${answers.content} # full | redacted | metadata_only: no prompt and no answer leaves the program
`
  }
# Where they go.
exporters:
${exporterOf(answers)}
  # What can never be delivered, so that it holds nothing up.
  file/dead_letter:
    path: ./dead_letter.jsonl

# How it is: bedrock-otel health
extensions:
  health_check:

service:
  # Where it remembers what is done. A queue needs none.
  storage: { directory: ./state }
  dead_letter: file/dead_letter
  extensions: [health_check]
  pipelines:
${pipelines.join("\n")}
`;
}

/** JSON is YAML, also for what would mean something else without quotes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function sourcesOf({ queueUrl, bucket, logGroup }: Answers): { id: string; text: string }[] {
  const sources: { id: string; text: string }[] = [];
  if (queueUrl !== undefined) {
    sources.push({
      id: "awss3",
      text: `  # Objects that the bucket announces in this queue.\n  awss3:\n    queue_url: ${quoted(queueUrl)}`,
    });
  }
  if (bucket !== undefined) {
    const arn = quoted(bucket.startsWith("arn:") ? bucket : `arn:aws:s3:::${bucket}`);
    sources.push({
      id: "awss3",
      text: `  # The bucket, listed every two minutes: one process only.\n  awss3:\n    bucket_arn: ${arn}`,
    });
  }
  if (logGroup !== undefined) {
    const setting = logGroup.startsWith("arn:") ? "log_group_arn" : "log_group_name";
    const text = [
      "  # All that the group holds, then what comes; with start_position: end only what comes.",
      "  awscloudwatch:",
      `    ${setting}: ${quoted(logGroup)}`,
    ];
    sources.push({ id: "awscloudwatch", text: text.join("\n") });
  }
  return sources;
}

function metricsOf({ queueUrl }: Answers, mode: string): string {
  const region = queueUrl === undefined ? undefined : regionOfQueueUrl(queueUrl);
  return `  # CloudWatch's metrics of Bedrock; AWS bills each one that is asked for.
  awscloudwatchmetrics:
    regions: [${quoted(region ?? "${env:AWS_REGION:-us-east-1}")}]
    mapping: ${mode}`;
}

/** What installs the index templates that the documents need; undefined where they need none of ours. */
export function setupCommand({ to, metrics, mode = MODE_OF[to] }: Answers): string | undefined {
  if (to !== "elasticsearch" && to !== "collector") return undefined;
  const command = "bedrock-otel setup elasticsearch --url URL";
  switch (mode) {
    case "ecs":
      return command;
    case "integration":
      return `${command} --mode integration`;
    case "raw":
      return metrics ? `${command} --override-integration metrics` : undefined;
    case "otel":
      return undefined;
  }
}

function exporterOf(answers: Answers): string {
  const { exporter, note, endpoint, settings = [] } = TARGET[answers.to];
  const setup = setupCommand(answers);
  const lines = [
    ...note === undefined ? [] : [`# ${note}`],
    ...setup === undefined ? [] : [`# Once before: ${setup}`],
    `${exporter}:`,
    `  ${exporter === "file" ? "path" : "endpoint"}: ${quoted(answers.endpoint ?? endpoint)}`,
    ...settings.map((setting) => `  ${setting}`),
  ];
  return lines.map((line) => `  ${line}`).join("\n");
}
