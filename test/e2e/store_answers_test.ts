/** What answers in the place of a store (a proxy, a load balancer, a login page) neither deletes nor hides an object. */
import assert from "node:assert/strict";
import { BUCKET } from "../world/aws.ts";
import type { Fault } from "../world/http_server.ts";
import { runCli } from "../world/program.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { s3Error } from "../world/s3.ts";
import { sample, samples } from "../world/samples.ts";
import { requestIds } from "../world/stage.ts";
import { FOLDER, storedSample } from "../world/stored_bodies.ts";

const RECORDS = samples(2);
const KEY = `${FOLDER}/a.json.gz`;
const HTML = { "content-type": "text/html" };

const FOREIGN: Readonly<Record<string, Fault>> = {
  "a bare 404": { kind: "status", status: 404 },
  "a 404 in HTML": { kind: "status", status: 404, headers: HTML, body: "<html><body>Not Found</body></html>" },
  "a 404 in broken HTML": {
    kind: "status",
    status: 404,
    headers: HTML,
    body: "<html><body>Not Found<hr></body></html>",
  },
  "a 404 in JSON": { kind: "status", status: 404, body: '{"message":"no Route matched"}' },
  "a 404 of S3's form without its code": s3Error(404, "404"),
  "a 403 in HTML": { kind: "status", status: 403, headers: HTML, body: "<html><body>Forbidden</body></html>" },
  "an empty 200": { kind: "status", status: 200 },
  "a login page": { kind: "status", status: 200, headers: { ...HTML, etag: '"5e8f"' }, body: "<html>Log in</html>" },
  "a 200 of another length": { kind: "status", status: 200, body: "{}" },
  "a redirect": { kind: "status", status: 302, headers: { location: "http://127.0.0.1:9/login" } },
};

/** Runs the program once over the object, in one of the ways to read it; what it left. */
const WAYS: Readonly<Record<string, (stage: QueueStage) => Promise<{ left: number }>>> = {
  queue: async (stage) => {
    for (const message of stage.aws.queue.stored.values()) message.visibleAtMs = 0;
    const { undelivered } = await stage.runOnce();
    assert.equal(messageCount(stage.aws.queueState()), undelivered);
    return { left: undelivered };
  },
  listing: async (stage) => {
    const { undelivered } = await stage.runOnce({
      receiver: { queue_url: undefined, bucket_arn: `arn:aws:s3:::${BUCKET}` },
      service: { storage: { directory: stage.stateDirectory } },
    });
    return { left: undelivered };
  },
  backfill: async (stage) => {
    const config = await stage.folder.writeConfig(stage.config());
    const args = ["backfill", "--bucket", BUCKET, "--config", config, "--state", stage.stateDirectory];
    const { code, stdout } = await runCli(args);
    return { left: code === 0 ? 0 : Number(/Failed: (\d+)/.exec(stdout)?.[1]) };
  },
};

for (const [way, run] of Object.entries(WAYS)) {
  for (const [name, fault] of Object.entries(FOREIGN)) {
    // Three tries, with seconds between them: a backfill is shown by one.
    if (way === "backfill" && name !== "a 404 in HTML") continue;
    Deno.test(`${name} instead of an object: the ${way} has it left, and delivers it later`, async () => {
      await using stage = await QueueStage.start();
      stage.aws.publish(KEY, RECORDS);
      stage.aws.s3.fault = ({ key }) => key === KEY ? fault : undefined;
      assert.deepEqual(await run(stage), { left: 1 });
      assert.deepEqual(stage.tookInvocations, []);
      stage.aws.s3.fault = () => undefined;
      assert.deepEqual(await run(stage), { left: 0 });
      assert.deepEqual(stage.tookInvocations, requestIds(RECORDS));
    });
  }
}

Deno.test("an object that S3 itself says is gone is done", async () => {
  await using stage = await QueueStage.start();
  stage.aws.publish(KEY, RECORDS);
  stage.aws.publish(`${FOLDER}/b.json.gz`, [sample(7)]);
  stage.aws.s3.fault = ({ key }) => key === KEY ? s3Error(404, "NoSuchKey") : undefined;
  assert.deepEqual(await WAYS["queue"]?.(stage), { left: 0 });
  assert.deepEqual(stage.tookInvocations, requestIds([sample(7)]));
});

Deno.test("a foreign 404 instead of a body is no missing body: the record waits for it", async () => {
  await using stage = await QueueStage.start();
  const { record, stored } = storedSample(1);
  for (const [key, body] of stored) stage.aws.putLogs(key, JSON.stringify(body));
  stage.aws.publish(KEY, [record]);
  stage.aws.s3.fault = ({ key }) => key.includes("/data/") ? FOREIGN["a 404 in HTML"] : undefined;
  const bodies = { body_wait: "0s" };
  assert.equal((await stage.runOnce({ processor: { bodies } })).undelivered, 1);
  assert.equal(stage.endpoint.accepted.length, 0);
  stage.aws.s3.fault = () => undefined;
  assert.deepEqual(await WAYS["queue"]?.(stage), { left: 0 });
  assert.ok(stage.endpoint.accepted[0]?.attributes["gen_ai.input.messages"] !== undefined);
});
