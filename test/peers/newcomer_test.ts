/**
 * The way of a newcomer: the template, a configuration by `init`, `doctor`, `run --once`, and the document seen; then each
 * mistake that one makes on the way, as `doctor` names it. More mistakes: src/commands/doctor/testing.ts.
 */
import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { Elasticsearch } from "../world/elasticsearch.ts";
import { eventually } from "../world/eventually.ts";
import { TestFolder } from "../world/folder.ts";
import { runCli } from "../world/program.ts";
import { samples } from "../world/samples.ts";
import { logFile } from "./cloud.ts";
import { freePort } from "./machine.ts";
import { installStack, type Stack } from "./stack.ts";

const stack = await installStack();

/** A stack with a log in its bucket, and what the newcomer has. */
interface Place {
  readonly stack: Stack;
  readonly elasticsearch: Elasticsearch;
  readonly folder: TestFolder;
  readonly env: Record<string, string>;
}

const POLICIES = ["ReaderPolicyArn", "DoctorPolicyArn"];
const CONFIG = "bedrock-otel.yaml";

async function withStack(test: (place: Place) => Promise<void>): Promise<void> {
  assert.ok("start" in stack);
  await using made = await stack.start();
  await using elasticsearch = await Elasticsearch.start();
  using folder = new TestFolder();
  const keys = await made.createUser("newcomer", POLICIES);
  const env = { ...made.environment(keys), ELASTIC_API_KEY: "a2V5OnNlY3JldA==" };
  const place = { stack: made, elasticsearch, folder, env };
  await made.turnLoggingOn();
  const { code, stderr } = await init(place);
  assert.equal(code, 0, stderr);
  await callModel(place);
  await test(place);
}

/** Changes the file that `init` wrote. */
function edit({ folder }: Place, from: string, to: string): void {
  const text = Deno.readTextFileSync(folder.file(CONFIG));
  assert.ok(text.includes(from), from);
  Deno.writeTextFileSync(folder.file(CONFIG), text.replace(from, to));
}

/** What a call of a model leaves in the bucket. */
async function callModel({ stack }: Place): Promise<void> {
  const Key = "AWSLogs/111111111111/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/a.json.gz";
  const object = { Bucket: stack.output("BucketName"), Key, Body: logFile(samples(1)) };
  await stack.account.s3.send(new PutObjectCommand(object));
}

function init({ stack, elasticsearch, folder, env }: Place) {
  const args = ["--queue-url", stack.output("QueueUrl"), "--to", "elasticsearch", "--endpoint", elasticsearch.url];
  return runCli(["init", ...args, "--output", folder.file(CONFIG)], { env });
}

function doctor({ folder, env }: Place, changed: Record<string, string> = {}) {
  return runCli(["doctor", "--config", folder.file(CONFIG)], { env: { ...env, ...changed } });
}

/** Changes an attribute of the queue. */
async function setQueue({ stack }: Place, Attributes: Record<string, string>): Promise<void> {
  await stack.account.sqs.send(new SetQueueAttributesCommand({ QueueUrl: stack.output("QueueUrl"), Attributes }));
}

async function queueAttributes({ stack }: Place): Promise<Record<string, string>> {
  const command = new GetQueueAttributesCommand({ QueueUrl: stack.output("QueueUrl"), AttributeNames: ["All"] });
  return (await stack.account.sqs.send(command)).Attributes ?? {};
}

async function forPolicies({ stack }: Place, action: "AttachUserPolicy" | "DetachUserPolicy"): Promise<void> {
  for (const policy of POLICIES) {
    await stack.account.query("iam", action, { UserName: "newcomer", PolicyArn: stack.output(policy) });
  }
}

const ignore = "skipped" in stack;

Deno.test({
  name: ignore
    ? `skipped: ${stack.skipped}: a newcomer's way`
    : "a newcomer comes from the template to a document in Elasticsearch, and doctor finds nothing wrong",
  ignore,
  fn: async () => {
    await withStack(async (place) => {
      const examined = await doctor(place);
      assert.equal(examined.code, 0, examined.stdout + examined.stderr);
      assert.doesNotMatch(examined.stdout, /^✗/m);
      for (
        const line of [
          /^✓ awss3: credentials: are arn:aws:iam::111111111111:user\/newcomer$/m,
          /^✓ awss3: redrive policy: after 10 receives to /m,
          /^✓ awss3: dead-letter queue: \S+ answers; messages in it: 0$/m,
          /^✓ awss3: who may send: the bucket's notifications may arrive$/m,
          /^✓ awss3: object: AWSLogs\/\S+ can be read, and its first record is an invocation$/m,
          /^✓ awss3: Bedrock's logging: goes to /m,
          /^✓ elasticsearch: /m,
        ]
      ) assert.match(examined.stdout, line);

      const queueUrl = place.stack.output("QueueUrl");
      await eventually(async () => (await place.stack.server.messages(queueUrl)).length === 2, {
        what: () => "messages",
      });
      const args = ["run", "--once", "--config", place.folder.file(CONFIG)];
      const run = await runCli(args, { env: place.env });
      assert.equal(run.code, 0, run.stderr);
      const [document] = place.elasticsearch.documents;
      assert.equal(document?.index, "logs-aws_bedrock.invocation-default");
      assert.equal(place.elasticsearch.documents.length, 1);
      assert.deepEqual(await place.stack.server.messages(queueUrl), []);
    });
  },
});

