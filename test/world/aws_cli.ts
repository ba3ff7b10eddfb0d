/** The AWS CLI, as far as the documents use it, in front of {@linkcode Aws}. */
import { parse } from "yaml";
import { type Aws, BUCKET } from "./aws.ts";
import type { StandIn } from "./document_stage.ts";
import { sample } from "./samples.ts";

const ACCOUNT = "123456789012";
const OWN_BUCKET = /^bedrock-logs-\d{12}$/;
/** With it the bucket may write into the queue. */
export const QUEUE_POLICY = {
  Statement: [{
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
  }],
};

/** Variables with which the program and its SDK find {@linkcode Aws}. */
export function awsVariables(aws: Aws): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Knows the calls of the template, and those that do without it; a call to a model becomes a log object that the queue announces. */
export function awsCli(aws: Aws, template: string): StandIn {
  const outputs: Record<string, string> = {};
  let isLogging = false;
  const calls: Readonly<Record<string, Call>> = {
    "cloudformation deploy": (options) => {
      expect(options, { "stack-name": /^\S+$/, "template-file": /^examples\/aws\/bedrock-logs\.yaml$/ });
      const { Outputs } = parse(template, { logLevel: "silent" }) as { Outputs: object };
      for (const name of Object.keys(Outputs)) outputs[name] = `${name}-of-the-stack`;
      Object.assign(outputs, { QueueUrl: aws.queueUrl, BucketName: BUCKET });
      Object.assign(aws.queue.attributes, { MessageRetentionPeriod: "1209600", Policy: JSON.stringify(QUEUE_POLICY) });
      return "Successfully created/updated stack\n";
    },
    "cloudformation describe-stacks": ({ query = "" }) => {
      const value = outputs[/OutputKey=='(\w+)'/.exec(query)?.[1] ?? ""];
      if (value === undefined) throw new Error("no such output");
      return `${value}\n`;
    },
    "bedrock put-model-invocation-logging-configuration": (options) => {
      expect(options, { "logging-config": new RegExp(`^s3Config={bucketName=${BUCKET}(-${ACCOUNT})?,keyPrefix=''},`) });
      isLogging = true;
      return "";
    },
    "iam attach-role-policy": (options) => {
      expect(options, { "role-name": /^\S+$/, "policy-arn": /^(ReaderPolicyArn-of-the-stack|arn:aws:iam::\S+)$/ });
      return "";
    },
    ...WITHOUT_TEMPLATE,
    "sqs create-queue": (options) => {
      expect(options, { "queue-name": /^[\w-]+$/, attributes: /./ });
      const { attributes = "" } = options;
      if (attributes.startsWith("file://")) Object.assign(aws.queue.attributes, jsonIn(attributes));
      return `${aws.queueUrl}\n`;
    },
    "bedrock-runtime converse": (options) => {
      expect(options, { "model-id": /^\S+$/ });
      if (!isLogging) throw new Error("Bedrock does not log");
      JSON.parse(options["messages"] ?? "");
      const key = `AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/a.json.gz`;
      aws.publish(key, [sample(1)]);
      return "{}\n";
    },
  };
  return ([service = "", operation = "", ...flags]) => {
    const call = calls[`${service} ${operation}`];
    if (call === undefined) throw new Error("no such call");
    return call(optionsOf(flags));
  };
}

type Call = (options: Readonly<Record<string, string>>) => string;

const WITHOUT_TEMPLATE: Readonly<Record<string, Call>> = {
  "sts get-caller-identity": () => `${ACCOUNT}\n`,
  "s3api create-bucket": (options) => (expect(options, { bucket: OWN_BUCKET }), ""),
  "s3api put-bucket-policy": (options) => {
    expect(options, { bucket: OWN_BUCKET });
    expectAllowed(options["policy"], "s3:PutObject");
    return "";
  },
  "s3api put-bucket-notification-configuration": (options) => {
    expect(options, {
      bucket: OWN_BUCKET,
      "notification-configuration": /^QueueConfigurations=\[{QueueArn=arn:aws:sqs:/,
    });
    return "";
  },
  "iam create-policy": (options) => {
    expectAllowed(options["policy-document"], "sqs:ReceiveMessage");
    return `arn:aws:iam::${ACCOUNT}:policy/${options["policy-name"]}\n`;
  },
  "bedrock delete-model-invocation-logging-configuration": () => "",
  "cloudformation delete-stack": (options) => (expect(options, { "stack-name": /^\S+$/ }), ""),
};

/** What a value `file://…` names. */
function jsonIn(file = ""): Record<string, string> {
  if (!file.startsWith("file://")) throw new Error(`${file} is no file://`);
  return JSON.parse(Deno.readTextFileSync(file.slice("file://".length)));
}

function expectAllowed(file: string | undefined, action: string): void {
  const text = JSON.stringify(jsonIn(file));
  if (!text.includes(`"${action}"`) || /\$|my-bedrock-logs/.test(text)) throw new Error(`${file} is ${text}`);
}

/** `--name value` each. */
function optionsOf(flags: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let at = 0; at < flags.length; at += 2) {
    const name = /^--([a-z-]+)$/.exec(flags[at] ?? "")?.[1];
    if (name === undefined || flags[at + 1] === undefined) throw new Error(`${flags[at]} is no option with a value`);
    options[name] = flags[at + 1] ?? "";
  }
  return options;
}

function expect(options: Readonly<Record<string, string>>, expected: Readonly<Record<string, RegExp>>): void {
  for (const [name, pattern] of Object.entries(expected)) {
    if (!pattern.test(options[name] ?? "")) throw new Error(`--${name} is ${options[name]}`);
  }
}
