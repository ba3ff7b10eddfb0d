/** What would steer a terminal, forge a line or turn the direction of reading. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Control characters escaped as in JSON; `keeps`: those that stay. */
export function printable(text: string, { keeps = "" } = {}): string {
  return text.replace(
    CONTROLS,
    (character) =>
      keeps.includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
