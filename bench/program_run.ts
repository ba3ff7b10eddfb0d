/** Runs of the program as its users start it. */
import { ACCOUNT, REGION } from "../test/world/aws_service.ts";
import { BUCKET } from "../test/world/aws.ts";
import { GROUP } from "../test/world/cloudwatch_logs.ts";
import { TestFolder } from "../test/world/folder.ts";
import { type MeasuredRun, measuredRun } from "../test/world/measured_run.ts";
import type { Load } from "./data.ts";
import type { Row } from "./rows.ts";
import type { Arrived, Places, StubLoad } from "./stub.ts";
import { Stub } from "./stub_process.ts";

/** What a run cost: of several processes the CPU time of all, and the memory of the largest. */
export interface RunCost extends Omit<MeasuredRun, "code" | "stderr">, Arrived {}

/** Runs `run --once` for a row; throws when not every record arrived exactly once. */
export async function measureProgram(row: Row, load: Load): Promise<RunCost> {
  const stubLoad: StubLoad = { ...load, source: row.source ?? "queue" };
  await using stub = await Stub.start(stubLoad);
  await using folder = new TestFolder();
  const runs = await Promise.all(
    Array.from({ length: row.processes ?? 1 }, async (_, process) => {
      const config = folder.file(`${process}.json`);
      await Deno.writeTextFile(config, JSON.stringify(configOf(row, stub.places, folder.file(`state${process}`))));
      return await measuredRun(config);
    }),
  );
  const failed = runs.find(({ code }) => code !== 0);
  if (failed !== undefined) throw new Error(`Cannot measure ${row.name}: exit code ${failed.code}\n${failed.stderr}`);
  const arrived = await stub.arrived();
  if (arrived.records !== load.records || arrived.distinct !== load.records || arrived.left !== 0) {
    throw new Error(`Cannot trust the run ${row.name} of ${load.records} records: ${JSON.stringify(arrived)}`);
  }
  return {
    ...arrived,
    wallMs: Math.max(...runs.map(({ wallMs }) => wallMs)),
    // The process that ends last sees the time of those that ended before.
    cpuSeconds: Math.max(...runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMemoryBytes: Math.max(...runs.map(({ peakMemoryBytes }) => peakMemoryBytes)),
  };
}

const CREDENTIALS = { region: REGION, access_key_id: "bench", secret_access_key: "bench" };

function configOf(
  { source = "queue", processor = {}, exporter = {}, to = "otlp_http" }: Row,
  places: Places,
  directory: string,
) {
  const receivers = {
    queue: { awss3: { queue_url: places.queueUrl, path_style: true } },
    listing: { awss3: { bucket_arn: `arn:aws:s3:::${BUCKET}`, path_style: true } },
    logs: { awscloudwatch: { log_group_arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}` } },
  }[source];
  const [[type, receiver] = []] = Object.entries(receivers);
  const checks = to === "elasticsearch" ? { check_templates: false } : {};
  return {
    receivers: { [type ?? ""]: { ...receiver, endpoint: places.aws, ...CREDENTIALS } },
    processors: { bedrock: processor },
    exporters: { [to]: { endpoint: places.endpoint, ...checks, ...exporter } },
    service: {
      storage: { directory },
      pipelines: { logs: { receivers: [type], processors: ["bedrock"], exporters: [to] } },
    },
  };
}
