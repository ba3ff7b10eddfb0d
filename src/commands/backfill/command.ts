import { maskUrlValue } from "../../http/mask_urls.ts";
import { InvalidArgumentError } from "commander";
import type { BackfillRequest, Wanted } from "./request.ts";
import { type AddCommand, collectFiles, DONE, FAILED, UsageError } from "../command.ts";
import { TERMINAL } from "../terminal.ts";

interface BackfillOptions {
  readonly bucket?: string;
  readonly deadLetter?: string;
  readonly queueUrl?: string;
  readonly config?: string[];
  readonly receiver?: string;
  readonly from?: number;
  readonly to?: number;
  readonly prefix?: string;
  readonly accounts?: ReadonlySet<string>;
  readonly regions?: ReadonlySet<string>;
  readonly objectsPerMessage?: number;
  readonly rate?: number;
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
  readonly state?: string;
  readonly dryRun: boolean;
}

/** `backfill`: reads again what lies in a bucket, or what a dead letter names. */
export const addBackfill: AddCommand = (program, exit) => {
  program.command("backfill")
    .description(
      "read logs that lie in a bucket (again): into a queue, whose readers share the work, or through a pipeline",
    )
    .option(
      "--bucket <name>",
      "bucket to read, or the ARN of an access point; default: the one that the configuration lists",
      bucketName,
    )
    .option("--dead-letter <file>", "read the objects that a dead letter names")
    .option("--queue-url <url>", "announce the objects in this queue")
    .option("-c, --config <file>", "deliver them through this configuration; repeatable", collectFiles)
    .option("--receiver <id>", "whose settings and pipelines are used, where there are several awss3")
    .option("--from <time>", "objects of the hour of this time and later (2026-03-01, 2026-03-01T12:00:00Z)", timeMs)
    .option("--to <time>", "objects of hours before this time", timeMs)
    .option("--prefix <text>", "objects whose keys begin so")
    .option("--accounts <ids>", "logs of these accounts, 12 digits each, separated by commas", accountIds)
    .option("--regions <names>", "logs of these regions, separated by commas", names)
    .option("--objects-per-message <n>", "objects that one message announces (default: 1)", atMost(100))
    .option("--rate <n>", "most objects a second", positive)
    .option(
      "--endpoint <url>",
      "of an S3 and SQS other than AWS, with --queue-url (default: AWS_ENDPOINT_URL)",
      httpUrl,
    )
    .option("--path-style", "name the bucket in the path, with --queue-url")
    .option("--state <dir>", "where to remember how far it got (default: backfill below the storage directory)")
    .option("--dry-run", "only count objects, bytes, requests and their cost", false)
    .action(async (options: BackfillOptions) => exit(await run(options) ? DONE : FAILED));
};

/** Returns whether nothing is left. */
async function run(options: BackfillOptions): Promise<boolean> {
  const problem = problemOf(options) ?? await regionsProblem(options);
  if (problem !== undefined) throw new UsageError(`Cannot backfill: ${problem}`);
  const { queueUrl, config: files, receiver, objectsPerMessage = 1, endpoint, pathStyle = false } = options;
  const request: BackfillRequest = {
    wanted: wantedOf(options),
    rate: options.rate,
    isDryRun: options.dryRun,
    stateDirectory: options.state,
    console: { ...TERMINAL, isTerminal: Deno.stderr.isTerminal() },
  };
  if (queueUrl !== undefined) {
    const { backfillToQueue } = await import("./to_queue.ts");
    return await backfillToQueue({ ...request, queueUrl, objectsPerMessage, endpoint, pathStyle });
  }
  const { backfillThroughPipeline } = await import("./to_pipeline.ts");
  return await backfillThroughPipeline({ ...request, files: files ?? [], receiver });
}

function wantedOf({ bucket, deadLetter, prefix = "", from, to, accounts, regions }: BackfillOptions): Wanted {
  if (deadLetter !== undefined) return { kind: "dead_letter", file: deadLetter };
  const selection = { prefix, fromMs: from, toMs: to, accounts, regions };
  return { kind: "bucket", bucket: bucket?.replace(/^arn:[\w-]+:s3:::/, ""), selection };
}

