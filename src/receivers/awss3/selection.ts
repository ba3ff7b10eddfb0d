import { RE2JS } from "re2js";
import type { Awss3Config } from "./config.ts";

/** How an object that was selected is read. */
export interface Selection {
  /** See `expand_event_list_from_field`. */
  readonly expandField: string | undefined;
}

/** How the object with a key is read; undefined: not at all. */
export type Selector = (key: string) => Selection | undefined;

/** `file_selectors`: the first whose regex matches decides, with its own `expand_event_list_from_field`. */
export function createSelector(config: Pick<Awss3Config, "file_selectors" | "expand_event_list_from_field">): Selector {
  if (config.file_selectors === undefined) {
    const all = { expandField: config.expand_event_list_from_field };
    return () => all;
  }
  const selectors = config.file_selectors.map((selector) => ({
    pattern: RE2JS.compile(selector.regex),
    selection: { expandField: selector.expand_event_list_from_field },
  }));
  return (key) => selectors.find(({ pattern }) => pattern.matcher(key).find())?.selection;
}
