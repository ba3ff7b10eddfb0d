import assert from "node:assert/strict";
import { Health } from "../../telemetry/health.ts";
import { healthReport } from "../../telemetry/health_report.ts";
import { HealthCheck } from "../../extensions/health_check/extension.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { serve } from "../../../test/world/serve.ts";
import { runCli } from "../../../test/world/program.ts";

Deno.test("health exits 0 while the program is well, and 1 when it is not or does not answer", async () => {
  const health = new Health(quietEvents().events);
  const extension = new HealthCheck({
    id: "health_check",
    host: "127.0.0.1",
    port: 0,
    unhealthyAfterMs: 0,
    health: (options) => healthReport(health, {}, options),
  });
  await extension.start();
  const args = ["health", "--endpoint", `127.0.0.1:${extension.port}`];
  assert.equal((await runCli(args)).code, 1);
  health.enter("running");
  const well = await runCli([...args, "--json"]);
  assert.deepEqual([well.code, (JSON.parse(well.stdout) as { healthy: boolean }).healthy], [0, true]);
  // Where every address is listened on, and where others are asked through a proxy.
  const env = { BEDROCK_OTEL_HEALTH_ENDPOINT: `:${extension.port}`, HTTP_PROXY: "http://127.0.0.1:9" };
  assert.equal((await runCli(["health"], { env })).code, 0);
  await extension.stop();
  await using other = serve(() => Response.json({ status: "Server available" }));
  const taken = await runCli(["health", "--endpoint", new URL(other.url).host]);
  assert.deepEqual([taken.code, taken.stdout], [1, ""]);
  assert.match(taken.stderr, /another program answers there, perhaps a Collector/);
  const gone = await runCli(args);
  assert.equal(gone.code, 1);
  assert.match(
    gone.stderr,
    /^Cannot ask 127\.0\.0\.1:\d+: nothing answers there: start the program with the extension health_check/,
  );
  const wrong = await runCli(["health", "--endpoint", "http://localhost:13133"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /expected host:port, such as localhost:13133/);
});

Deno.test("health does not take a Collector whose answer has the same form for ours", async () => {
  const body = { status: "StatusOK", healthy: true, status_time: "2026-01-01T00:00:00Z", start_time: "x" };
  await using collector = serve(() => Response.json(body));
  const { code, stdout, stderr } = await runCli(["health", "--endpoint", new URL(collector.url).host]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^Cannot ask 127\.0\.0\.1:\d+: another program answers there/);
});
