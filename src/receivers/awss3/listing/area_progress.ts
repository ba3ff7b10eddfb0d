import { hourOf } from "../../../aws/s3/bedrock_key.ts";
import type { ListedObject } from "../../../aws/s3/bucket.ts";

const HOUR_MS = 3_600_000;

/** An object that is under way. */
interface UnderWay {
  readonly hourMs: number;
}

/**
 * Follows the objects of an area through one pass and knows the newest hour up to which nothing is under way. An hour
 * is taken from the key, but never beyond
 * - the hour in which the store wrote the object: a key with a date that somebody mistyped must not make the next pass
 *   look beyond what comes today;
 * - the hour in which the pass began to list the area: a pass may take hours, and what came meanwhile into an hour that
 *   it has passed is found only by a pass that looks there again.
 */
export class AreaProgress {
  readonly #underWay = new Set<UnderWay>();
  readonly #beganMs: number;
  #newestMs: number | undefined;

  /**
   * `finishedMs`: the newest finished hour that is known from passes before; `beganMs`: a time before the first page
   * was asked for.
   */
  constructor({ finishedMs, beganMs }: { finishedMs: number | undefined; beganMs: number }) {
    this.#newestMs = finishedMs;
    this.#beganMs = beganMs;
  }

  /** The newest finished hour in ms; undefined: none. */
  get finishedMs(): number | undefined {
    const [oldest] = this.#underWay;
    if (this.#newestMs === undefined || oldest === undefined) return this.#newestMs;
    return Math.min(this.#newestMs, oldest.hourMs - HOUR_MS);
  }

  /** The listing, which is in the order of hours, came to this object. */
  listed({ key, lastModifiedMs }: ListedObject): void {
    const hourMs = hourOf(key);
    if (hourMs === undefined) return;
    const latestMs = Math.floor(Math.min(lastModifiedMs, this.#beganMs) / HOUR_MS) * HOUR_MS;
    this.#newestMs = Math.max(this.#newestMs ?? -Infinity, Math.min(hourMs, latestMs));
  }

  /**
   * Work on an object (see `underWay` of a pass): its hour counts as unfinished until it is settled. What is returned
   * resolves then.
   */
  begin({ key }: Pick<ListedObject, "key">, work: Promise<boolean>): Promise<void> {
    const entry: UnderWay = { hourMs: hourOf(key) ?? this.#newestMs ?? 0 };
    this.#underWay.add(entry);
    return work.then((isSettled) => {
      if (isSettled) this.#underWay.delete(entry);
    });
  }
}
