import type { ExporterFactory } from "../../component/component.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { type FileConfig, fileSchema } from "./config.ts";
import { FileExporter } from "./exporter.ts";

/** The exporter `file`: OTLP JSON lines in a file; also the dead letter's. */
export const fileFactory: ExporterFactory<FileConfig> = {
  type: "file",
  description: "Appends OTLP JSON lines to a file, as the Collector's file exporter writes them",
  signals: ["logs", "metrics"],
  schema: fileSchema,
  place: ({ path }) => path,
  permissions: ({ path }) => ({ read: [path], write: [path] }),
  create: (context) => new FileExporter(context, typesIn(INVOCATION_FIELDS)),
};
