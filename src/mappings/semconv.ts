/** Versions of OpenTelemetry's GenAI conventions that mode `otel` can follow. */
export const SEMCONVS = ["1.41", "genai-0.1.0"] as const;
export type Semconv = typeof SEMCONVS[number];

/**
 * The schema URL of each version. 1.41.0 is the last one of the core conventions that has GenAI; since then GenAI has a
 * repository, versions and schema URLs of its own.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai
 */
export const SEMCONV_SCHEMA_URLS: Readonly<Record<Semconv, string>> = {
  "1.41": "https://opentelemetry.io/schemas/1.41.0",
  "genai-0.1.0": "https://opentelemetry.io/schemas/gen-ai/0.1.0",
};
