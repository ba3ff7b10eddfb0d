// @ts-types="@types/picomatch"
import picomatch from "picomatch";
import { z } from "zod";
import type { Problem } from "../../component/component.ts";
import { duration, size } from "../../config/settings.ts";

const pattern = z.string().superRefine((text, context) => {
  const message = patternProblem(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

function patternProblem(text: string): string | undefined {
  if (text === "") return "expected a path or a glob pattern";
  if (/^!(?!\()/.test(text)) return "expected a pattern without !: name what to leave out under exclude";
  try {
    picomatch.makeRe(text, { strictBrackets: true });
    return undefined;
  } catch (error) {
    return `expected a glob pattern (\\ before a plain bracket): ${error instanceof Error ? error.message : error}`;
  }
}

/** Settings of the receiver `file`; durations in ms, sizes in bytes. */
export const fileReceiverSchema = z.strictObject({
  include: z.array(pattern).min(1).describe(
    "Files to read: paths or glob patterns (*, ?, **, [a-z], {a,b}). Names that begin with a dot only where a pattern " +
      "says so; links to directories are not followed.",
  ),
  exclude: z.array(pattern).default([]).describe(
    "Files to leave out: patterns for the whole path; without a slash for the file's name; with **/ at their begin for " +
      "what is below the directory of include. Bodies that Bedrock stores beside its logs are always left out.",
  ),
  poll_interval: duration({ min: "10ms" }).prefault("10s").describe(
    "How often to look for files; less often where looking takes long.",
  ),
  settle_time: duration().prefault("5s").describe(
    "A file is read once it has not changed for so long, so that one that is still being copied is left alone. A record " +
      "that is cut at its end waits for the rest all the same.",
  ),
  number_of_workers: z.int().min(1).default(4).describe("Files that are read at once."),
  max_bytes: size({ min: "1KiB" }).prefault("10MiB").describe(
    "Largest record. A larger one is never cut: it is left out, and an event says where it was.",
  ),
  expand_event_list_from_field: z.string().min(1).optional().describe(
    'Field whose list holds the records: a name such as "Records", or ".[]" for a list at the top.',
  ),
  delete_after_read: z.boolean().default(false).describe(
    "Delete a file once all its records were delivered. It stays when one did not leave whole: longer than max_bytes, no " +
      "text, too large for the endpoint, or in a dead letter that only refers to it (content is not full).",
  ),
});

export type FileReceiverConfig = z.output<typeof fileReceiverSchema>;

/** Mistakes across settings. */
export function fileReceiverProblems({ include, exclude }: FileReceiverConfig): Problem[] {
  return include.filter((text) => exclude.includes(text)).map((text) => ({
    path: "exclude",
    message: `leaves out all that include names: ${text}`,
  }));
}
