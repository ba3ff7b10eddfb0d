import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { Origin } from "../../../pipeline/batch.ts";
import type { Invocation } from "../record.ts";

/** Where a mode puts what it maps. */
export interface Target {
  /** What is reduced to the allow-list with `content: metadata_only`. */
  readonly attributes: InvocationAttributes;
  /** What the configuration lets out of the caller's metadata: it leaves whatever `content` says. */
  readonly chosen: InvocationAttributes;
}

/** One value of the setting `mapping`. What is the same in every mode is added by the mapper. */
export interface Mode {
  /** Attributes of every record, also of those that are no invocation. */
  readonly constants: InvocationAttributes;
  /** Maps an invocation; returns the body that the record is to have. */
  map(invocation: Invocation, options: { origin: Origin; target: Target }): string | undefined;
  /** Puts the text of what is no invocation where it belongs, or returns it as body. */
  original(text: string, attributes: InvocationAttributes): string | undefined;
}
