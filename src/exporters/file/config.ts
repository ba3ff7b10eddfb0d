import { z } from "zod";

/** Settings of `file`. */
export const fileSchema = z.strictObject({
  path: z.string().min(1).describe(
    "File that OTLP JSON lines are appended to; created with mode 0600. Its directory has to exist.",
  ),
});

export type FileConfig = z.infer<typeof fileSchema>;
