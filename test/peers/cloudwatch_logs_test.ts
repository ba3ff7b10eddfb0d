/** The receiver awscloudwatch against servers that others wrote: ministack checks who may do what, moto pages. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import assert from "node:assert/strict";
import { doneMsIn, logsConfig } from "../world/logs_stage.ts";
import { eventually } from "../world/eventually.ts";
import { OtlpEndpoint } from "../world/otlp_endpoint.ts";
import type { ConfigOptions } from "../world/config.ts";
import { RunningService } from "../world/program.ts";
import { samples } from "../world/samples.ts";
import { requestIds, Stage } from "../world/stage.ts";
import { AwsAccount } from "./aws_account.ts";
import { exampleStatements } from "./example_policy.ts";
import { installMinistack, Ministack } from "./ministack.ts";
import { installMoto, Moto } from "./moto.ts";
import { peerTest } from "./peer.ts";

const REGION = "us-east-1";
const ACCOUNT_ID = "111111111111";
const GROUP = "/aws/bedrock/invocations";
const MINUTE_MS = 60_000;

const SERVERS = {
  ministack: { installed: await installMinistack(), start: (path: string) => Ministack.start(path) },
  moto: { installed: await installMoto(), start: (path: string) => Moto.start(path) },
} as const;

/** A server with a log group, and what the program stands between. */
class LogsCloud extends Stage {
  readonly server: Ministack | Moto;
  readonly #client: CloudWatchLogsClient;

  private constructor(server: Ministack | Moto, endpoint: OtlpEndpoint) {
    super(endpoint);
    this.server = server;
    this.#client = new CloudWatchLogsClient({
      endpoint: server.endpoint,
      region: REGION,
      credentials: { accessKeyId: ACCOUNT_ID, secretAccessKey: "test" },
    });
  }

  static async start(start: () => Promise<Ministack | Moto>): Promise<LogsCloud> {
    const cloud = new LogsCloud(await start(), await OtlpEndpoint.start());
    await cloud.createGroup(GROUP);
    return cloud;
  }

  async createGroup(logGroupName: string): Promise<void> {
    await this.#client.send(new CreateLogGroupCommand({ logGroupName }));
    for (const logStreamName of ["a", "b"]) {
      await this.#client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    }
  }

  async deleteGroup(logGroupName: string): Promise<void> {
    await this.#client.send(new DeleteLogGroupCommand({ logGroupName }));
  }

  async put(
    messages: readonly unknown[],
    { timeMs = Date.now() - 5 * MINUTE_MS, stream = "a", group = GROUP } = {},
  ): Promise<void> {
    const logEvents = messages.map((message) => ({ timestamp: timeMs, message: JSON.stringify(message) }));
    await this.#client.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
  }

  config({ receiver = {}, ...options }: ConfigOptions = {}) {
    return logsConfig(this.server, {
      endpoint: this.endpoint,
      directory: this.stateDirectory,
      receiver: { access_key_id: ACCOUNT_ID, ...receiver },
      ...options,
    });
  }

  /** `run --once`, which leaves nothing. */
  async deliver(options: ConfigOptions = {}): Promise<void> {
    const { undelivered, log } = await this.runOnce(options);
    assert.equal(undelivered, 0, log.join(""));
  }

  /** Up to when the group is delivered. */
  doneMs(): number {
    return doneMsIn(this.stateDirectory);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    await super[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Defines a test with a server of its own. */
function withServer(name: keyof typeof SERVERS, what: string, test: (cloud: LogsCloud) => Promise<void>): void {
  const { installed, start } = SERVERS[name];
  peerTest(`${name}: ${what}`, [installed], async (_, path) => {
    await using cloud = await LogsCloud.start(() => start(path));
    await test(cloud);
  });
}

for (const name of ["ministack", "moto"] as const) {
  withServer(name, "the events of all streams, late ones and those at the window's edge arrive once", async (cloud) => {
    const all = samples(30);
    await cloud.put(all.slice(0, 10), { stream: "a" });
    await cloud.put(all.slice(10, 20), { stream: "b" });
    await cloud.deliver();
    assert.equal(cloud.endpoint.accepted.length, 20);

    const doneMs = cloud.doneMs();
    await cloud.put(all.slice(20, 22), { timeMs: doneMs });
    await cloud.put(all.slice(22, 30), { timeMs: Date.now() - 9 * MINUTE_MS, stream: "b" });
    await cloud.deliver();
    await cloud.deliver();

    assert.deepEqual(cloud.tookInvocations, requestIds(all));
    assert.equal(cloud.endpoint.duplicates, 0);
  });

  withServer(name, "groups of a prefix are read, one that is deleted is tried again", async (cloud) => {
    const all = samples(3);
    await cloud.createGroup("/aws/bedrock/other");
    await cloud.put(all.slice(0, 1));
    await cloud.put(all.slice(1, 2), { group: "/aws/bedrock/other" });
    await cloud.deliver({ receiver: { log_group_name_prefix: "/aws/bedrock/", number_of_workers: 2 } });
    assert.deepEqual(cloud.tookInvocations, requestIds(all.slice(0, 2)));

    await using service = await RunningService.start(cloud.config());
    await cloud.deleteGroup(GROUP);
    const { events } = service;
    await eventually(() => events.count("receiver.read_failures", "missing_group") === 1, { what: () => "a failure" });
    await cloud.createGroup(GROUP);
    await cloud.put(all.slice(2));
    await cloud.endpoint.took(3);
  });
}

withServer(
  "ministack",
  "a user who may only filter the group's events reads it by its ARN; others are told",
  async (cloud) => {
    using account = new AwsAccount({ endpoint: cloud.server.endpoint, accountId: ACCOUNT_ID, region: REGION });
    const arn = `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:${GROUP}`;
    // This server asks for any resource; at AWS it is the group's ARN with :* at its end.
    const policy = exampleStatements("awscloudwatch", {
      "arn:aws:logs:us-east-1:123456789012:log-group:/aws/bedrock/invocations:*": "*",
      "arn:aws:s3:::my-bedrock-large-data/*": "arn:aws:s3:::large/*",
    });
    const reader = await account.createUser("reader", policy);
    const stranger = await account.createUser("stranger", [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    const all = samples(5);
    await cloud.put(all);
    await cloud.deliver({ receiver: { ...reader, log_group_arn: `${arn}:*` } });
    assert.deepEqual(cloud.tookInvocations, requestIds(all));
    await cloud.deliver({ receiver: { ...reader, log_group_name_prefix: "/aws/bedrock" } });

    const start = (receiver: Record<string, unknown>) => RunningService.start(cloud.config({ receiver }));
    await assert.rejects(start({ ...stranger, log_group_arn: arn }), /AccessDenied.*logs:FilterLogEvents/);
    await assert.rejects(start({ log_group_name: "/nowhere" }), /log group \/nowhere in us-east-1: ResourceNotFound/);
    await assert.rejects(start({ region: "eu-central-1" }), /in eu-central-1: ResourceNotFound.*region_name/);
  },
);

withServer("moto", "a window of 50,000 events comes in pages, and arrives whole", async (cloud) => {
  const count = 50_000;
  const records = Array.from({ length: count }, (_, number) => ({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: "2026-03-02T00:00:00Z",
    requestId: `request-${number}`,
  }));
  const timeMs = Date.now() - 5 * MINUTE_MS;
  for (let i = 0; i < count; i += 5000) await cloud.put(records.slice(i, i + 5000), { timeMs });
  await cloud.deliver();
  assert.equal(cloud.endpoint.accepted.length, count);
  assert.equal(cloud.endpoint.ids.size, count);
});
