/** Modes of which the templates of logs differ: what is an alias in `ecs` is a field in `integration`. */
export const TEMPLATE_MODES = ["ecs", "integration"] as const;
export type TemplateMode = typeof TEMPLATE_MODES[number];

/** Whose names documents have; `raw`: an ingest pipeline gives them theirs. */
export const DOCUMENT_MODES = [...TEMPLATE_MODES, "raw", "otel"] as const;
export type DocumentMode = typeof DOCUMENT_MODES[number];

/** What Elasticsearch is to keep: the body of `PUT /_<kind>/<name>`, written as it is returned. */
export interface Template {
  readonly kind: "component_template" | "index_template";
  readonly name: string;
  /** Absent: the template is the same in every mode. */
  readonly mode?: TemplateMode;
  readonly body: Readonly<Record<string, unknown>>;
}