/** Options that have no meaning beside another. */
const EXCLUDES:
  readonly (readonly [keyof BackfillOptions, flag: string, others: readonly (keyof BackfillOptions)[]])[] = [
    ["deadLetter", "--dead-letter", ["bucket", "from", "to", "prefix", "accounts", "regions"]],
    ["queueUrl", "--queue-url", ["receiver"]],
    ["config", "--config", ["objectsPerMessage", "endpoint", "pathStyle"]],
  ];

function problemOf(options: BackfillOptions): string | undefined {
  const { queueUrl, config, bucket, deadLetter, from, to } = options;
  if ((queueUrl === undefined) === (config === undefined)) {
    const found = queueUrl === undefined ? "neither is given" : "both are given";
    return `expected --queue-url URL or --config FILE, where the logs go; ${found}`;
  }
  for (const [option, flag, others] of EXCLUDES) {
    const other = options[option] === undefined ? undefined : others.find((name) => options[name] !== undefined);
    if (other !== undefined) return `${flagOf(other)} has no meaning beside ${flag}`;
  }
  if (from !== undefined && to !== undefined && from >= to) {
    return `--from ${isoOf(from)} is not before --to ${isoOf(to)}: there is nothing between`;
  }
  if (queueUrl !== undefined) {
    if (bucket === undefined && deadLetter === undefined) return "expected --bucket NAME or --dead-letter FILE";
    if (bucket?.includes(":accesspoint")) return "--bucket: a queue's messages need the bucket's name";
    return queueProblem(queueUrl);
  }
  return undefined;
}

/** A misspelt region would leave out all that is meant. */
async function regionsProblem({ regions = new Set() }: BackfillOptions): Promise<string | undefined> {
  const { regionProblem } = await import("../../aws/region.ts");
  const problem = [...regions].map(regionProblem).find((problem) => problem !== undefined);
  return problem && `--regions: ${problem}`;
}

function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function queueProblem(queueUrl: string): string | undefined {
  const url = URL.parse(queueUrl);
  const isQueue = url !== null && /^https?:$/.test(url.protocol) && url.pathname.split("/").filter(Boolean).length >= 2;
  if (!isQueue) {
    return `--queue-url: expected https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, got ${maskUrlValue(queueUrl)}`;
  }
  if (url.username + url.password + url.search + url.hash !== "") {
    return "--queue-url: expected no user, password or query in the URL of a queue";
  }
  if (queueUrl.endsWith(".fifo")) return "--queue-url: expected a standard queue: S3 sends to no other";
  return undefined;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/;

/** Without a zone: UTC. */
function timeMs(text: string): number {
  const match = TIME.exec(text);
  const isLocal = text.includes("T") && match?.groups?.["zone"] === undefined;
  const ms = match === null ? NaN : Date.parse(isLocal ? `${text}Z` : text);
  const day = text.slice(0, 10);
  // The 30th of February would be taken for a day in March.
  const isDay = !Number.isNaN(ms) && new Date(Date.parse(day)).toISOString().startsWith(day);
  if (!isDay) throw new InvalidArgumentError("expected a time such as 2026-03-01 or 2026-03-01T12:00:00Z");
  return ms;
}

function names(text: string): ReadonlySet<string> {
  const list = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (list.length === 0) throw new InvalidArgumentError("expected names separated by commas");
  return new Set(list);
}

function accountIds(text: string): ReadonlySet<string> {
  const ids = names(text);
  const wrong = [...ids].find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined) throw new InvalidArgumentError(`expected account ids of 12 digits, got ${wrong}`);
  return ids;
}

function atMost(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`expected a number from 1 to ${max}`);
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("expected a number above 0");
}

/** A bucket's name or ARN, or the ARN of an access point. */
function bucketName(text: string): string {
  const name = text.replace(/^arn:[\w-]+:s3:::/, "");
  if (name !== "" && (name.includes(":accesspoint") || !/\/|^arn:/.test(name))) return text;
  throw new InvalidArgumentError("expected the name of a bucket alone: no s3://; --prefix says which part of it");
}

function httpUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("expected a URL such as https://minio.example.com:9000");
}
