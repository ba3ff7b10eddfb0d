import type { ExporterFactory } from "../../component/component.ts";
import { type DebugConfig, debugSchema } from "./config.ts";
import { DebugExporter } from "./exporter.ts";

/** The exporter `debug`: what passes through, on the terminal. */
export const debugFactory: ExporterFactory<DebugConfig> = {
  type: "debug",
  description: "Prints records and data points to standard output",
  signals: ["logs", "metrics"],
  schema: debugSchema,
  permissions: () => ({}),
  create: (context) => new DebugExporter(context),
};
