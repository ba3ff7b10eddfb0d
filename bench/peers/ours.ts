/** What peers are compared with: rows of ours that do most nearly the same. */
import type { Row } from "../rows.ts";
import type { Does } from "./peer.ts";

export interface OurRow extends Row {
  readonly does: Does;
}

const PARSED = { parses: "yes", maps: "to ECS", deletes: "when it was delivered" };

export const OURS: readonly OurRow[] = [
  { name: "elasticsearch", to: "elasticsearch", does: { ...PARSED, compresses: "gzip, level 1" } },
  {
    name: "elasticsearch, no gzip",
    to: "elasticsearch",
    exporter: { compression: "none" },
    does: { ...PARSED, compresses: "nothing" },
  },
  {
    name: "raw",
    processor: { mapping: "raw" },
    does: {
      parses: "for its id and time",
      compresses: "gzip, level 1",
      maps: "none: the line as it came",
      deletes: "when it was delivered",
    },
  },
];
