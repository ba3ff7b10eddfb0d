/** The option of both setup commands that names the variable with the API key, and its default. */
export const API_KEY_OPTION = [
  "--api-key-env <name>",
  "environment variable with an API key (base64 as Kibana shows it, or id:key)",
  "ELASTIC_API_KEY",
] as const;
