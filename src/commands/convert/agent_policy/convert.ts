/** An Elastic Agent policy as a configuration of this program. */
import { z } from "zod";
import type { AnyFactory, ComponentTable } from "../../../config/component_table.ts";
import { childSchema, scalarTypes, type Schema, schemaAt, settingNames } from "../../../config/schema.ts";
import { NAMESPACE, NAMESPACE_RULE } from "../../../config/namespace.ts";
import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { additionsOf } from "./beats_processors.ts";
import { convertReferences, fleetSecretWarning, isFleetSecret, secretVariable } from "./references.ts";
import { metricsSettings } from "./metrics.ts";
import { outputsOf } from "./outputs.ts";
import { ofTable, type Stream, streamsOf, unusable } from "./policy.ts";

export interface Conversion {
  /** As it would stand in a file; references to variables are ours. */
  readonly config: Tree;
  /** Every setting that is not in the configuration or has another effect here, each with its path and what to do. */
  readonly warnings: readonly string[];
}

/** The receiver that does what an input does. */
const RECEIVERS: Readonly<Record<string, string>> = {
  "aws-s3": "awss3",
  "aws-cloudwatch": "awscloudwatch",
  "aws/metrics": "awscloudwatchmetrics",
};

/** Settings that only the Agent itself needs. */
const AGENT_OWN: ReadonlySet<string> = new Set([
  "id",
  "name",
  "type",
  "revision",
  "version",
  "meta",
  "policy",
  "package_policy_id",
  "enabled",
  "use_output",
  "data_stream",
  "metricsets",
  "publisher_pipeline",
]);

/** Names that we have in another form. */
const RENAMED: Readonly<Record<string, string>> = {
  include_linked_accounts_with_prefix: "include_linked_accounts_for_prefix_mode",
};

/** Settings that need nothing here, or something else, beside what the receivers say of theirs. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  provider: "endpoint and path_style name the store",
  ssl: "certificate authorities are taken from DENO_CERT or DENO_TLS_CA_STORE",
  parsers: "records are told from their first bytes",
  backup_to_bucket_arn: "objects stay where they are",
  delete_after_backup: "objects stay where they are",
  pipeline: "the pipeline is chosen by the index template (mapping: raw)",
  index: "the data stream follows from namespace",
};

/** The Agent's words in `tags` that are settings here. */
const ORIGINAL_TAG = "preserve_original_event";

/**
 * Converts a standalone policy (`elastic-agent.yml`, or what Fleet shows as "view policy").
 * @throws {ConfigError} it is no policy, or has no stream of Amazon Bedrock.
 */
export function convertPolicy(policy: Tree, table: ComponentTable): Conversion {
  const warnings: string[] = [];
  const warn = (warning: string) => void warnings.push(warning);
  const streams = streamsOf(policy, warn);
  if (streams.length === 0) {
    throw unusable("it has no enabled stream of Amazon Bedrock", ...warnings);
  }
  const outputs = outputsOf(policy, { used: streams.map(outputNameOf), warn });
  const receivers: Record<string, Tree> = {};
  const processors: Record<string, Tree> = {};
  const pipelines: Record<string, Tree> = {};
  for (const stream of streams) {
    const suffix = suffixOf(stream, streams);
    const receiver = `${RECEIVERS[stream.type]}${suffix.receiver}`;
    const converter = new StreamConverter(stream, { id: receiver, factory: factoryOf(stream, table), warn });
    receivers[receiver] = converter.receiver();
    const isLogs = stream.type !== "aws/metrics";
    const processor = `bedrock${suffix.pipeline}`;
    if (isLogs) processors[processor] = converter.processor();
    pipelines[`${isLogs ? "logs" : "metrics"}${suffix.pipeline}`] = {
      receivers: [receiver],
      ...isLogs && { processors: [processor] },
      exporters: [outputs.get(outputNameOf(stream))?.id],
    };
  }
  const config = {
    receivers,
    ...Object.keys(processors).length > 0 && { processors },
    exporters: {
      ...Object.fromEntries(Array.from(outputs.values(), ({ id, settings }) => [id, settings])),
      [DEAD_LETTER]: { path: "./dead_letter.jsonl" },
    },
    // As init writes them.
    extensions: { health_check: {} },
    service: { dead_letter: DEAD_LETTER, extensions: ["health_check"], pipelines },
  };
  return { config, warnings };
}

const DEAD_LETTER = "file/dead_letter";

function outputNameOf({ settings: { use_output } }: Stream): string {
  return isEmpty(use_output) ? "default" : String(use_output);
}

