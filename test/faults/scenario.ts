/** Each receiver in front of the program: how its input is put in, and when its source has nothing left. */
import { type Aws, BUCKET, ndjson } from "../world/aws.ts";
import { REGION } from "../world/aws_service.ts";
import { GROUP } from "../world/cloudwatch_logs.ts";
import type { Config } from "../world/config.ts";
import type { TestFolder } from "../world/folder.ts";
import type { Sample } from "../world/samples.ts";
import { METRICS_RECEIVER } from "./metrics.ts";
import type { Place } from "./plan.ts";

/** What stands around the program in one seed. */
export interface Surroundings {
  readonly aws: Aws;
  readonly folder: TestFolder;
  /** Chances of this seed. */
  readonly random: () => number;
}

export interface Scenario {
  readonly name: string;
  readonly places: readonly Place[];
  receivers(around: Surroundings): Config;
  /** Puts a piece of the input in. */
  put(
    around: Surroundings,
    piece: { readonly index: number; readonly records: readonly Sample[] },
  ): void | Promise<void>;
  /** What is run until it ends well, once all of the input is there; undefined: `run`, all the time. */
  readonly command?: (around: Surroundings) => readonly string[];
  /** Whether the first piece is delivered before there is trouble: the source is read from its beginning once, which takes long. */
  readonly warmsUp?: boolean;
  /** How often the source is looked at; undefined: all the time. */
  readonly readsEveryMs?: number;
  /** What is read are metrics: all is put in at the beginning, and comes as time passes. */
  readonly isOfMetrics?: boolean;
  /** Whether the source has nothing left; sources that keep all have never. */
  isDrained(around: Surroundings): boolean;
}

const AREA = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/";

function access(aws: Aws): Config {
  const credentials = { access_key_id: "test", secret_access_key: "test" };
  return { endpoint: aws.endpoint, region: REGION, api_timeout: "4s", ...credentials };
}

const queue: Scenario = {
  name: "queue",
  places: ["endpoint", "sqs", "s3"],
  receivers: ({ aws }) => ({
    awss3: {
      ...access(aws),
      queue_url: aws.queueUrl,
      path_style: true,
      visibility_timeout: "2s",
      number_of_workers: 4,
    },
  }),
  put({ aws, random }, { index, records }) {
    const object = aws.putLogs(`${AREA}2026/03/02/05/${index}.json.gz`, records);
    aws.notify([object]);
    // S3 may announce an object twice.
    if (random() < 0.2) aws.notify([object]);
  },
  isDrained: ({ aws }) => aws.queue.stored.size === 0,
};

const listing: Scenario = {
  name: "listing",
  readsEveryMs: 1000,
  places: ["endpoint", "s3"],
  receivers: ({ aws }) => ({
    awss3: {
      ...access(aws),
      bucket_arn: `arn:aws:s3:::${BUCKET}`,
      path_style: true,
      bucket_list_interval: "1s",
      late_window: "12h",
    },
  }),
  put({ aws }, { index, records }) {
    // Objects come in another order than that of their keys, within the late window.
    aws.putLogs(`${AREA}2026/03/02/${String(index % 10).padStart(2, "0")}/${index}.json.gz`, records);
  },
  isDrained: () => true,
};

const file: Scenario = {
  name: "file",
  places: ["endpoint"],
  receivers: ({ folder }) => ({
    file: { include: [`${folder.path}/logs/**`], settle_time: "0s", poll_interval: "100ms" },
  }),
  async put({ folder }, { index, records }) {
    const text = ndjson(records);
    await Deno.mkdir(folder.file("logs"), { recursive: true });
    const name = folder.file(`logs/${index}.jsonl`);
    // It grows, and is cut in the middle of a record meanwhile.
    await Deno.writeTextFile(name, text.slice(0, text.length / 2));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await Deno.writeTextFile(name, text.slice(text.length / 2), { append: true });
  },
  isDrained: () => true,
};

const logs: Scenario = {
  name: "logs",
  readsEveryMs: 1000,
  warmsUp: true,
  places: ["endpoint", "logs"],
  receivers: ({ aws }) => ({
    awscloudwatch: { ...access(aws), log_group_name: GROUP, api_sleep: "0s", scan_frequency: "1s", latency: "1s" },
  }),
  put({ aws, random }, { records }) {
    Object.assign(aws.logs.memory, { pageEvents: 7, emptyPages: 1 });
    for (const record of records) {
      // In no order, and some can be read only later.
      const timeMs = Date.now() - Math.floor(random() * 300_000);
      const visibleMs = Date.now() + (random() < 0.2 ? 1500 : 0);
      aws.logs.putRecords([record], { timeMs, visibleMs, stream: `stream-${Math.floor(random() * 3)}` });
    }
  },
  isDrained: () => true,
};

const backfill: Scenario = {
  ...queue,
  name: "backfill",
  places: ["endpoint", "s3"],
  command: ({ folder }) => ["backfill", "--bucket", BUCKET, "--state", folder.file("backfill")],
  put({ aws }, { index, records }) {
    aws.putLogs(`${AREA}2026/03/02/${String(index % 10).padStart(2, "0")}/${index}.json.gz`, records);
  },
  isDrained: () => true,
};

const metrics: Scenario = {
  name: "metrics",
  isOfMetrics: true,
  warmsUp: true,
  places: ["endpoint", "cloudwatch"],
  receivers: ({ aws }) => {
    const { region, ...rest } = access(aws);
    return { awscloudwatchmetrics: { ...rest, regions: [region], namespaces: ["AWS/Bedrock"], ...METRICS_RECEIVER } };
  },
  put() {},
  isDrained: () => true,
};

export const SCENARIOS: readonly Scenario[] = [queue, listing, file, logs, backfill, metrics];
