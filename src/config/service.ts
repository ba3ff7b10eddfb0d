import { z } from "zod";
import { duration, size } from "./settings.ts";

const pipelineSchema = z.strictObject({
  receivers: z.array(z.string()).default([]).describe("Ids of the receivers that feed the pipeline."),
  processors: z.array(z.string()).default([]).describe("Ids of the processors, in the order in which records pass."),
  exporters: z.array(z.string()).default([]).describe("Ids of the exporters; each of them gets every record."),
});

const logsSchema = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info").describe(
    "Log lines below this level are left out.",
  ),
  encoding: z.codec(z.enum(["text", "json", "console"]), z.enum(["text", "json"]), {
    decode: (encoding) => encoding === "console" ? "text" : encoding,
    encode: (encoding) => encoding,
  }).prefault("text").describe("Form of the log lines on stderr; `console` is the Collector's word for `text`."),
});

const telemetrySchema = z.strictObject({
  logs: logsSchema.prefault({}).describe("The program's own log."),
  resource: z.record(z.string(), z.string()).default({})
    .describe("Resource attributes of everything that is sent."),
});

/** Section `service` of the configuration. */
export const serviceSchema = z.strictObject({
  storage: z.strictObject({
    directory: z.string().min(1).default("./state").describe("Where receivers keep their checkpoints."),
  }).prefault({}).describe("State that outlives the program; a queue needs none."),
  shutdown_timeout: duration().prefault("30s").describe("At a stop signal: how long to finish what is in flight."),
  max_in_flight_bytes: size({ min: "64KiB" }).prefault("64MiB")
    .describe("Most bytes of records that all receivers together hold in memory."),
  dead_letter: z.string().optional().describe("Id of the `file` exporter for records that can never be delivered."),
  telemetry: telemetrySchema.prefault({}).describe("The program's own log and resource."),
  extensions: z.array(z.string()).default([]).describe("Ids of the extensions that run."),
  pipelines: z.record(z.string(), pipelineSchema).default({}).describe(
    "Which components are connected, by `logs[/name]` or `metrics[/name]`.",
  ),
});

/** Durations in ms, sizes in bytes. */
export type ServiceConfig = z.output<typeof serviceSchema>;
