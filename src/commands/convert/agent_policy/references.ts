/**
 * References of an Elastic Agent policy to variables, as references of ours.
 *
 * @see https://www.elastic.co/docs/reference/fleet/dynamic-input-configuration
 */

/** `$${`, which the Agent takes as it is; `${…}`; or a secret, which only an Agent of Fleet can ask for. */
const REFERENCE = /\$\$\{|\$\{([^{}]*)\}|\$co\.elastic\.secret\{[^{}]*\}/g;
const NAME = /^(?:env\.)?([A-Za-z_][A-Za-z0-9_]*)$/;
/** Beats' own form. */
const NAME_WITH_DEFAULT = /^(?:env\.)?([A-Za-z_][A-Za-z0-9_]*):(.*)$/s;
const FLEET_SECRET = /^\$co\.elastic\.secret\{[^{}]*\}$/;
const LITERAL = /^'(.*)'$|^"(.*)"$/s;

/**
 * A text of a policy with our references: `${VAR}` and `${env.VAR}` become `${env:VAR}`, alternatives
 * (`${env.VAR|'text'}`) a default. References to what is not in the environment are left empty, or to what else they
 * name; `unknown` is called, without texts, which may be secrets.
 */
export function convertReferences(text: string, unknown: (reference: string) => void): string {
  let end = 0;
  let converted = "";
  for (const match of text.matchAll(REFERENCE)) {
    converted += escaped(text.slice(end, match.index)).replace(/\$$/, "$$$$");
    end = match.index + match[0].length;
    if (match[0] === "$${") {
      converted += "$${";
      continue;
    }
    const { reference, isWhole } = referenceOf(match[1] ?? "");
    if (!isWhole) unknown(match[0].replaceAll(/'[^']*'|"[^"]*"/g, "'…'"));
    converted += reference;
  }
  return converted + escaped(text.slice(end));
}

/** A single dollar stands for itself, two for one. */
function escaped(text: string): string {
  return text.replaceAll(/\$(?=\$)/g, "$$$$");
}

/** Our form of what stands between the braces; not whole where something of it cannot be said. */
function referenceOf(inner: string): { reference: string; isWhole: boolean } {
  const withDefault = NAME_WITH_DEFAULT.exec(inner.trim());
  if (withDefault !== null && !inner.includes("|")) {
    return { reference: `\${env:${withDefault[1]}:-${withDefault[2]}}`, isWhole: true };
  }
  const alternatives = inner.split("|").map((part) => part.trim());
  const names = alternatives.flatMap((part) => NAME.exec(part)?.[1] ?? []);
  const literals = alternatives.flatMap((part) => {
    const literal = LITERAL.exec(part);
    return literal === null ? [] : [literal[1] ?? literal[2] ?? ""];
  });
  const [[name], [literal]] = [names, literals];
  const isWhole = names.length + literals.length === alternatives.length && names.length <= 1 && literals.length <= 1;
  if (name === undefined) return { reference: escaped(literal ?? ""), isWhole };
  return { reference: literal === undefined ? `\${env:${name}}` : `\${env:${name}:-${literal}}`, isWhole };
}

/** Whether a text is nothing but a secret that Fleet keeps, which only an Agent of Fleet is told. */
export function isFleetSecret(text: string): boolean {
  return FLEET_SECRET.test(text);
}

/** The environment variable in place of a secret: the key of Elasticsearch is named as in all examples. */
export function secretVariable(id: string, setting: string): string {
  const name = `${id}_${setting}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  return name === "ELASTICSEARCH_API_KEY" ? "ELASTIC_API_KEY" : name;
}

/** What to say of one. */
export function fleetSecretWarning(path: string, variable: string): string {
  return `${path}: is a secret that Fleet keeps: set the environment variable ${variable}`;
}
