/** The faults that hold at the moment, as answers of the stand-ins. */
import { awsError } from "../world/aws_service.ts";
import { EXPIRED_TOKEN } from "../world/cloudwatch_logs.ts";
import type { Fault } from "../world/http_server.ts";
import { s3Error } from "../world/s3.ts";
import { generator } from "../world/samples.ts";
import type { Place, PlannedFault } from "./plan.ts";

interface Active {
  readonly fault: PlannedFault;
  readonly random: () => number;
  readonly over: PromiseWithResolvers<void>;
  /** Whether a request fared so. */
  isMet: boolean;
}

/** A fault that holds. */
export interface Holding {
  /** Whether a request met it. */
  isMet(): boolean;
  end(): void;
}

export class Weather {
  readonly #active = new Set<Active>();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A fault begins. */
  begin(fault: PlannedFault): Holding {
    const random = generator(this.#seed * 31 + fault.atMs);
    const active: Active = { fault, random, over: Promise.withResolvers(), isMet: false };
    this.#active.add(active);
    return {
      isMet: () => active.isMet,
      end: () => {
        this.#active.delete(active);
        active.over.resolve();
      },
    };
  }

  /** What a request at this place gets; `hasToken`: it asks for a page after the first. */
  async at(place: Place, { hasToken = false } = {}): Promise<Fault | undefined> {
    // The last one that began: a long one must not hide the others.
    for (const active of [...this.#active].reverse()) {
      const { fault, random, over } = active;
      if (fault.place !== place || random() >= fault.share) continue;
      active.isMet = true;
      switch (fault.kind) {
        case "slow":
          await new Promise((resolve) => setTimeout(resolve, 100));
          return undefined;
        case "stand_still":
          await over.promise;
          return { kind: "reset" };
        case "expired_token":
          return hasToken ? EXPIRED_TOKEN : undefined;
        case "partial":
        case "reject_points":
          return undefined;
        default:
          return answerOf(fault.kind, place);
      }
    }
    return undefined;
  }

  /** Ends all faults. */
  clear(): void {
    for (const { over } of this.#active) over.resolve();
    this.#active.clear();
  }

  /** Whether there is no fault. */
  get isCalm(): boolean {
    return this.#active.size === 0;
  }

  /** Whether a fault of this kind holds. */
  has(kind: string): boolean {
    return [...this.#active].some(({ fault }) => fault.kind === kind);
  }
}

function answerOf(kind: string, place: Place): Fault {
  switch (kind) {
    case "busy":
      if (place === "endpoint") return { kind: "status", status: 429 };
      return place === "s3" ? s3Error(503, "SlowDown") : awsError("ThrottlingException", "Rate exceeded");
    case "expired":
      if (place === "endpoint") return { kind: "status", status: 401 };
      return place === "s3" ? s3Error(400, "ExpiredToken") : awsError("ExpiredTokenException", "The token has expired");
    case "broken":
    case "outage":
      return { kind: "status", status: 503 };
    case "cut_error":
      return { kind, status: 500 };
    default:
      return { kind } as Fault;
  }
}
