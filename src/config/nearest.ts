import { distance } from "fastest-levenshtein";

/** A name that needs more edits than this is another name. */
const MAX_EDITS = 4;

/** The known name that was probably meant, or undefined when none is near. */
export function nearest(
  name: string,
  known: readonly string[],
  { maxEdits = MAX_EDITS }: { maxEdits?: number } = {},
): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate) }));
  const best = ranked.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= Math.min(maxEdits, Math.ceil(name.length / 3))
    ? best.candidate
    : undefined;
}
