/** All checks of a configuration. Each only looks: nothing is received, acknowledged, written or remembered anywhere. */
import { type Signal, SIGNALS } from "../../component/batch.ts";
import { typeOf } from "../../component/component_id.ts";
import { EVENTS } from "../../components.ts";
import type { AwsSettings } from "../../aws/settings.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { settingOf, usedIds } from "../../config/pipelines.ts";
import { type ElasticsearchConfig, elasticsearchSchema } from "../../exporters/elasticsearch/config.ts";
import { elasticsearchFactory } from "../../exporters/elasticsearch/factory.ts";
import type { BedrockConfig } from "../../processors/bedrock/config.ts";
import type { FileReceiverConfig } from "../../receivers/file/config.ts";
import type { OtlpHttpConfig } from "../../exporters/otlp_http/config.ts";
import { type AwscloudwatchConfig, regionOf } from "../../receivers/awscloudwatch/config.ts";
import { type MetricsConfig, regionsOf } from "../../receivers/awscloudwatchmetrics/config.ts";
import { type Awss3Config, listedBucket, type QueueConfig } from "../../receivers/awss3/config.ts";
import { regionOfQueueUrl } from "../../receivers/awss3/queue/queue_url.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { UsageError } from "../command.ts";
import { urlProblem } from "../setup/setup_server.ts";
import { bedrockChecks, groupOf, loggingBuckets, logGroupChecks, metricsChecks } from "./aws_checks.ts";
import { bucketChecks } from "./bucket_checks.ts";
import { callerChecks, profileChecks } from "./caller_checks.ts";
import type { Check, Finding } from "./check.ts";
import { elasticsearchChecks } from "./elasticsearch_checks.ts";
import { otlpChecks } from "./endpoint_checks.ts";
import { fileChecks, permissionChecks, readFileChecks, stateChecks } from "./local_checks.ts";
import { portChecks } from "./port_checks.ts";
import { queueChecks } from "./queue_checks.ts";
import { writtenStreams } from "./written_streams.ts";

export interface DoctorOptions {
  /** Elasticsearch behind a Collector, whose templates are looked at too; the key is `ELASTIC_API_KEY`. */
  readonly elasticsearchUrl?: string | undefined;
}

/** Makes every check that the configuration gives rise to. */
export async function examine(config: LoadedConfig, options: DoctorOptions = {}): Promise<readonly Finding[]> {
  const elasticsearch = options.elasticsearchUrl === undefined ? undefined : behindCollector(options.elasticsearchUrl);
  // Calls are counted for nobody.
  const events = new EventReporter({ write() {} }, EVENTS);
  const checks: Check[] = [
    () => permissionChecks(config),
    () => stateChecks(config),
    () => portChecks(config),
    ...[...usedIds(config.service, "receivers")].flatMap((id) => receiverChecks(id, { config, events })),
    ...[...usedIds(config.service, "processors")].flatMap((id) => processorChecks(id, { config })),
    ...[...usedIds(config.service, "exporters")].flatMap((id) => exporterChecks(id, { config })),
  ];
  if (elasticsearch !== undefined) {
    checks.push(() =>
      elasticsearchChecks("--elasticsearch-url", { config: elasticsearch, streams: writtenStreams(config) })
    );
  }
  return (await Promise.all(checks.map((check) => check()))).flat();
}

/** @throws {UsageError} the URL or the key is none. Neither is shown, as a URL may hold a password. */
function behindCollector(url: string): ElasticsearchConfig {
  const problem = urlProblem(url);
  if (problem !== undefined) throw new UsageError(`Cannot look at --elasticsearch-url: ${problem}`);
  const api_key = Deno.env.get("ELASTIC_API_KEY")?.trim();
  const config = elasticsearchSchema.parse({ endpoint: url, api_key });
  const [wrong] = elasticsearchFactory.check?.(config) ?? [];
  if (wrong !== undefined) {
    throw new UsageError(`Cannot look at --elasticsearch-url: ELASTIC_API_KEY: ${wrong.message}`);
  }
  return config;
}

interface Given {
  readonly config: LoadedConfig;
  readonly events: EventReporter;
}

