import assert from "node:assert/strict";
import { DeleteObjectCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { Program, runCli, RunningService, runOnce } from "../world/program.ts";
import { eventually } from "../world/eventually.ts";
import { ACCEPT } from "../world/otlp_endpoint.ts";
import { TestFolder } from "../world/folder.ts";
import { samples } from "../world/samples.ts";
import { requestIds } from "../world/stage.ts";
import { policyOf } from "./aws_account.ts";
import { BUCKET, Cloud, type CloudOptions, logFile, neededPermissions, ROUTES } from "./cloud.ts";
import { exampleStatements } from "./example_policy.ts";
import { installMinistack } from "./ministack.ts";
import { peerTest } from "./peer.ts";

const ministack = await installMinistack();

/** Defines a test with a server of its own. */
function withCloud(name: string, test: (cloud: Cloud) => Promise<void>, options: CloudOptions = {}): void {
  peerTest(name, [ministack], async (_, path) => {
    await using cloud = await Cloud.start(path, options);
    await test(cloud);
  });
}

const KEYS = [
  "AWSLogs/111111111111/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/20260302T050501123Z_3f6a.json.gz",
  "with blank and + plus.json.gz",
  "100% /a=b&c#d?e;f,g:h@i$j.json.gz",
  "%2B already encoded%20.json.gz",
  "ünï/日本語/😀 'quoted' (1)!*~.json.gz",
];

for (const route of ROUTES) {
  withCloud(`awss3 reads what S3 itself announces by ${route}, whatever the key`, async (cloud) => {
    await cloud.announceBy(route);
    const all = samples(KEYS.length * 3);
    for (const [index, key] of KEYS.entries()) await cloud.put(key, all.slice(index * 3, index * 3 + 3));
    const isTested = !route.startsWith("eventbridge");
    await cloud.queued(KEYS.length + (isTested ? 1 : 0));
    const testEvents = (await cloud.messages()).filter(({ Body }) => Body.includes("s3:TestEvent"));
    assert.equal(testEvents.length, isTested ? 1 : 0);

    const { undelivered, log } = await runOnce(cloud.config());

    assert.equal(undelivered, 0, log.join(""));
    assert.deepEqual(cloud.tookInvocations, requestIds(all));
    assert.equal(cloud.endpoint.duplicates, 0);
    const keys = new Set(cloud.endpoint.accepted.map(({ attributes }) => attributes["aws.s3.object.key"]));
    assert.deepEqual([...keys].sort(), [...KEYS].sort());
    assert.deepEqual([await cloud.messages(), await cloud.deadMessages()], [[], []]);
  });
}

withCloud(
  "awss3 acknowledges the removal of an object, and an object that was removed before it was read",
  async (cloud) => {
    for (const route of ["s3", "eventbridge"] as const) {
      await cloud.announceBy(route);
      await cloud.put(`${route}.json.gz`, samples(1));
      await cloud.account.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `${route}.json.gz` }));
    }
    await cloud.queued(5);

    const { undelivered, log } = await runOnce(cloud.config());

    assert.equal(undelivered, 0, log.join(""));
    assert.equal(cloud.endpoint.requests.length, 0);
    assert.deepEqual([await cloud.messages(), await cloud.deadMessages()], [[], []]);
    for (const route of ["s3", "eventbridge"]) {
      assert.ok(log.some((line) => line.includes("WARN") && line.includes(`${route}.json.gz`)), log.join(""));
    }
  },
);

withCloud("awss3 reads a bucket in another region, named by the notification or by a redirect", async (cloud) => {
  const elsewhere = cloud.also({ region: "eu-central-1" });
  const bucket = "bedrock-logs-frankfurt";
  await elsewhere.createBucket(bucket);
  const topicArn = await elsewhere.createTopic("objects");
  await elsewhere.subscribe(topicArn, { queue: cloud.queue, raw: true });
  await elsewhere.announce(bucket, { TopicConfigurations: [{ TopicArn: topicArn, Events: ["s3:ObjectCreated:*"] }] });
  const all = samples(4);
  await cloud.put("a b.json.gz", all, { bucket, account: elsewhere });
  await cloud.queued(2);
  const message = (await cloud.messages()).find(({ Body }) => Body.includes("ObjectCreated"))?.Body ?? "";
  assert.match(message, /"awsRegion": "eu-central-1"/);

  const named = await runOnce(cloud.config());
  assert.equal(named.undelivered, 0, named.log.join(""));
  assert.deepEqual(cloud.tookInvocations, requestIds(all));

  // As other stores write it, and as a notification that was passed on by hand may be.
  for (const region of ["", "us-east-1"]) {
    await cloud.account.sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.queue.url,
        MessageBody: message.replace("eu-central-1", region),
      }),
    );
  }
  const redirected = await runOnce(cloud.config());

  assert.equal(redirected.undelivered, 0, redirected.log.join(""));
  assert.equal(cloud.endpoint.accepted.length, 3 * all.length);
  assert.equal(cloud.endpoint.ids.size, all.length);
  const places = new Set(cloud.endpoint.accepted.map(({ attributes }) => attributes["log.file.path"]));
  assert.deepEqual([...places], [`https://${bucket}.s3.eu-central-1.amazonaws.com/a%20b.json.gz`]);
  assert.deepEqual(await cloud.messages(), []);
});

