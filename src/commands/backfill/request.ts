import type { Terminal } from "../terminal.ts";
import type { Selection } from "./objects.ts";

/** How a backfill talks to the person who started it. */
export interface Console extends Terminal {
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
}

/** What is read again: objects of a bucket, or those that a dead letter names. */
export type Wanted =
  /** `bucket`: a name or an access point's ARN; undefined: the one that the configuration lists. */
  | { readonly kind: "bucket"; readonly bucket: string | undefined; readonly selection: Selection }
  | { readonly kind: "dead_letter"; readonly file: string };

/** What a backfill was asked to do, whatever its target is. */
export interface BackfillRequest {
  readonly wanted: Wanted;
  /** Most objects a second; undefined: any number. */
  readonly rate: number | undefined;
  /** Count only. */
  readonly isDryRun: boolean;
  /** Where its progress is remembered; undefined: below the storage directory. */
  readonly stateDirectory: string | undefined;
  readonly console: Console;
}
