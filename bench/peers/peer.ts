/** What another program is told to do with the records of a run, and what it does. */
import type { Places } from "../stub.ts";

/** What a peer does with a record beside reading and sending it. */
export interface Does {
  /** Whether it parses a record. */
  readonly parses: string;
  /** How requests are compressed. */
  readonly compresses: string;
  /** Which fields the documents have. */
  readonly maps: string;
  /** When a message leaves the queue. */
  readonly deletes: string;
}

export interface PeerRun {
  readonly places: Places;
  /** A folder of the run, which is removed afterwards. */
  readonly folder: string;
  /** What stands around the peer until the run is over. */
  readonly around: AsyncDisposableStack;
}

export interface Command {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly does: Does;
  /** The row of ours that does most nearly the same. */
  readonly comparesWith: string;
  /** Installs it once into the cache folder: its program, or the reason why there is none. */
  install(): Promise<{ path: string } | { skipped: string }>;
  /** Writes its configuration: how it is started. */
  configure(run: PeerRun): Promise<Command>;
}

/** Of the stand-in for AWS, for everything that reads the usual variables. */
export const AWS_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
};