withCloud("awss3 lists buckets, in another region too, whatever the keys, and later what is new", async (cloud) => {
  using folder = new TestFolder();
  const policy = exampleStatements("awss3-listing", {
    "arn:aws:s3:::my-bedrock-logs": "arn:aws:s3:::bedrock-logs*",
    "arn:aws:s3:::my-bedrock-logs/*": "arn:aws:s3:::bedrock-logs*/*",
  });
  const lister = await cloud.account.createUser("lister", policy);
  const elsewhere = cloud.also({ region: "eu-central-1" });
  await elsewhere.createBucket("bedrock-logs-frankfurt");
  const all = samples(KEYS.length + 1);
  for (
    const { bucket, account } of [
      { bucket: BUCKET, account: cloud.account },
      { bucket: "bedrock-logs-frankfurt", account: elsewhere },
    ]
  ) {
    const taken = cloud.tookInvocations.length;
    const list = () => {
      const receiver = { ...lister, queue_url: undefined, sqs: undefined, bucket_arn: `arn:aws:s3:::${bucket}` };
      return runOnce(cloud.config({ receiver, service: { storage: { directory: folder.file("state") } } }));
    };
    for (const [index, key] of KEYS.entries()) await cloud.put(key, all.slice(index, index + 1), { bucket, account });
    const { undelivered, log } = await list();
    assert.equal(undelivered, 0, log.join(""));
    assert.equal(cloud.tookInvocations.length - taken, KEYS.length);
    await cloud.put(`${KEYS[0]}.json.gz`, all.slice(-1), { bucket, account });
    assert.equal((await list()).undelivered, 0);
    assert.deepEqual(
      cloud.endpoint.accepted.slice(taken).map(({ attributes }) => attributes["event.id"]).sort(),
      requestIds(all),
    );
  }
});

withCloud(
  "backfill announces a bucket in a queue with what its policy allows, and says what is missing",
  async (cloud) => {
    using folder = new TestFolder();
    const all = samples(4);
    for (const [index, record] of all.entries()) await cloud.put(`${index}.json.gz`, [record]);
    const statements = exampleStatements("backfill", {
      "arn:aws:s3:::my-bedrock-logs": `arn:aws:s3:::${BUCKET}`,
      "arn:aws:sqs:us-east-1:123456789012:bedrock-logs": cloud.queue.arn,
    });
    // At AWS this one is part of sqs:SendMessage; ministack wants it named.
    const batch = { Effect: "Allow", Action: "sqs:SendMessageBatch", Resource: cloud.queue.arn };
    const backfill = async (name: string, allowed: readonly unknown[]) => {
      const keys = await cloud.account.createUser(name, allowed);
      const args = ["--bucket", BUCKET, "--queue-url", cloud.queue.url, "--endpoint", cloud.server.endpoint];
      return await runCli(["backfill", ...args, "--path-style", "--state", folder.file(name)], {
        env: {
          AWS_ACCESS_KEY_ID: keys.access_key_id,
          AWS_SECRET_ACCESS_KEY: keys.secret_access_key,
          AWS_REGION: cloud.account.region,
        },
      });
    };
    const { code, stderr } = await backfill("filler", [...statements, batch]);
    assert.equal(code, 0, stderr);
    assert.equal((await runOnce(cloud.config())).undelivered, 0);
    assert.deepEqual(cloud.tookInvocations, requestIds(all));

    const blind = await backfill("blind", [...statements.slice(1), batch]);
    assert.equal(blind.code, 1);
    assert.match(blind.stderr, /Cannot list bucket bedrock-logs: AccessDenied/);
    const mute = await backfill("mute", statements.slice(0, 1));
    assert.equal(mute.code, 1);
    assert.match(mute.stderr, /AccessDenied/);
  },
);

const STRANGER = "222222222222";

/** A bucket of another account that announces its objects in our queue. */
async function foreignBucket(cloud: Cloud, bucket: string) {
  const account = cloud.also({ accountId: STRANGER });
  await account.createBucket(bucket);
  await account.announce(bucket, {
    QueueConfigurations: [{ QueueArn: cloud.queue.arn, Events: ["s3:ObjectCreated:*"] }],
  });
  return { bucket, account };
}

