/** Each receiver in front of the program: how its input is put in, and when its source has nothing left. */
import { BUCKET } from "../world/aws.ts";
import type { Aws } from "../world/aws.ts";
import { REGION } from "../world/aws_service.ts";
import type { Config } from "../world/config.ts";
import type { TestFolder } from "../world/folder.ts";
import type { Sample } from "../world/samples.ts";
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
  put(around: Surroundings, piece: { readonly index: number; readonly records: readonly Sample[] }): void;
  /** Whether the source has nothing left; sources that keep all have never. */
  isDrained(around: Surroundings): boolean;
}

const AREA = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/";

function access(aws: Aws): Config {
  return { endpoint: aws.endpoint, region: REGION, access_key_id: "test", secret_access_key: "test" };
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

export const SCENARIOS: readonly Scenario[] = [queue];
export { BUCKET };