interface Mistake {
  /** Variables that it changes. */
  readonly make: (place: Place) => Promise<void> | Record<string, string> | void;
  readonly named: RegExp;
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  "the command that turns logging on was left out": {
    make: ({ stack }) => stack.aws(["bedrock", "delete-model-invocation-logging-configuration"]).then(() => {}),
    named: /^✗ awss3: Bedrock's logging: is off in this region/m,
  },
  "the key is mistyped": {
    make: () => ({ AWS_SECRET_ACCESS_KEY: "mistyped" }),
    named: /^✗ awss3: credentials: .*: renew the credentials, or correct the profile, the key or the role$/m,
  },
  "the template's policies are attached to nobody": {
    make: (place) => forPolicies(place, "DetachUserPolicy"),
    named: /^✗ awss3: queue: AWS refuses it: allow sqs:GetQueueAttributes/m,
  },
  "the queue's URL is mistyped": {
    make: (place) => edit(place, place.stack.output("QueueUrl"), `${place.stack.output("QueueUrl")}x`),
    named: /^✗ awss3: queue: AWS refuses it: .*correct queue_url or the region/m,
  },
  "the queue delays messages": {
    make: (place) => setQueue(place, { DelaySeconds: "60" }),
    named: /^✗ awss3: visibility: the queue hides new messages for 60 s/m,
  },
  "the queue forgets messages soon": {
    make: (place) => setQueue(place, { MessageRetentionPeriod: "600" }),
    named: /^✗ awss3: retention: messages are deleted after 600 s/m,
  },
  "the redrive policy gives up at the first receive": {
    make: async (place) => {
      const policy = JSON.parse((await queueAttributes(place))["RedrivePolicy"] ?? "");
      await setQueue(place, { RedrivePolicy: JSON.stringify({ ...policy, maxReceiveCount: 1 }) });
    },
    named: /^✗ awss3: redrive policy: maxReceiveCount is 1/m,
  },
  "the queue's policy was overwritten": {
    make: (place) =>
      setQueue(place, {
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sqs:SendMessage" }],
        }),
      }),
    named: /^✗ awss3: who may send: neither S3, SNS nor EventBridge may/m,
  },
  "Bedrock logs into another bucket": {
    make: async ({ stack }) => {
      await stack.account.createBucket("other-logs");
      const config = "s3Config={bucketName=other-logs,keyPrefix=''},textDataDeliveryEnabled=true";
      await stack.aws(["bedrock", "put-model-invocation-logging-configuration", "--logging-config", config]);
    },
    named: /^\? awss3: bucket: .*s3:ListBucket/m,
  },
  "Elasticsearch's key is mistyped": {
    make: ({ elasticsearch }) => void (elasticsearch.fault = () => ({ kind: "status", status: 401 })),
    named: /^✗ elasticsearch: version: .*API key/m,
  },
  "the index templates were not set up": {
    make: ({ elasticsearch }) => void (elasticsearch.hasTemplates = false),
    named: /^✗ elasticsearch: template of \S+: No template of bedrock-otel is in force/m,
  },
  "Elasticsearch's port is mistyped": {
    make: (place) => edit(place, place.elasticsearch.url, `http://127.0.0.1:${freePort()}`),
    named: /^✗ elasticsearch: .*Cannot reach http:\/\/127\.0\.0\.1:/m,
  },
  "the state directory is a file": {
    make: (place) => {
      Deno.writeTextFileSync(place.folder.file("plain"), "");
      edit(place, "directory: ./state", `directory: ${place.folder.file("plain")}`);
      edit(place, "    queue_url:", "    bucket_arn: arn:aws:s3:::my-logs\n    # queue_url:");
    },
    named: /^✗ state directory: \S+plain is no directory/m,
  },
  // Nothing brings it back.
  "at last, the dead-letter queue was deleted": {
    make: async (place) => {
      const { deadLetterTargetArn } = JSON.parse((await queueAttributes(place))["RedrivePolicy"] ?? "");
      const name = String(deadLetterTargetArn).split(":").at(-1) ?? "";
      const QueueUrl = place.stack.output("QueueUrl").replace(/[^/]+$/, name);
      await place.stack.account.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
    named: /^✗ awss3: dead-letter queue: \S+ does not exist: make it/m,
  },
};

Deno.test({
  name: ignore ? `skipped: ${stack.skipped}: a newcomer's mistakes` : "doctor names each mistake on a newcomer's way",
  ignore,
  fn: async (t) => {
    await withStack(async (place) => {
      const config = await Deno.readTextFile(place.folder.file(CONFIG));
      const { DelaySeconds = "", MessageRetentionPeriod = "", RedrivePolicy = "", Policy = "" } = await queueAttributes(
        place,
      );
      for (const [what, { make, named }] of Object.entries(MISTAKES)) {
        await setQueue(place, { DelaySeconds, MessageRetentionPeriod, RedrivePolicy, Policy });
        await forPolicies(place, "AttachUserPolicy");
        await place.stack.turnLoggingOn();
        await Deno.writeTextFile(place.folder.file(CONFIG), config);
        Object.assign(place.elasticsearch, { fault: () => undefined, hasTemplates: true });
        await t.step(what, async () => {
          const { stdout, stderr } = await doctor(place, await make(place) ?? {});
          assert.match(stdout, named, stderr);
        });
      }
    });
  },
});