withCloud("awss3 leaves what it may not read, and reads it once the bucket's policy allows it", async (cloud) => {
  const foreign = await foreignBucket(cloud, "logs-of-another-account");
  const all = samples(3);
  await cloud.put("a.json.gz", all, foreign);
  await cloud.queued(2);

  const refused = await runOnce(cloud.config({ receiver: { visibility_timeout: "1s" } }));
  assert.equal(refused.undelivered, 1);
  assert.ok(
    refused.log.some((line) => line.includes("forbidden") && line.includes("AccessDenied")),
    refused.log.join(""),
  );
  assert.equal(cloud.endpoint.requests.length, 0);

  await foreign.account.s3.send(
    new PutBucketPolicyCommand({
      Bucket: foreign.bucket,
      Policy: policyOf([{
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${cloud.account.accountId}:root` },
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${foreign.bucket}/*`,
      }]),
    }),
  );
  await eventually(async () => await cloud.account.visibleMessages(cloud.queue) === 1, { what: () => "the message" });
  const allowed = await runOnce(cloud.config());
  assert.equal(allowed.undelivered, 0, allowed.log.join(""));
  assert.deepEqual(cloud.tookInvocations, requestIds(all));
  assert.deepEqual(await cloud.messages(), []);
});

withCloud("awss3 leaves poison to the queue's own redrive policy, and delivers the rest", async (cloud) => {
  await cloud.announceBy("s3");
  const damaged = samples(40);
  const good = samples(3, { first: 40 });
  const file = logFile(damaged);
  await cloud.put("damaged.json.gz", file.subarray(0, file.length / 2));
  await cloud.put("good.json.gz", good);
  await cloud.put("forbidden.json.gz", samples(1, { first: 50 }), await foreignBucket(cloud, "forbidden"));
  await cloud.account.sqs.send(new SendMessageCommand({ QueueUrl: cloud.queue.url, MessageBody: "hello" }));
  await cloud.queued(6);

  const service = await RunningService.start(cloud.config({ receiver: { visibility_timeout: "1s", sqs: {} } }));
  await using _ = service;
  await eventually(async () => (await cloud.deadMessages()).length === 3, {
    what: async () => `3 messages in the dead-letter queue; the queue has ${JSON.stringify(await cloud.messages())}`,
  });
  await service.stop();

  assert.deepEqual(await cloud.messages(), []);
  const dead = await cloud.deadMessages();
  for (const text of ["damaged.json.gz", "forbidden.json.gz", "hello"]) {
    const message = dead.find(({ Body }) => Body.includes(text));
    assert.equal(message?.ReceiveCount, 2, text);
  }
  const took = Map.groupBy(cloud.tookInvocations, (id) => id);
  for (const id of requestIds(good)) assert.equal(took.get(id)?.length, 1, id);
  // What is before the damage came with each receipt, under the same ids.
  assert.ok(took.size > good.length && took.size < good.length + damaged.length, `took ${took.size}`);
  assert.equal(cloud.endpoint.ids.size, took.size);
}, { maxReceiveCount: 2 });

withCloud("awss3 keeps a message hidden for longer than its visibility timeout while it works on it", async (cloud) => {
  await cloud.announceBy("s3");
  const all = samples(5);
  await cloud.put("slow.json.gz", all);
  await cloud.queued(2);
  const held = Promise.withResolvers<void>();
  cloud.endpoint.rule = async () => {
    await held.promise;
    return ACCEPT;
  };

  const service = await RunningService.start(cloud.config({
    receiver: { visibility_timeout: "2s", sqs: {} },
    exporter: { timeout: "20s" },
  }));
  await using _ = service;
  await eventually(() => cloud.endpoint.arrived === 1, { what: () => "a request" });
  const startedMs = Date.now();
  // A second reader of the queue asks all the time.
  await eventually(async () => {
    assert.equal(await cloud.account.visibleMessages(cloud.queue), 0, "the message is visible");
    return Date.now() - startedMs > 5000;
  }, { what: () => "5 s" });
  assert.deepEqual((await cloud.messages()).map(({ ReceiveCount }) => ReceiveCount), [1]);
  held.resolve();
  await eventually(async () => (await cloud.messages()).length === 0, { what: () => "an empty queue" });
  await service.stop();
  assert.deepEqual(cloud.tookInvocations, requestIds(all));
});

