import { parseJson } from "../../component/json.ts";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { QueueConfig } from "../../receivers/awss3/config.ts";
import { sqsClient } from "../../receivers/awss3/queue/queue.ts";
import { askAws, failed, type Finding, judged, ok } from "./check.ts";

const DAY_S = 86_400;
/** Fewer receives, and a bad minute of a store moves good messages to the dead-letter queue. */
const MIN_RECEIVES = 3;

const redriveSchema = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });
const statementSchema = z.object({
  Effect: z.string(),
  Principal: z.unknown().optional(),
  Action: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.unknown().optional(),
});
const policySchema = z.object({
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
});

/** The queue: reachable, its redrive policy, how long messages stay hidden and stay at all, and who may send to it. */
export async function queueChecks(id: string, config: QueueConfig): Promise<readonly Finding[]> {
  const check = `${id}: queue`;
  const client = sqsClient(config);
  try {
    return await askAws(check, {
      action: "sqs:GetQueueAttributes",
      ask: async (abortSignal) => {
        const command = new GetQueueAttributesCommand({ QueueUrl: config.queue_url, AttributeNames: ["All"] });
        const { Attributes: attributes = {} } = await client.send(command, { abortSignal });
        const waiting = attributes["ApproximateNumberOfMessages"] ?? "?";
        return [
          ok(check, `${config.queue_url} answers; ${waiting} messages wait`),
          redrive(id, attributes["RedrivePolicy"]),
          visibility(id, config, attributes),
          retention(id, attributes["MessageRetentionPeriod"]),
          senders(id, attributes["Policy"]),
        ];
      },
    });
  } finally {
    client.destroy();
  }
}

function redrive(id: string, text: string | undefined): Finding {
  const check = `${id}: redrive policy`;
  const { data: policy } = redriveSchema.safeParse(parseJson(text ?? ""));
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

function senders(id: string, text: string | undefined): Finding {
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
  return judged(check, {
    problem: isFed ? undefined : "neither S3, SNS nor EventBridge may: allow s3.amazonaws.com sqs:SendMessage",
    fine: "the bucket's notifications may arrive",
  });
}

function isEverybody(principal: unknown): boolean {
  return principal === "*" || JSON.stringify(principal) === '{"AWS":"*"}';
}
