/**
 * References of an Elastic Agent policy to variables, as references of ours.
 *
 * @see https://www.elastic.co/docs/reference/fleet/dynamic-input-configuration
 */

/** `${…}`, or `$${…}`, which the Agent takes as it is. */
const REFERENCE = /\$\$\{|\$\{([^{}]*)\}/g;
const NAME = /^(?:env\.)?([A-Za-z_][A-Za-z0-9_]*)$/;
/** Beats' own form. */
const NAME_WITH_DEFAULT = /^(?:env\.)?([A-Za-z_][A-Za-z0-9_]*):(.*)$/s;
const LITERAL = /^'(.*)'$|^"(.*)"$/s;

/**
 * A text of a policy with our references: `${VAR}` and `${env.VAR}` become `${env:VAR}`, alternatives
 * (`${env.VAR|'text'}`) a default. References to what is not in the environment are told to `unknown` and left empty.
 */
export function convertReferences(text: string, unknown: (reference: string) => void): string {
  let end = 0;
  let converted = "";
  for (const match of text.matchAll(REFERENCE)) {
    converted += escaped(text.slice(end, match.index)).replace(/\$$/, "$$$$");
    end = match.index + match[0].length;
    if (match[1] === undefined) {
      converted += "$${";
      continue;
    }
    const reference = referenceOf(match[1]);
    if (reference === undefined) unknown(match[0]);
    converted += reference ?? "";
  }
  return converted + escaped(text.slice(end));
}

/** A single dollar stands for itself, two for one. */
function escaped(text: string): string {
  return text.replaceAll(/\$(?=\$)/g, "$$$$");
}

function referenceOf(inner: string): string | undefined {
  const [first = "", ...others] = inner.split("|").map((part) => part.trim());
  const withDefault = NAME_WITH_DEFAULT.exec(first);
  if (withDefault !== null && others.length === 0) return `\${env:${withDefault[1]}:-${withDefault[2]}}`;
  const name = NAME.exec(first)?.[1];
  if (name === undefined) return undefined;
  if (others.length === 0) return `\${env:${name}}`;
  const literal = LITERAL.exec(others[0] ?? "");
  return others.length > 1 || literal === null ? undefined : `\${env:${name}:-${literal[1] ?? literal[2] ?? ""}}`;
}
