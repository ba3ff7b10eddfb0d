import type { BedrockConfig } from "./config.ts";
import { type JsonObject, textOf } from "./read/json.ts";
import { modelIdOf } from "./read/model_id.ts";

/** Why a record is excluded: the setting below `exclude`. */
export type Exclusion = "operations" | "models" | "accounts";

/**
 * Returns why the configuration excludes a record; undefined when it does not. `modelBehind` is what is known of the model
 * that a record's id does not say.
 */
export function exclusionBy(
  { exclude }: BedrockConfig,
  modelBehind: (log: JsonObject) => string | undefined,
): (log: JsonObject) => Exclusion | undefined {
  const operation = matcher(exclude.operations);
  const model = matcher(exclude.models);
  const account = matcher(exclude.accounts);
  return (log) => {
    if (operation?.(textOf(log["operation"]) ?? "")) return "operations";
    if (account?.(textOf(log["accountId"]) ?? "")) return "accounts";
    return model !== undefined && modelNames(log, modelBehind).some(model) ? "models" : undefined;
  };
}

/** What a record's model may be called: as logged, by its bare id, and the model behind that. */
function modelNames(log: JsonObject, modelBehind: (log: JsonObject) => string | undefined): string[] {
  const model = modelIdOf(log["modelId"], modelBehind(log));
  return [textOf(log["modelId"]), model?.name, model?.underlying].map((name) => name ?? "");
}

type Matcher = (text: string) => boolean;

/** Matches any of the patterns; `*` in them stands for any characters. Undefined when there are none. */
function matcher(patterns: readonly string[]): Matcher | undefined {
  if (patterns.length === 0) return undefined;
  const pieces = patterns.map((pattern) => pattern.split("*"));
  return (text) => pieces.some((parts) => matches(text, parts));
}

/** Whether a text consists of these parts with anything between them. Linear, unlike a regular expression. */
function matches(text: string, [head = "", ...rest]: readonly string[]): boolean {
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  let index = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, index);
    if (found < 0) return false;
    index = found + part.length;
  }
  return text.length - tail.length >= index && text.endsWith(tail);
}
