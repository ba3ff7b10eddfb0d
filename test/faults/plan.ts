/** What happens in one seed: what is put in when, which faults there are from when to when, and when the program ends. */
import { generator } from "../world/samples.ts";

/** Where a fault is. */
export type Place = "endpoint" | "sqs" | "s3" | "logs" | "cloudwatch";

/** Faults of an answer, at any place. */
const ANSWERS = ["busy", "broken", "expired", "cut_error", "cut_headers", "wrong_length", "truncate", "reset", "slow"];
/** Faults that only an endpoint has: it stores and says nothing; it stands still until the program's time limit. */
const OF_ENDPOINT = [...ANSWERS, ...["hang", "keep_and_hang", "stall", "hang"], "keep_and_reset", "outage"];
/** Faults of a service of AWS: it never answers; it stands still until the fault is over; what a page's token leads to has expired. */
const OF_AWS: Readonly<Record<Exclude<Place, "endpoint">, readonly string[]>> = {
  sqs: [...ANSWERS, "hang", "stand_still", "keep_and_reset"],
  s3: [...ANSWERS, "hang", "stand_still"],
  logs: [...ANSWERS, "hang", "stand_still", "expired_token"],
  cloudwatch: [...ANSWERS, "hang", "stand_still", "partial"],
};

/** From `atMs` on, for `forMs`, this share of the requests at a place fares so. */
export interface PlannedFault {
  readonly type: "fault";
  readonly place: Place;
  readonly kind: string;
  readonly atMs: number;
  readonly forMs: number;
  readonly share: number;
}

/** The program ends in this way and is started again. */
export interface PlannedEnd {
  readonly type: "end";
  readonly how: "stop" | "SIGTERM" | "SIGKILL" | "SIGSTOP";
  readonly atMs: number;
}

export type Trouble = PlannedFault | PlannedEnd;

export interface Plan {
  readonly seed: number;
  /** How long there is trouble. */
  readonly spanMs: number;
  /** When each piece of the input is put in. */
  readonly pieces: readonly number[];
  readonly troubles: readonly Trouble[];
  /** Whether the endpoint refuses some of the records for what they are. */
  readonly refuses: boolean;
  /** Whether the queue repeats messages and gives them in any order. */
  readonly unordered: boolean;
}

export interface PlanOptions {
  readonly places: readonly Place[];
  /** Ends that may be; empty: none. */
  readonly ends: readonly PlannedEnd["how"][];
  /** How long there is trouble. */
  readonly spanMs: number;
  /** The source is looked at so often. */
  readonly readsEveryMs: number;
}

const LONG_MS = 3500;
/** The longest fault of a long plan; the program's own waits grow no further. */
const MAX_FAULT_MS = 30_000;
/** What is put in is read in so many ms, once the source is looked at. */
const READ_MS = 500;
/** So many pieces and faults at least, and one more of each in so many ms. */
const [MIN_PIECES, PIECE_MS, FAULT_MS] = [5, 10_000, 15_000];

/** The plan of a seed: the same seed and options give the same plan. */
export function planOf(seed: number, { places, ends, spanMs, readsEveryMs }: PlanOptions): Plan {
  const random = generator(seed * 7919 + 17);
  const below = (limit: number) => Math.floor(random() * limit);
  const one = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  // In a third of the seeds only the endpoint has faults: then no receipt may be lost. What is held for longer than the
  // queue hides it must be held all the same.
  const isHeldLong = spanMs > LONG_MS && places.includes("sqs") && (spanMs < PIECE_MS || below(3) === 0);
  const at = isHeldLong || below(3) === 0 ? ["endpoint" as const] : places;
  const ofEndpoint = places.includes("cloudwatch") ? [...OF_ENDPOINT, "reject_points"] : OF_ENDPOINT;
  const faults = Array.from({ length: 1 + below(5) + Math.floor(spanMs / FAULT_MS) }, (): PlannedFault => {
    const place = one(at);
    const kind = one(place === "endpoint" ? ofEndpoint : OF_AWS[place]);
    const share = below(2) === 0 ? 1 : 0.5;
    // Long enough for a request of what is put in as it begins.
    const leastMs = place === "endpoint" ? READ_MS + readsEveryMs / 2 : 50;
    const forMs = leastMs + below(Math.min(spanMs * 0.4, MAX_FAULT_MS));
    return { type: "fault", place, kind, atMs: below(spanMs * 0.8), forMs, share };
  });
  if (isHeldLong) faults[0] = { type: "fault", place: "endpoint", kind: "outage", atMs: 100, forMs: LONG_MS, share: 1 };
  const leadMs = READ_MS + readsEveryMs;
  // What is under way when the program ends has to come again: most ends are in the middle of it.
  const planned = Array.from(
    { length: ends.length === 0 ? 0 : below(3) + Math.floor(spanMs / MAX_FAULT_MS) },
    (): PlannedEnd & { readonly isInOutage: boolean } => {
      const isInOutage = below(4) > 0;
      return { type: "end", how: one(ends), atMs: 50 + below(spanMs) + (isInOutage ? leadMs : 0), isInOutage };
    },
  );
  const pieces = Array.from({ length: MIN_PIECES + Math.floor(spanMs / PIECE_MS) }, () => below(spanMs * 0.8));
  // A fault of the endpoint matters when there is something to deliver.
  for (const [index, { place, atMs }] of faults.entries()) {
    if (place === "endpoint" && 1 + index < pieces.length) pieces[1 + index] = atMs;
  }
  for (const [index, { atMs, isInOutage }] of planned.entries()) {
    if (!isInOutage) continue;
    const kind = one(["outage", "hang"]);
    faults.push({ type: "fault", place: "endpoint", kind, atMs: atMs - leadMs, forMs: leadMs + READ_MS, share: 1 });
    pieces[pieces.length - 1 - index] = atMs - leadMs;
  }
  return {
    seed,
    spanMs,
    pieces,
    troubles: [...faults, ...planned].sort((a, b) => a.atMs - b.atMs),
    refuses: below(3) === 0,
    unordered: below(2) === 0 && at === places,
  };
}

/** Whether only the endpoint has faults. */
export function isEndpointOnly({ troubles }: Plan): boolean {
  return troubles.every((trouble) => trouble.type === "end" || trouble.place === "endpoint");
}

/** One line: what a shrunk plan consists of. */
export function describePlan({ seed, troubles, refuses, unordered }: Plan): string {
  const words = troubles.map((trouble) =>
    trouble.type === "end"
      ? `${trouble.how} at ${trouble.atMs} ms`
      : `${trouble.kind} at ${trouble.place} from ${trouble.atMs} ms for ${trouble.forMs} ms (${trouble.share * 100}%)`
  );
  const also = [refuses ? "refused records" : "", unordered ? "messages repeated, in any order" : ""].filter(Boolean);
  return `seed ${seed}: ${[...words, ...also].join("; ") || "no trouble"}`;
}
