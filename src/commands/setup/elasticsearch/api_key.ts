import type { IndexTemplate } from "./templates.ts";

/** The body of `POST /_security/api_key` for a key that may write into these data streams, make them, and do nothing else. */
export function apiKeyBody(templates: readonly IndexTemplate[]): unknown {
  const names = templates.map(({ pattern }) => pattern);
  const indices = [{ names, privileges: ["auto_configure", "create_doc"] }];
  return { name: "bedrock-otel", role_descriptors: { "bedrock-otel": { cluster: [], indices } } };
}
