import { z } from "zod";
import { EndpointFaultError } from "../../component/outcome.ts";
import type { ComponentContext } from "../../component/component.ts";
import type { ElasticsearchConfig } from "./config.ts";
import type { ElasticsearchConnection } from "./connection.ts";
import { faultOfStatus } from "./connection.ts";

const simulatedSchema = z.object({
  template: z.object({
    settings: z.object({ index: z.looseObject({ default_pipeline: z.string().optional() }).optional() }).optional(),
    mappings: z.looseObject({ _meta: z.looseObject({ managed_by: z.string().optional() }).optional() }).optional(),
  }),
});

export interface TemplateCheckOptions extends Pick<ComponentContext<ElasticsearchConfig>, "config" | "events" | "id"> {
  readonly connection: ElasticsearchConnection;
}

/**
 * Checks once for each data stream that a template is in force which takes our documents: without one, Elasticsearch would map
 * them as it guesses, and refuse some sooner or later.
 */
export class TemplateCheck {
  readonly #options: TemplateCheckOptions;
  readonly #passed = new Set<string>();

  constructor(options: TemplateCheckOptions) {
    this.#options = options;
  }

  /** @throws {EndpointFaultError} no such template is in force, or Elasticsearch cannot be asked. */
  async check(index: string): Promise<void> {
    const { config: { check_templates, pipeline }, connection, events, id } = this.#options;
    // Elasticsearch brings templates for OpenTelemetry's own structure.
    if (!check_templates || this.#passed.has(index) || index.includes(".otel-")) return;
    const answer = await connection.ask("POST", `/_index_template/_simulate_index/${encodeURIComponent(index)}`);
    if (answer.status === 401 || answer.status === 403) {
      events.emit("elasticsearch.template_unknown", { exporter: id, destination: index });
    } else if (answer.status !== 200) throw faultOfStatus(answer);
    else if (!isReady(answer.text, pipeline)) {
      throw new EndpointFaultError(
        `No template of bedrock-otel is in force for ${index}: run bedrock-otel setup elasticsearch, or set ` +
          "check_templates: false",
        { reason: "no_template", destination: index },
      );
    }
    this.#passed.add(index);
  }
}

/** Ours, or one whose ingest pipeline makes the documents (mode `raw`). */
function isReady(text: string, pipeline: string | undefined): boolean {
  if (pipeline !== undefined) return true;
  const parsed = simulatedSchema.safeParse(parseJson(text));
  if (!parsed.success) return false;
  const { mappings, settings } = parsed.data.template;
  const own = settings?.index?.default_pipeline;
  return mappings?._meta?.managed_by === "bedrock-otel" || (own !== undefined && own !== "_none");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
