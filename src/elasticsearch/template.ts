/** What Elasticsearch is to keep: the body of `PUT /_<kind>/<name>`, written as it is returned. */
export interface Template {
  readonly kind: "component_template" | "index_template";
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}
