import { z } from "zod";
import { telemetrySchema } from "./telemetry.ts";
import { SIGNALS } from "../component/batch.ts";
import { duration, size } from "./settings.ts";

const pipelineSchema = z.strictObject({
  receivers: z.array(z.string()).default([]).describe("Ids of the receivers that feed the pipeline."),
  processors: z.array(z.string()).default([]).describe("Ids of the processors, in the order in which records pass."),
  exporters: z.array(z.string()).default([]).describe("Ids of the exporters; each of them gets every record."),
});

/** Its own check names the mistake; the pattern is for editors. */
export const pipelineId = z.string().meta({ pattern: `^(${SIGNALS.join("|")})(/.+)?$` });

/** Section `service` of the configuration. */
export const serviceSchema = z.strictObject({
  storage: z.strictObject({
    directory: z.string().min(1).default("./state").describe("Where receivers keep their checkpoints."),
  }).prefault({}).describe("State that outlives the program; a queue needs none."),
  shutdown_timeout: duration().prefault("30s").describe("At a stop signal: how long to finish what is in flight."),
  max_in_flight_bytes: size({ min: "64KiB" }).prefault("64MiB")
    .describe(
      "Most bytes of records that all receivers together hold; each counts as about what it becomes in memory. " +
        "Pipelines without a receiver or an exporter in common have equal parts of it.",
    ),
  dead_letter: z.string().optional().describe("Id of the `file` exporter for records that can never be delivered."),
  telemetry: telemetrySchema.prefault({}).describe("The program's own logs and metrics."),
  extensions: z.array(z.string()).default([]).describe("Ids of the extensions that run."),
  pipelines: z.record(pipelineId, pipelineSchema).default({}).describe(
    "Which components are connected, by `logs[/name]` or `metrics[/name]`.",
  ),
});

/** Durations in ms, sizes in bytes. */
export type ServiceConfig = z.output<typeof serviceSchema>;
