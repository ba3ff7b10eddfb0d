import { Buffer } from "node:buffer";

/** The header `Authorization` for an API key: base64 as Kibana shows it, or `id:key`. */
export function authorizationOf(apiKey: string): string {
  return `ApiKey ${encodedKey(apiKey)}`;
}

/** An API key as it is sent. The Elastic Agent's form is `id:key`, Kibana shows it encoded. */
export function encodedKey(apiKey: string): string {
  return apiKey.includes(":") ? Buffer.from(apiKey).toString("base64") : apiKey;
}
