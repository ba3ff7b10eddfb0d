import type { HrTime } from "@opentelemetry/api";
import { printable } from "../../telemetry/printable.ts";

export function timeText([seconds, nanoseconds]: HrTime): string {
  return new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6)).toISOString();
}

export function valueText(value: unknown): string {
  const text = JSON.stringify(value, (_key, part) => part instanceof Uint8Array ? `<${part.length} bytes>` : part);
  return printable(text ?? "-");
}
