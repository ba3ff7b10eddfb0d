/** The live page of a program that runs and delivers nothing by itself. */
import { StatusPage } from "../../src/extensions/status_page/extension.ts";
import { Health } from "../../src/telemetry/health.ts";
import { healthReport } from "../../src/telemetry/health_report.ts";
import { quietEvents } from "./quiet_events.ts";

const GROUPS = {
  "pipeline:logs": ["receiver:awss3", "processor:bedrock", "exporter:otlp_http"],
  dead_letter: ["exporter:file/dead_letter"],
  state: ["service:storage"],
};

/** Starts it on a free port of loopback. */
export async function startStatusPage({ token }: { token?: string | undefined } = {}) {
  const { events } = quietEvents();
  const health = new Health(events);
  const page = new StatusPage({
    id: "status_page",
    host: "127.0.0.1",
    port: 0,
    token,
    events,
    health: (options) => healthReport(health, GROUPS, options),
  });
  health.enter("running");
  await page.start();
  return { page, events };
}
