/** The programs that ours is compared with. */
import type { Peer } from "./peer.ts";
import { FILEBEAT, FILEBEAT_PARSED } from "./filebeat.ts";
import { TENZIR, TENZIR_PLAIN } from "./tenzir.ts";

export const PEERS: readonly Peer[] = [TENZIR, TENZIR_PLAIN, FILEBEAT_PARSED, FILEBEAT];

/** Programs that do the same and cannot be compared with. */
export const OTHERS: readonly { readonly name: string; readonly why: string }[] = [
  { name: "OpenTelemetry Collector", why: "its awss3receiver could not be downloaded as a Go module" },
  { name: "Redpanda Connect", why: "it could not be downloaded as a Go module" },
  { name: "Vector", why: "no package registry has a binary of it" },
];
