import { z } from "zod";
import { awsErrorKind, awsErrorMessage } from "../../../aws/aws_error.ts";
import type { CheckpointStore, ReceiverStorage } from "../../../component/checkpoints.ts";
import type { Events } from "../events.ts";
import type { Profile } from "./profile.ts";
import type { ProfileSource } from "./profile_source.ts";

/** A profile's model never changes; asked again it shows only whether the profile is still there. */
const KEEP_MS = 24 * 60 * 60_000;
/** After so long a profile that there is not, or that may not be read, is asked for again. */
const REFUSED_MS = 60 * 60_000;
/** Between tries while Bedrock does not answer: doubled each time. */
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 60 * 60_000;
/** Profiles that are kept in memory, and that wait for their turn. Callers name them: they must be bounded. */
const MAX_KNOWN = 10_000;
const MAX_WAITING = 1000;

const COLLECTION = "inference_profiles";
const schema = z.strictObject({ model: z.string() });

/** What is known of a profile. */
interface Known {
  readonly model: string | undefined;
  readonly askAgainMs: number;
  /** Whether it was reported that it cannot be resolved. */
  readonly isReported?: boolean;
}

export interface ProfileModelsOptions {
  readonly source: ProfileSource;
  readonly events: Events;
  /** Keeps the answers beyond the life of the program. Absent: in memory only. */
  readonly storage?: ReceiverStorage | undefined;
}

/**
 * The models behind application inference profiles. A record never waits for one: what is not known is asked for in the
 * background, one after the other, and the records until then leave without it. An answer stays, whatever comes of its
 * profile.
 */
export class ProfileModels {
  readonly #source: ProfileSource;
  readonly #events: Events;
  readonly #store: CheckpointStore<z.infer<typeof schema>> | undefined;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Map<string, Profile>();
  readonly #stopping = new AbortController();
  #isAsking = false;
  #pauseMs = FIRST_PAUSE_MS;
  #pausedUntilMs = -Infinity;
  /** Whether it was reported that Bedrock does not answer. */
  #isUnavailable = false;

  constructor({ source, events, storage }: ProfileModelsOptions) {
    this.#source = source;
    this.#events = events;
    this.#store = storage?.checkpoints(COLLECTION, schema);
  }

  /** The model behind a profile as far as it is known now. Never waits, never throws. */
  modelOf(profile: Profile): string | undefined {
    const key = keyOf(profile);
    const known = this.#known.get(key) ?? this.#load(key);
    if (Date.now() >= known.askAgainMs) this.#ask(key, profile);
    return known.model;
  }

  stop(): void {
    this.#stopping.abort(new Error("Stopped"));
    this.#waiting.clear();
    this.#source.close();
  }

  #ask(key: string, profile: Profile): void {
    if (this.#stopping.signal.aborted || performance.now() < this.#pausedUntilMs) return;
    if (this.#waiting.size < MAX_WAITING) this.#waiting.set(key, profile);
    if (!this.#isAsking) void this.#askAll();
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    for (const [key, profile] of this.#waiting) {
      try {
        const model = await this.#source.modelOf(profile, { signal: this.#stopping.signal });
        this.#answered(key, model);
      } catch (error) {
        if (this.#stopping.signal.aborted) break;
        this.#failed(key, error);
      }
      this.#waiting.delete(key);
    }
    this.#isAsking = false;
  }

  #answered(key: string, model: string | undefined): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#isUnavailable = false;
    if (model === undefined) return this.#refused(key, { reason: "no_model", error: "the profile names no model" });
    const nowMs = Date.now();
    this.#remember(key, { model, askAgainMs: nowMs + KEEP_MS });
    this.#store?.write({ put: [{ key, value: { model }, timeMs: nowMs }] });
    this.#events.emit("profile.resolved", { profile: key, model });
  }

  #failed(key: string, error: unknown): void {
    const kind = awsErrorKind(error);
    const message = awsErrorMessage(error);
    if (kind !== "transient") {
      const reason = kind === "missing_group" || kind === "invalid" ? "missing" : "forbidden";
      return this.#refused(key, { reason, error: message });
    }
    // Who does not answer for one does not for the others.
    this.#waiting.clear();
    this.#pausedUntilMs = performance.now() + this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
    if (!this.#isUnavailable) {
      this.#events.emit("profile.unresolved", { profile: key, reason: "unavailable", error: message });
    }
    this.#isUnavailable = true;
  }

  #refused(key: string, { reason, error }: { reason: string; error: string }): void {
    const known = this.#known.get(key);
    if (known?.isReported !== true) this.#events.emit("profile.unresolved", { profile: key, reason, error });
    this.#remember(key, { model: known?.model, askAgainMs: Date.now() + REFUSED_MS, isReported: true });
  }

  #remember(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size <= MAX_KNOWN) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** What an earlier run knew; also that it knew nothing is remembered. */
  #load(key: string): Known {
    let known: Known = { model: undefined, askAgainMs: -Infinity };
    try {
      const entry = this.#store?.get(key);
      if (entry !== undefined) known = { model: entry.value.model, askAgainMs: entry.timeMs + KEEP_MS };
    } catch {
      // It is asked for, and written anew.
    }
    this.#remember(key, known);
    return known;
  }
}

function keyOf({ identifier, region }: Profile): string {
  return identifier.startsWith("arn:") ? identifier : `${region ?? ""}/${identifier}`;
}
