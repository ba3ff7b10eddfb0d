/** Data streams that still write into an index of an older template. */
import { memberOf } from "../../../component/json.ts";
import type { SetupClient } from "./client.ts";
import type { IndexTemplate } from "./templates.ts";

/** `.ds-NAME-2026.03.02-000001`, the index of a data stream. */
const BACKING_INDEX = /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6,}$/;

/**
 * The data streams that take what is installed with their next rollover; undefined where Elasticsearch does not tell. `edits`: names of
 * templates of which an edit was taken back, as an index that was made with it has no sign of it.
 */
export async function streamsToRollOver(
  client: SetupClient,
  templates: readonly IndexTemplate[],
  { edits }: { edits: ReadonlySet<string> },
): Promise<string[] | undefined> {
  const names: string[] = [];
  for (const { pattern, content, name, body } of templates) {
    const wasEdited = [name, ...body["composed_of"] as readonly string[]].some((part) => edits.has(part));
    const indices = await client.look(`/${pattern}/_mapping?ignore_unavailable=true&allow_no_indices=true`);
    if (indices === undefined) return undefined;
    for (const [stream, written] of contentsOf(indices)) {
      // Those of one namespace may have a template of their own.
      const isCurrent = !wasEdited && (written === content || written === await contentInForce(client, stream));
      if (!isCurrent) names.push(stream);
    }
  }
  return names;
}

/** By data stream the fingerprint of the template that its newest index was made with. */
function contentsOf(indices: unknown): Map<string, unknown> {
  const contents = new Map<string, unknown>();
  // In order, so that the newest of each is left.
  for (const [index, mapping] of Object.entries(indices as object).sort(([a], [b]) => a < b ? -1 : 1)) {
    const [, stream] = BACKING_INDEX.exec(index) ?? [];
    if (stream !== undefined) contents.set(stream, contentOf(mapping));
  }
  return contents;
}

async function contentInForce(client: SetupClient, stream: string): Promise<unknown> {
  const simulated = await client.post(`/_index_template/_simulate_index/${stream}`);
  return contentOf(memberOf(simulated, "template"));
}

function contentOf(template: unknown): unknown {
  return memberOf(template, "mappings", "_meta", "content");
}
