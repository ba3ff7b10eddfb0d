import assert from "node:assert/strict";
import { permissionFlags, runCli } from "../../src/commands/testing.ts";
import { FakeCloudWatch, REGION } from "../world/cloudwatch.ts";
import { eventually } from "../world/eventually.ts";
import { MetricsEndpoint } from "../world/metrics_endpoint.ts";
import { lineOf } from "../world/metrics_stage.ts";
import { type Config, Program, TestFolder } from "../world/program.ts";

const PERIOD_MS = 300_000;

/** The program's time is the real one. */
class Fixture implements AsyncDisposable {
  readonly cloudWatch = new FakeCloudWatch();
  readonly endpoint = new MetricsEndpoint();
  readonly folder = new TestFolder();

  constructor() {
    // In the last period that has ended, by the receiver's latency, and in the next one: it may end any moment.
    const startMs = Math.floor((Date.now() - 2 * 60_000) / PERIOD_MS) * PERIOD_MS - PERIOD_MS;
    for (const model of ["a", "b", "c"]) {
      for (const timeMs of [startMs, startMs + PERIOD_MS]) {
        this.cloudWatch.put({ metric: "Invocations", dimensions: { ModelId: model }, timeMs, value: 1 });
      }
    }
  }

  async writeConfig(): Promise<string> {
    const config: Config = {
      receivers: {
        awscloudwatchmetrics: {
          endpoint: this.cloudWatch.endpoint,
          regions: [REGION],
          tags_filter: [{ key: "a", value: "b" }],
          access_key_id: "test",
          secret_access_key: "canary-secret",
        },
      },
      exporters: { otlp_http: { endpoint: this.endpoint.url } },
      service: {
        storage: { directory: this.folder.file("state") },
        pipelines: { metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] } },
      },
    };
    this.cloudWatch.tagged.set("a=b", ["arn:x/a", "arn:x/b", "arn:x/c"]);
    return await this.folder.writeConfig(config);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endpoint[Symbol.asyncDispose]();
    await this.cloudWatch[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

Deno.test("run --once with the permissions that permissions prints delivers, and says what it took", async () => {
  await using fixture = new Fixture();
  const config = await fixture.writeConfig();
  const flags = await permissionFlags(["--config", config]);
  const { code, stderr } = await runCli(["run", "--once", "--config", config], { flags });
  assert.equal(code, 0, stderr);
  assert.equal(fixture.endpoint.accepted.length, 3);
  assert.match(stderr, /awscloudwatchmetrics\.cost: .*metrics_asked=3 api_calls=\d+ estimated_usd=0\.0000/);
  assert.match(stderr, /service\.stopped: .*delivered_points=3/);
  assert.ok(!stderr.includes("canary-secret"));
});

Deno.test("a program killed while it delivers goes on where it was: every point arrives", async () => {
  await using fixture = new Fixture();
  const config = await fixture.writeConfig();
  const never = Promise.withResolvers<undefined>();
  fixture.endpoint.answer = () => never.promise;
  {
    await using program = new Program(["run", "--config", config]);
    await eventually(() => fixture.endpoint.requests.length > 0, { what: () => `a request: ${program.stderr}` });
    program.signal("SIGKILL");
    await program.result();
  }
  fixture.endpoint.answer = () => undefined;
  never.resolve(undefined);
  // The endpoint took what it could tell nobody.
  await eventually(() => fixture.endpoint.accepted.length === 3, { what: () => "the first request" });
  fixture.endpoint.accepted.length = 0;
  const lost = (fixture.endpoint.requests[0] ?? []).map(lineOf);
  assert.equal(lost.length, 3);
  const { code, stderr } = await runCli(["run", "--once", "--config", config]);
  assert.equal(code, 0, stderr);
  const took = new Set(fixture.endpoint.accepted.map(lineOf));
  assert.ok(lost.every((line) => took.has(line)), stderr);

  await runCli(["run", "--once", "--config", config]);
  const all = fixture.endpoint.accepted.map(lineOf);
  assert.equal(all.length, new Set(all).size, "nothing is sent twice");
});