/** What tells the components of several streams of a kind apart: nothing where there is one, else their number. */
function suffixOf(stream: Stream, streams: readonly Stream[]): { receiver: string; pipeline: string } {
  const among = (same: (other: Stream) => boolean) => {
    const others = streams.filter(same);
    return others.length === 1 ? "" : `/${others.indexOf(stream) + 1}`;
  };
  const isMetrics = stream.type === "aws/metrics";
  return {
    receiver: among(({ type }) => type === stream.type),
    pipeline: among(({ type }) => (type === "aws/metrics") === isMetrics),
  };
}

function factoryOf({ type }: Stream, table: ComponentTable): AnyFactory {
  const factory = table.receivers.find((factory) => factory.type === RECEIVERS[type]);
  if (factory === undefined) throw new Error(`Cannot convert the policy: there is no receiver for ${type}`);
  return factory;
}

interface StreamContext {
  /** Of the receiver. */
  readonly id: string;
  readonly factory: AnyFactory;
  readonly warn: (warning: string) => void;
}

/** AWS's domain, which the Agent puts behind service and region, as it does without a scheme; a URL names a server. */
function isDomain(endpoint: unknown): endpoint is string {
  return typeof endpoint === "string" && !endpoint.includes("$") &&
    (!/^https?:\/\//i.test(endpoint) || AWS_DOMAIN.test(endpoint));
}

/** Of all partitions: each region has it by itself. */
const AWS_DOMAIN = /^(?:https?:\/\/)?amazonaws\.com(?:\.cn)?\/?$/i;

class StreamConverter {
  readonly #stream: Stream;
  readonly #id: string;
  readonly #factory: AnyFactory;
  readonly #warn: (warning: string) => void;
  readonly #additions;

  constructor(stream: Stream, { id, factory, warn }: StreamContext) {
    const { path, settings } = stream;
    this.#stream = stream;
    this.#id = id;
    this.#factory = factory;
    this.#warn = warn;
    this.#additions = additionsOf(settings["processors"] ?? [], { path: `${path}.processors`, warn });
  }

  receiver(): Tree {
    const { path, type, settings } = this.#stream;
    const { schema, ignoredSettings = {} } = this.#factory;
    const result: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(settings)) {
      if (name === "tags" || name === "processors" || AGENT_OWN.has(name) || isEmpty(value)) continue;
      const own = ofTable(RENAMED, name) ?? name;
      const setting = schemaAt(schema, [own]);
      const isMetricsOwn = type === "aws/metrics" && name === "metrics";
      const whyNot = ofTable(ignoredSettings, name) ?? ofTable(LEFT_OUT, name);
      if (isMetricsOwn) Object.assign(result, metricsSettings(value, { path: `${path}.metrics`, warn: this.#warn }));
      else if (name === "endpoint" && isDomain(value)) {
        if (!AWS_DOMAIN.test(value)) {
          this.#warn(
            `${path}.${name}: not carried over: expected a URL such as https://minio.example.com:9000; a region of AWS has its own`,
          );
        }
      } else if (whyNot !== undefined) this.#warn(`${path}.${name}: not carried over: ${whyNot}`);
      else if (setting !== undefined) {
        const converted = this.#converted(this.#known(value, `${path}.${name}`, setting), `${path}.${name}`);
        if (converted !== undefined) result[own] = converted;
      } else this.#warn(`${path}.${name}: not carried over: ${this.#factory.type} has no such setting`);
    }
    this.#warnOfRepeats(result);
    return this.#complete(result);
  }

  /** Where the Agent was is not known here: what has no checkpoint is read from its beginning. */
  #warnOfRepeats({ start_position, bucket_arn, access_point_arn, non_aws_bucket_name, start_timestamp }: Tree): void {
    const { path, type } = this.#stream;
    if (type === "aws-cloudwatch" && start_position !== "end") {
      this.#warn(
        `${path}.start_position: the first start sends again all that the log group holds; ` +
          "to avoid that, set end and start before the Agent stops",
      );
    }
    if ((bucket_arn ?? access_point_arn ?? non_aws_bucket_name) !== undefined && start_timestamp === undefined) {
      this.#warn(
        `${path}.start_timestamp: the first start sends again all that the bucket holds; ` +
          "to avoid that, set it to shortly before the Agent stops",
      );
    }
  }

  processor(): Tree {
    const { path } = this.#stream;
    const tags = this.#tags();
    return {
      // Whoever has a policy has the integration's assets: its ingest pipeline goes on to map.
      mapping: "raw",
      ...this.#namespace(),
      ...tags.length > 0 && { tags: this.#converted(tags.filter((tag) => tag !== ORIGINAL_TAG), `${path}.tags`) },
      ...tags.includes(ORIGINAL_TAG) && { preserve_original_event: true },
      ...this.#fields(),
    };
  }

  /** What a receiver needs beside the stream's own settings. */
  #complete(result: Record<string, unknown>): Tree {
    const { type, path } = this.#stream;
    if (type === "aws-s3" && result["max_number_of_messages"] !== undefined) {
      result["number_of_workers"] ??= result["max_number_of_messages"];
      delete result["max_number_of_messages"];
    }
    if (type !== "aws/metrics") return result;
    const tags = this.#tags().filter((tag) => tag !== "forwarded");
    if (tags.length > 0) this.#warn(`${path}.tags: not carried over: metrics have no tags (fields adds attributes)`);
    return { mapping: "integration", ...this.#namespace(), ...this.#fields(), ...result };
  }

  #namespace(): Tree {
    const { settings: { data_stream: dataStream }, path } = this.#stream;
    const given = isTree(dataStream) ? dataStream["namespace"] : undefined;
    if (isEmpty(given) || given === "default") return {};
    const place = `${path}.data_stream.namespace`;
    const namespace = this.#converted(String(given), place);
    // What the environment holds is checked when it is read.
    if (typeof namespace !== "string" || namespace.includes("${")) return namespace === undefined ? {} : { namespace };
    const lowered = namespace.toLowerCase();
    if (!NAMESPACE.test(lowered)) {
      this.#warn(`${place}: not carried over, so that it is default: ${NAMESPACE_RULE}`);
      return {};
    }
    if (lowered !== namespace) this.#warn(`${place}: written as ${lowered}: data streams are named in lower case`);
    return { namespace: lowered };
  }

  #tags(): string[] {
    const { tags } = this.#stream.settings;
    const own: readonly unknown[] = Array.isArray(tags) ? tags : isEmpty(tags) ? [] : [tags];
    return [...new Set([...own.map(String), ...this.#additions.tags])];
  }

  #fields(): Tree {
    const { fields } = this.#additions;
    const path = `${this.#stream.path}.processors`;
    return Object.keys(fields).length === 0 ? {} : { fields: this.#converted(fields, path) };
  }

  /** A value without the settings below it that the receiver does not know. */
  #known(value: unknown, path: string, schema: Schema | undefined): unknown {
    if (Array.isArray(value)) {
      return value.map((element, index) =>
        this.#known(element, `${path}[${index}]`, schema && childSchema(schema, index))
      );
    }
    const names = schema === undefined ? [] : settingNames(schema);
    if (!isTree(value)) return asWanted(value, schema);
    if (names.length === 0) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const place = `${path}.${name}`;
        if (names.includes(name)) return [[name, this.#known(inner, place, schema && childSchema(schema, name))]];
        const why = ofTable(LEFT_OUT, name) ?? `${this.#factory.type} has no such setting`;
        this.#warn(`${place}: not carried over: ${why}`);
        return [];
      }),
    );
  }

  /** A value with our references; undefined where it was nothing but a reference that we do not have. */
  #converted(value: unknown, path: string): unknown {
    if (typeof value === "string") {
      if (isFleetSecret(value)) {
        const variable = secretVariable(this.#id, path.slice(this.#stream.path.length + 1));
        this.#warn(fleetSecretWarning(path, variable));
        return `\${env:${variable}}`;
      }
      const converted = convertReferences(
        value,
        (reference) => this.#warn(`${path}: of ${reference} only what refers to the environment is carried over`),
      );
      return converted === "" && value !== "" ? undefined : converted;
    }
    if (Array.isArray(value)) {
      return value.map((element, index) => this.#converted(element, `${path}[${index}]`))
        .filter((element) => element !== undefined);
    }
    if (!isTree(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.#converted(inner, `${path}.${name}`)] as const)
        .filter(([, inner]) => inner !== undefined),
    );
  }
}

/**
 * A value of the type that the setting has: numbers of accounts are text, however they are written in the policy. The Agent reads
 * a number as seconds where a duration is meant, and texts as switches.
 */
function asWanted(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined || !["string", "number", "boolean"].includes(typeof value)) return value;
  const types = scalarTypes(schema);
  const takes = (text: string) => z.safeParse(schema, text).success;
  const text = String(value);
  if (types.includes("string") && !takes(text) && takes(`${text}s`)) {
    return `${text}s`;
  }
  if (types.includes(typeof value)) return value;
  if (types.includes("string")) return text;
  if (types.includes("number") && /^[-+]?\d+$/.test(text)) return Number(text);
  return types.includes("boolean") && SWITCH.test(text) ? /^(?:true|yes|on)$/i.test(text) : value;
}

/** Switches of YAML 1.1, which the Agent reads. */
const SWITCH = /^(?:true|yes|on|false|no|off)$/i;

/** As the integration's form leaves what was not filled in. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
