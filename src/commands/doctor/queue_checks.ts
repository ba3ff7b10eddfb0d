import { parseJson } from "../../component/json.ts";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
// @ts-types="@types/picomatch"
import picomatch from "picomatch";
import { z } from "zod";
import { awsErrorKind } from "../../aws/aws_error.ts";
import type { QueueConfig } from "../../receivers/awss3/config.ts";
import { sqsClient } from "../../receivers/awss3/queue/queue.ts";
import { askAws, failed, type Finding, judged, ok, unknown } from "./check.ts";

const DAY_S = 86_400;
/** Fewer receives, and a bad minute of a store moves good messages to the dead-letter queue. */
const MIN_RECEIVES = 3;

const redriveSchema = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });
type RedrivePolicy = z.infer<typeof redriveSchema>;
const statementSchema = z.object({
  Effect: z.string(),
  Principal: z.unknown().optional(),
  Action: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.unknown().optional(),
});
const policySchema = z.object({
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
});

/** The queue: reachable, its redrive policy, how long messages stay hidden and stay at all, its key, and who may send to it. */
export async function queueChecks(
  id: string,
  { config, buckets }: {
    config: QueueConfig;
    /** Those whose notifications it should get, as far as they are known. */
    buckets: readonly string[];
  },
): Promise<readonly Finding[]> {
  const check = `${id}: queue`;
  const client = sqsClient(config);
  try {
    return await askAws(check, {
      action: "sqs:GetQueueAttributes",
      orElse: "correct queue_url or the region",
      ask: async (abortSignal) => {
        const attributes = await attributesOf(client, { url: config.queue_url, abortSignal });
        const { data: policy } = redriveSchema.safeParse(parseJson(attributes["RedrivePolicy"] ?? ""));
        const waiting = attributes["ApproximateNumberOfMessages"] ?? "?";
        return [
          ok(check, `${config.queue_url} answers; messages that wait: ${waiting}`),
          redrive(id, policy),
          ...policy === undefined ? [] : await deadLetterQueue(id, { client, config, policy }),
          visibility(id, config, attributes),
          retention(id, attributes["MessageRetentionPeriod"]),
          ...key(id, attributes["KmsMasterKeyId"]),
          senders(id, { text: attributes["Policy"], buckets }),
        ];
      },
    });
  } finally {
    client.destroy();
  }
}

async function attributesOf(
  client: SQSClient,
  { url, abortSignal }: { url: string; abortSignal: AbortSignal },
): Promise<Record<string, string>> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  return (await client.send(command, { abortSignal })).Attributes ?? {};
}

function redrive(id: string, policy: RedrivePolicy | undefined): Finding {
  const check = `${id}: redrive policy`;
  if (policy === undefined) {
    return failed(
      check,
      "there is none: a message that can never be processed comes again for ever; give the queue a dead-letter queue",
    );
  }
  const { maxReceiveCount, deadLetterTargetArn } = policy;
  const problem = maxReceiveCount < MIN_RECEIVES
    ? `maxReceiveCount is ${maxReceiveCount}: one bad minute moves good messages away; set ${MIN_RECEIVES} or more`
    : undefined;
  return judged(check, {
    problem,
    fine: `after ${maxReceiveCount} receives to ${deadLetterTargetArn.split(":").at(-1)}`,
  });
}

/** It is there. The program itself never asks for it. */
async function deadLetterQueue(
  id: string,
  { client, config, policy }: { client: SQSClient; config: QueueConfig; policy: RedrivePolicy },
): Promise<readonly Finding[]> {
  const check = `${id}: dead-letter queue`;
  const name = policy.deadLetterTargetArn.split(":").at(-1) ?? "";
  return await askAws(check, {
    action: `sqs:GetQueueAttributes on ${policy.deadLetterTargetArn}`,
    onlyDoctor: true,
    ask: async (abortSignal) => {
      try {
        // It is of the same account and region.
        const url = config.queue_url.replace(/[^/]+$/, name);
        const { ApproximateNumberOfMessages: waiting = "?" } = await attributesOf(client, { url, abortSignal });
        return [ok(check, `${name} answers; messages in it: ${waiting}`)];
      } catch (error) {
        if (awsErrorKind(error) !== "missing_queue") throw error;
        return [
          failed(
            check,
            `${name} does not exist: make it, or name another in RedrivePolicy; until then nothing moves there`,
          ),
        ];
      }
    },
  });
}

