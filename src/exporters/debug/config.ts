import { z } from "zod";

/** Settings of `debug`. */
export const debugSchema = z.strictObject({
  verbosity: z.enum(["basic", "normal", "detailed"]).default("normal").describe(
    "basic: a line for each request; normal: a line for each record, or for the metrics of one dimension set and time; " +
      "detailed: all attributes too, prompts included.",
  ),
});

export type DebugConfig = z.infer<typeof debugSchema>;