withCloud("awss3 says when a message was gone at its deletion, and goes on", async (cloud) => {
  await cloud.announceBy("s3");
  const all = samples(2);
  await cloud.put("a.json.gz", all.slice(0, 1));
  await cloud.queued(2);
  cloud.endpoint.rule = async () => {
    await cloud.account.sqs.send(new PurgeQueueCommand({ QueueUrl: cloud.queue.url }));
    cloud.endpoint.rule = () => ACCEPT;
    await cloud.put("b.json.gz", all.slice(1));
    return ACCEPT;
  };

  const service = await RunningService.start(cloud.config());
  await using _ = service;
  await cloud.endpoint.took(2);
  await eventually(async () => (await cloud.messages()).length === 0, { what: () => "an empty queue" });
  await service.stop();

  assert.deepEqual(cloud.tookInvocations, requestIds(all));
  const said = service.log.filter((line) => line.includes("ReceiptHandleIsInvalid"));
  // The test event's and that of the first object.
  assert.equal(said.length, 2, service.log.join(""));
});

const REFUSED_AT_START: readonly { what: string; receiver: Record<string, unknown>; message: RegExp }[] = [
  { what: "a wrong secret", receiver: { secret_access_key: "wrong" }, message: /signature/i },
  { what: "an unknown key", receiver: { access_key_id: "AKIAEXAMPLE" }, message: /security token/i },
  { what: "another account", receiver: { access_key_id: STRANGER }, message: /AccessDenied/i },
  { what: "another region", receiver: { region: "eu-central-1" }, message: /AccessDenied/ },
];

withCloud("awss3 refuses to start where the queue will never answer", async (cloud) => {
  for (const { what, receiver, message } of REFUSED_AT_START) {
    await assert.rejects(runOnce(cloud.config({ receiver })), (error: Error) => {
      assert.match(error.message, message, what);
      assert.ok(error.message.includes(cloud.queue.url), error.message);
      return true;
    });
  }
});

withCloud("run --once as two processes at once empties the queue and delivers each record once", async (cloud) => {
  await cloud.announceBy("sns");
  const all = samples(150);
  for (let index = 0; index < 30; index++) await cloud.put(`${index}.json.gz`, all.slice(index * 5, index * 5 + 5));
  await cloud.queued(31);
  using folder = new TestFolder();
  const file = await folder.writeConfig(cloud.config({
    receiver: { number_of_workers: 3 },
    exporter: { timeout: "30s" },
  }));
  const bothReceived = Promise.withResolvers<void>();
  cloud.endpoint.rule = async () => {
    await bothReceived.promise;
    return ACCEPT;
  };

  await using one = new Program(["run", "--once", "--config", file]);
  await using other = new Program(["run", "--once", "--config", file]);
  await Promise.all([one.said("awss3.received"), other.said("awss3.received")]);
  bothReceived.resolve();
  for (const { code, stderr } of await Promise.all([one.result(), other.result()])) assert.equal(code, 0, stderr);

  assert.deepEqual(cloud.tookInvocations, requestIds(all));
  assert.equal(cloud.endpoint.ids.size, all.length);
  assert.deepEqual([await cloud.messages(), await cloud.deadMessages()], [[], []]);
});

withCloud("run --once assumes a role that may do only what the receiver needs", async (cloud) => {
  await cloud.announceBy("s3");
  const { accountId } = cloud.account;
  const traveller = await cloud.account.createUser("traveller", [
    { Effect: "Allow", Action: "sts:AssumeRole", Resource: `arn:aws:iam::${accountId}:role/reader` },
  ]);
  await cloud.account.query("iam", "CreateRole", {
    RoleName: "reader",
    AssumeRolePolicyDocument: policyOf([{
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:user/traveller` },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": "bedrock" } },
    }]),
  });
  await cloud.account.query("iam", "PutRolePolicy", {
    RoleName: "reader",
    PolicyName: "reader",
    PolicyDocument: policyOf(neededPermissions(cloud.queue)),
  });
  const all = samples(3);
  await cloud.put("a.json.gz", all);
  await cloud.queued(2);
  const role = { ...traveller, role_arn: `arn:aws:iam::${accountId}:role/reader`, endpoint: undefined };
  const env = { AWS_ENDPOINT_URL: cloud.server.endpoint };

  const run = async (receiver: Record<string, unknown>) => {
    using folder = new TestFolder();
    const file = await folder.writeConfig(cloud.config({ receiver: { ...role, ...receiver } }));
    await using program = new Program(["run", "--once", "--config", file], { env });
    return await program.result();
  };
  const refused = await run({});
  assert.equal(refused.code, 1, refused.stderr);
  assert.match(refused.stderr, /AccessDenied.*sts:AssumeRole/);

  const { code, stderr } = await run({ external_id: "bedrock" });
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /AccessDenied/);
  assert.deepEqual(cloud.tookInvocations, requestIds(all));
  assert.deepEqual(await cloud.messages(), []);
});
