/** Which program answers where Elasticsearch is said to be. */
import { z } from "zod";
import { parseJson } from "../component/json.ts";
import type { ElasticsearchAnswer } from "./client.ts";

/** The first version whose bulk requests know `require_data_stream`: before it a missing template makes a plain index. */
export const MIN_VERSION = "8.13";

const rootSchema = z.object({
  version: z.object({
    number: z.string(),
    build_flavor: z.string().optional(),
    distribution: z.string().optional(),
  }),
});

/** What a server says of itself at its root. */
export interface Product {
  readonly name: "Elasticsearch" | "Elasticsearch Serverless" | "OpenSearch" | undefined;
  /** Empty where it tells none. */
  readonly version: string;
}

/** From the answer to `GET /`. */
export function productOf({ headers, text }: ElasticsearchAnswer): Product {
  const { version } = rootSchema.safeParse(parseJson(text)).data ?? {};
  const number = version?.number ?? "";
  if (version?.distribution === "opensearch") return { name: "OpenSearch", version: number };
  if (version === undefined || headers.get("x-elastic-product") !== "Elasticsearch") {
    return { name: undefined, version: "" };
  }
  const name = version.build_flavor === "serverless" ? "Elasticsearch Serverless" : "Elasticsearch";
  return { name, version: number };
}

/** Why this program does not write there; undefined where it does. */
export function productProblem({ name, version }: Product): string | undefined {
  if (name === "OpenSearch") {
    return "what answers is OpenSearch, which is not supported: send to Elasticsearch, or over OTLP (otlp_http) to a Collector";
  }
  if (name === undefined) return "what answers there is not Elasticsearch";
  // Serverless has no versions; it tells one that is newer than all others.
  return name === "Elasticsearch" && isBefore(version, MIN_VERSION)
    ? `is Elasticsearch ${version}: ${MIN_VERSION} or later is needed`
    : undefined;
}

/** Whether a version (`8.9.1`) is older than another. */
export function isBefore(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) => text.split(/[.-]/, 3).map((part) => Number(part) || 0));
  for (const [at, part] of (right ?? []).entries()) {
    const difference = (left?.[at] ?? 0) - part;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