/** AWS's own key of SQS has a policy that nobody can change, and S3 is not in it. */
function key(id: string, keyId: string | undefined): Finding[] {
  const check = `${id}: key of the queue`;
  if (keyId === undefined || keyId === "") return [];
  if (/alias\/aws\/sqs$/.test(keyId)) {
    return [
      failed(
        check,
        `S3 may not use ${keyId}, so no notification arrives: set SqsManagedSseEnabled, or a key of your own`,
      ),
    ];
  }
  const rights = "kms:Decrypt to this program, and kms:GenerateDataKey and kms:Decrypt to s3.amazonaws.com";
  return [unknown(check, `only a message shows whether ${keyId} may be used: allow ${rights}`)];
}

/** The receiver sets the time with each receive: a delay would only hide new messages. */
function visibility(id: string, { visibility_timeout }: QueueConfig, attributes: Record<string, string>): Finding {
  const delayS = Number(attributes["DelaySeconds"] ?? 0);
  const problem = delayS > 0 ? `the queue hides new messages for ${delayS} s: set DelaySeconds to 0` : undefined;
  const check = `${id}: visibility`;
  if (problem !== undefined) return failed(check, problem);
  return judged(check, {
    problem: visibility_timeout < 30_000
      ? `visibility_timeout is ${visibility_timeout / 1000} s: a slow endpoint makes messages come twice; set 300s`
      : undefined,
    fine: `${visibility_timeout / 1000} s, extended while a message is worked on`,
  });
}

function retention(id: string, text: string | undefined): Finding {
  const seconds = text === undefined ? undefined : Number(text);
  const problem = seconds !== undefined && seconds < DAY_S
    ? `messages are deleted after ${seconds} s, read or not: set MessageRetentionPeriod to ${14 * DAY_S}`
    : undefined;
  return judged(`${id}: retention`, { problem, fine: seconds === undefined ? "AWS's default" : `${seconds} s` });
}

function senders(id: string, { text, buckets }: { text: string | undefined; buckets: readonly string[] }): Finding {
  const check = `${id}: who may send`;
  const { data: policy } = policySchema.safeParse(parseJson(text ?? ""));
  if (policy === undefined) {
    return failed(
      check,
      "the queue has no policy: the bucket's notifications cannot arrive; allow s3.amazonaws.com sqs:SendMessage",
    );
  }
  const allowed = policy.Statement.filter(({ Effect, Action }) =>
    Effect === "Allow" && [Action ?? []].flat().some((one) => /^(sqs:(SendMessage|\*)|\*)$/i.test(one))
  );
  if (allowed.some(({ Principal, Condition }) => isEverybody(Principal) && Condition === undefined)) {
    return failed(
      check,
      "everybody may send to it: anybody could make the program read objects; add a condition on aws:SourceArn",
    );
  }
  const services = allowed.map(({ Principal }) => JSON.stringify(Principal)).join(" ");
  const isFed = /(s3|sns|events)\.amazonaws\.com/.test(services) ||
    allowed.some(({ Principal }) => isEverybody(Principal));
  const strange = /(sns|events)\.amazonaws\.com/.test(services)
    ? []
    : buckets.filter((bucket) => allowed.every((statement) => isForOtherBuckets(statement, bucket)));
  const problem = !isFed
    ? "neither S3, SNS nor EventBridge may send to it: allow s3.amazonaws.com sqs:SendMessage"
    : strange.length > 0
    ? `S3 may for other buckets only, not for ${strange.join(", ")}: correct aws:SourceArn`
    : undefined;
  return judged(check, {
    problem,
    fine: "the bucket's notifications may arrive",
  });
}

/** Its condition names buckets, and this one is not among them. */
function isForOtherBuckets({ Condition }: z.infer<typeof statementSchema>, bucket: string): boolean {
  const arns = JSON.stringify(Condition ?? {}).match(/arn:[\w-]+:s3:::[^"]+/g) ?? [];
  return arns.length > 0 && !arns.some((arn) => picomatch(arn)(`${arn.slice(0, arn.indexOf(":::"))}:::${bucket}`));
}

function isEverybody(principal: unknown): boolean {
  return principal === "*" || JSON.stringify(principal) === '{"AWS":"*"}';
}
