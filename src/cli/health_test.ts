import assert from "node:assert/strict";
import { Health } from "../telemetry/health.ts";
import { healthReport } from "../telemetry/health_report.ts";
import { HealthCheck } from "../extensions/health_check/extension.ts";
import { quietEvents } from "../pipeline/testing.ts";
import { runCli } from "./testing.ts";

Deno.test("health exits 0 while the program is well, and 1 when it is not or does not answer", async () => {
  const health = new Health(quietEvents().events);
  const extension = new HealthCheck({
    host: "127.0.0.1",
    port: 0,
    unhealthyAfterMs: 0,
    health: (options) => healthReport(health, {}, options),
  });
  await extension.start();
  const args = ["health", "--endpoint", `127.0.0.1:${extension.port}`];
  assert.equal((await runCli(args)).code, 1);
  health.enter("running");
  const well = await runCli(args);
  assert.deepEqual([well.code, (JSON.parse(well.stdout) as { healthy: boolean }).healthy], [0, true]);
  await extension.stop();
  const gone = await runCli(args);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /^Cannot ask http:\/\/127\.0\.0\.1:\d+\/: /);
});