function receiverChecks(id: string, { config, events }: Given): Check[] {
  const receiver = config.receivers.get(id);
  switch (receiver?.factory.type) {
    case "awss3":
      return s3Checks(id, { config: receiver.config as Awss3Config, events });
    case "awscloudwatch": {
      const settings = receiver.config as AwscloudwatchConfig;
      const region = regionOf(settings);
      const expected = { kind: "cloudwatch", group: groupOf(settings) } as const;
      const others = [() => logGroupChecks(id, { config: settings, events })];
      return [awsChecks(id, { settings, region, expected, others })];
    }
    case "awscloudwatchmetrics": {
      const settings = receiver.config as MetricsConfig;
      const others = [() => metricsChecks(id, { config: settings, events })];
      return [() => callerChecks(id, { settings, region: regionsOf(settings)[0], others })];
    }
    case "file":
      return [() => readFileChecks(id, receiver.config as FileReceiverConfig)];
    default:
      return [];
  }
}

function processorChecks(id: string, { config }: Pick<Given, "config">): Check[] {
  const processor = config.processors.get(id);
  if (processor?.factory.type !== "bedrock") return [];
  const { resolve_inference_profiles, aws } = processor.config as BedrockConfig;
  return resolve_inference_profiles ? [() => profileChecks(id, aws)] : [];
}

function awsChecks(
  id: string,
  { settings, region, expected, others }: {
    settings: AwsSettings;
    region: string | undefined;
    expected: Parameters<typeof bedrockChecks>[1]["expected"];
    others: readonly Check[];
  },
): Check {
  const bedrock = () => bedrockChecks(id, { settings, region, expected });
  return () => callerChecks(id, { settings, region, others: [bedrock, ...others] });
}

function s3Checks(id: string, { config, events }: { config: Awss3Config; events: EventReporter }): Check[] {
  const listed = listedBucket(config);
  const { queue_url } = config;
  if (queue_url === undefined) {
    const bucket = config.bucket_arn === undefined ? undefined : listed?.name;
    const others = listed === undefined
      ? []
      : [() => bucketChecks(id, { bucket: listed, config, events, onlyDoctor: false })];
    return [awsChecks(id, { settings: config, region: config.region, expected: { kind: "s3", bucket }, others })];
  }
  const region = config.region ?? regionOfQueueUrl(queue_url);
  const queue: QueueConfig = { ...config, queue_url };
  const buckets = config.allowed_buckets ?? [];
  const behindQueue = async () => {
    const names = buckets.length > 0 ? buckets : await loggingBuckets({ settings: config, region });
    const found = await Promise.all([
      queueChecks(id, { config: queue, buckets: names }),
      ...names.map((name) => bucketChecks(id, { bucket: { name, region }, config, events, onlyDoctor: true })),
    ]);
    return found.flat();
  };
  const expected = { kind: "s3", bucket: buckets.length === 1 ? buckets[0] : undefined } as const;
  return [awsChecks(id, { settings: config, region, expected, others: [behindQueue] })];
}

function exporterChecks(id: string, { config }: Pick<Given, "config">): Check[] {
  const exporter = config.exporters.get(id);
  switch (exporter?.factory.type) {
    case "otlp_http":
      return [() => otlpChecks(id, { config: exporter.config as OtlpHttpConfig, signals: signalsOf(id, config) })];
    case "elasticsearch":
      return [
        () =>
          elasticsearchChecks(id, {
            config: exporter.config as ElasticsearchConfig,
            streams: writtenStreams(config, id),
          }),
      ];
    case "file":
      return [() => fileChecks(id, settingOf(exporter, "path") ?? "")];
    default:
      return [];
  }
}

function signalsOf(id: string, { service }: LoadedConfig): Signal[] {
  return SIGNALS.filter((signal) =>
    Object.entries(service.pipelines).some(([name, { exporters }]) => typeOf(name) === signal && exporters.includes(id))
  );
}

/** What is told at the end: 1 where anything failed, or with `strict` where anything is not known. */
export function exitCodeOf(findings: readonly Finding[], { strict }: { strict: boolean }): 0 | 1 {
  return findings.some(({ status }) => status === "failed" || (strict && status === "unknown")) ? 1 : 0;
}
