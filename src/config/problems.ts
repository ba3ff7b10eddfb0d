import type { Problem } from "../component/component.ts";

/** Where a value stands in the configuration: names of maps, indexes of lists. */
export type Path = readonly (string | number)[];

/** A path as people write it: `service.pipelines.logs.receivers[0]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}

/** True when `path` is `above` or below it. */
export function isUnder(path: Path, above: Path): boolean {
  return above.every((part, index) => path[index] === part);
}

/** The configuration cannot be used. Names every mistake that was found; nothing of it is secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => path === "" ? message : `${path}: ${message}`).join("\n"));
    this.problems = problems;
  }
}
