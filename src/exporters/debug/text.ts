import type { HrTime } from "@opentelemetry/api";

export function timeText([seconds, nanoseconds]: HrTime): string {
  return new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6)).toISOString();
}

export function valueText(value: unknown): string {
  const text = JSON.stringify(value, (_key, part) => part instanceof Uint8Array ? `<${part.length} bytes>` : part);
  return printable(text ?? "-");
}

/** Control characters escaped: what was logged must not steer the terminal or forge a line. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
