/** Reading an Elastic Agent policy: its streams of Amazon Bedrock, each with the settings that are in force for it. */
import { METRIC_STREAMS } from "../../../mappings/generated/metric_streams.ts";
import { ConfigError } from "../../../config/problems.ts";
import { isTree, mergeTrees, type Tree } from "../../../config/yaml_files.ts";

/** A stream of an input that is to be read. */
export interface Stream {
  /** `inputs[0].streams[1]` */
  readonly path: string;
  /** `aws-s3`, `aws-cloudwatch` or `aws/metrics`. */
  readonly type: string;
  /** `aws_bedrock.invocation` */
  readonly dataset: string;
  /** Dots in names were made maps. */
  readonly settings: Tree;
}

/** The data streams of Amazon Bedrock, by the inputs that feed them. */
const DATASETS: Readonly<Record<string, readonly string[]>> = {
  "aws-s3": ["aws_bedrock.invocation"],
  "aws-cloudwatch": ["aws_bedrock.invocation"],
  "aws/metrics": METRIC_STREAMS.map(({ dataset }) => dataset),
};

/** The error for what is no policy that can be converted; `details` are of the same. */
export function unusable(reason: string, ...details: readonly string[]): ConfigError {
  return new ConfigError([`Cannot use the policy: ${reason}`, ...details].map((message) => ({ path: "", message })));
}

/** The streams of a policy; what is left out, and why, is given to `warn`. */
export function streamsOf(policy: Tree, warn: (warning: string) => void): Stream[] {
  const { inputs } = policy;
  if (!Array.isArray(inputs)) throw unusable("expected a list of inputs");
  return inputs.flatMap((input: unknown, index) => {
    const path = `inputs[${index}]`;
    if (!isTree(input)) throw unusable(`${path} is no map`);
    return streamsOfInput(nested(input), { path, warn });
  });
}

interface Place {
  readonly path: string;
  readonly warn: (warning: string) => void;
}

function streamsOfInput(input: Tree, { path, warn }: Place): Stream[] {
  const { type, streams, ...shared } = input;
  const datasets = typeof type === "string" ? ofTable(DATASETS, type) : undefined;
  if (typeof type !== "string" || datasets === undefined) {
    warn(`${path}: left out, as the type ${String(type)} is none of ${Object.keys(DATASETS).join(", ")}`);
    return [];
  }
  if (isDisabled(shared)) {
    warn(`${path}: left out, as it is not enabled`);
    return [];
  }
  // An input without streams is its only stream.
  const own: readonly unknown[] = Array.isArray(streams) ? streams : [{}];
  return own.flatMap((stream: unknown, index) => {
    const place = Array.isArray(streams) ? `${path}.streams[${index}]` : path;
    if (!isTree(stream)) throw unusable(`${place} is no map`);
    const settings = mergeTrees(shared, nested(stream));
    const { dataset } = isTree(settings["data_stream"]) ? settings["data_stream"] : {};
    if (isDisabled(settings)) warn(`${place}: left out, as it is not enabled`);
    else if (typeof dataset !== "string" || !datasets.includes(dataset)) {
      warn(`${place}: left out, as its data_stream.dataset is none of ${datasets.join(", ")}`);
    } else return [{ path: place, type, dataset, settings }];
    return [];
  });
}

function isDisabled({ enabled }: Tree): boolean {
  return String(enabled) === "false";
}

/** What a table has under a name from outside. */
export function ofTable<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** `a.b: 1` as `a: { b: 1 }`, at any depth. */
export function nested(tree: Tree): Tree {
  let result: Tree = {};
  for (const [name, value] of Object.entries(tree)) {
    const inner: unknown = isTree(value) ? nested(value) : value;
    const map = name.split(".").reduceRight<unknown>((below, part) => ({ [part]: below }), inner) as Tree;
    result = mergeTrees(result, map);
  }
  return result;
}
