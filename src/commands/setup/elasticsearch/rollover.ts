/** Data streams that still write into an index of an older template. */
import { memberOf } from "../../../component/json.ts";
import type { SetupClient } from "./client.ts";
import type { IndexTemplate } from "./templates.ts";

/** `.ds-NAME-2026.03.02-000001`, the index of a data stream. */
const BACKING_INDEX = /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6,}$/;

/** The data streams that take what this program ships with their next rollover; undefined where Elasticsearch does not tell. */
export async function streamsToRollOver(
  client: SetupClient,
  templates: readonly IndexTemplate[],
): Promise<string[] | undefined> {
  const names: string[] = [];
  for (const { pattern, content } of templates) {
    const indices = await client.look(`/${pattern}/_mapping?ignore_unavailable=true&allow_no_indices=true`);
    if (indices === undefined) return undefined;
    const written = new Map<string, unknown>();
    // In order, so that the newest of each is left.
    for (const [index, mapping] of Object.entries(indices as object).sort(([a], [b]) => a < b ? -1 : 1)) {
      const [, stream] = BACKING_INDEX.exec(index) ?? [];
      if (stream !== undefined) written.set(stream, memberOf(memberOf(mapping, "mappings"), "_meta"));
    }
    for (const [stream, meta] of written) if (memberOf(meta, "content") !== content) names.push(stream);
  }
  return names;
}
