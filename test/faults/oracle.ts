/** Compares what was put in with what arrived. */
import type { Sample } from "../world/samples.ts";
import type { Arrived } from "./sink.ts";

export interface Evidence {
  readonly put: readonly Sample[];
  readonly arrived: readonly Arrived[];
  /** The dead letter as it was written. */
  readonly deadLetter: string;
  readonly refuses: (requestId: string) => boolean;
}

/** What is wrong: records that are lost, that nobody put in, that have other content, or come with two ids. */
export function verdict({ put, arrived, deadLetter, refuses }: Evidence): string[] {
  const problems: string[] = [];
  const byRequest = Map.groupBy(arrived, ({ requestId }) => requestId);
  for (const sample of put) {
    const { requestId } = sample;
    const found = byRequest.get(requestId) ?? [];
    byRequest.delete(requestId);
    if (refuses(requestId)) {
      if (found.length > 0) problems.push(`wrong: ${requestId} was refused and is stored`);
      if (!deadLetter.includes(requestId)) {
        problems.push(`lost: ${requestId} was refused and is not in the dead letter`);
      }
      continue;
    }
    if (found.length === 0) {
      problems.push(`lost: ${requestId}${deadLetter.includes(requestId) ? " (dead letter)" : ""}`);
    }
    if (new Set(found.map(({ id }) => id)).size > 1) problems.push(`wrong: ${requestId} came with two ids`);
    if (found.some(({ text }) => !text.includes(markOf(sample)))) {
      problems.push(`wrong: ${requestId} has other content`);
    }
    if (new Set(found.map(({ text }) => text)).size > 1) problems.push(`wrong: ${requestId} came with two contents`);
  }
  for (const requestId of byRequest.keys()) problems.push(`wrong: ${requestId} was never put in`);
  return problems;
}

/** A few words of the prompt, which only this record has. */
function markOf({ input }: Sample): string {
  const { inputBodyJson } = input as { inputBodyJson: { messages: { content: { text: string }[] }[] } };
  const [text = ""] = inputBodyJson.messages[0]?.content[0]?.text.match(/[\p{L}\d ]{12,40}/u) ?? [];
  return text;
}
