import type { LogRecord } from "../../component/batch.ts";
import type { InvocationSummary } from "../../component/invocation_summary.ts";
import { usageOf } from "./dialects/usage.ts";
import { policiesThatFound } from "./modes/guardrails.ts";
import { sideValueOf } from "./read/body_value.ts";
import { identityOf } from "./read/identity.ts";
import { countOf, textOf } from "./read/json.ts";
import { outcomeOf } from "./read/outcome.ts";
import { type Invocation, timeOf } from "./read/record.ts";

const MAX_LENGTH = 128;

/** The invocation as it was read, without its texts; the same in every mode. */
export function summaryOf({ origin }: LogRecord, invocation: Invocation): InvocationSummary {
  const { log, input, output } = invocation;
  const { answered, failure, intervened, metrics: { totalMs, firstByteMs, measuredBody } } = outcomeOf(invocation);
  const logged = countOf(input["inputTokenCount"]);
  // Bedrock's own totals spare the search through the bodies.
  const usage = logged === undefined ? usageOf(measuredBody ?? sideValueOf(invocation, "output")) : undefined;
  const time = timeOf(log["timestamp"]);
  return {
    id: origin.id,
    timeMs: time && time[0] * 1000 + Math.floor(time[1] / 1e6),
    identity: cut(nameOf(log["identity"])),
    model: cut(lastPart(textOf(log["modelId"]) ?? "unknown")),
    operation: cut(textOf(log["operation"]) ?? "unknown"),
    inputTokens: logged ?? usage?.input ?? 0,
    outputTokens: countOf(output["outputTokenCount"]) ?? usage?.output ?? 0,
    cachedTokens: countOf(input["cacheReadInputTokenCount"]) ?? usage?.cacheRead ?? 0,
    latencyMs: totalMs,
    firstTokenMs: firstByteMs,
    error: cut(failure),
    policies: intervened ? policiesThatFound(answered) : undefined,
  };
}

function nameOf(identity: unknown): string {
  const arn = typeof identity === "object" && identity !== null ? (identity as { arn?: unknown }).arn : undefined;
  const known = identityOf(arn);
  return known?.name ?? known?.role ?? known?.arn ?? "unknown";
}

function lastPart(id: string): string {
  return id.startsWith("arn:") ? id.slice(id.lastIndexOf("/") + 1) : id;
}

function cut<T extends string | undefined>(text: T): T {
  return text?.slice(0, MAX_LENGTH) as T;
}
