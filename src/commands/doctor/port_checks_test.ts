import assert from "node:assert/strict";
import type { Config } from "../../../test/world/config.ts";
import { TestFolder } from "../../../test/world/folder.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { HealthCheck } from "../../extensions/health_check/extension.ts";
import { Health } from "../../telemetry/health.ts";
import { healthReport } from "../../telemetry/health_report.ts";
import { loadProgramConfig } from "../load_config.ts";
import { portChecks } from "./port_checks.ts";

/** What doctor says of the ports of a configuration with these extensions, and Prometheus where a port is given. */
async function checked(extensions: Config, port?: number): Promise<string[]> {
  using folder = new TestFolder();
  const pull = { exporter: { prometheus: { host: "127.0.0.1", port } } };
  const file = await folder.writeConfig({
    receivers: { file: { include: ["logs"] } },
    processors: { bedrock: {} },
    exporters: { debug: {} },
    extensions,
    service: {
      extensions: Object.keys(extensions),
      pipelines: { logs: { receivers: ["file"], processors: ["bedrock"], exporters: ["debug"] } },
      ...port !== undefined && { telemetry: { metrics: { readers: [{ pull }] } } },
    },
  });
  const findings = await portChecks(await loadProgramConfig([file]));
  return findings.map(({ status, check, text }) => `${status} ${check}: ${text}`);
}

Deno.test("doctor names each port that another program has, and the setting to change", async () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = other.addr as Deno.NetAddr;
  const endpoint = `127.0.0.1:${port}`;
  const found = await checked({ health_check: { endpoint: "127.0.0.1:0" }, status_page: { endpoint } }, port);
  assert.equal(found.length, 2);
  assert.match(
    found[0] ?? "",
    /^failed status_page: port: cannot listen on \S+ .* change extensions\.status_page\.endpoint$/,
  );
  assert.match(found[1] ?? "", /^failed metrics: port: .* change port of service\.telemetry\.metrics\.readers/);
  other.close();
  assert.deepEqual(await checked({ status_page: { endpoint } }), [`ok status_page: port: ${endpoint} is free`]);
});

Deno.test("doctor does not call a port wrong that the running program itself may have", async () => {
  const health = new Health(quietEvents().events);
  const running = new HealthCheck({
    id: "health_check",
    host: "127.0.0.1",
    port: 0,
    unhealthyAfterMs: 0,
    health: (options) => healthReport(health, {}, options),
  });
  await running.start();
  try {
    const [found = ""] = await checked({ health_check: { endpoint: `127.0.0.1:${running.port}` } });
    assert.match(found, /^unknown health_check: port: \S+ is taken, and a bedrock-otel runs: /);
  } finally {
    await running.stop();
  }
});
