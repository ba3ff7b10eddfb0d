import { parseJson } from "../../component/json.ts";
import { z } from "zod";
import { EndpointFaultError } from "../../component/outcome.ts";
import type { ComponentContext } from "../../component/component.ts";
import type { TemplateMode } from "../../elasticsearch/template.ts";
import type { ElasticsearchConfig } from "./config.ts";
import type { ElasticsearchConnection } from "./connection.ts";
import { faultOfStatus } from "./connection.ts";

const metaSchema = z.looseObject({ managed_by: z.string().optional(), mode: z.string().optional() });

const simulatedSchema = z.object({
  template: z.object({
    settings: z.object({ index: z.looseObject({ default_pipeline: z.string().optional() }).optional() }).optional(),
    mappings: z.looseObject({ _meta: metaSchema.optional() }).optional(),
  }),
});

/** The mappings of a data stream's indices, by their names. */
const mappingsSchema = z.record(z.string(), z.object({ mappings: z.looseObject({ _meta: metaSchema.optional() }) }));

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

  /**
   * `mode`: whose names the documents have; undefined where a pipeline makes them, or it makes no difference.
   *
   * @throws {EndpointFaultError} no such template is in force, or Elasticsearch cannot be asked.
   */
  async check(index: string, mode: TemplateMode | undefined): Promise<void> {
    const { config: { check_templates, pipeline }, connection, events, id } = this.#options;
    // Elasticsearch brings templates for OpenTelemetry's own structure.
    if (!check_templates || this.#passed.has(`${index} ${mode}`) || index.includes(".otel-")) return;
    const answer = await connection.ask("POST", `/_index_template/_simulate_index/${encodeURIComponent(index)}`);
    if (answer.status === 401 || answer.status === 403) {
      events.emit("elasticsearch.template_unknown", { exporter: id, destination: index });
    } else if (answer.status !== 200) throw faultOfStatus(answer);
    else {
      const template = simulatedSchema.safeParse(parseJson(answer.text)).data?.template;
      if (!isReady(template, pipeline)) {
        throw new EndpointFaultError(
          `No template of bedrock-otel is in force for ${index}: run bedrock-otel setup elasticsearch, or set ` +
            "check_templates: false",
          { reason: "no_template", destination: index },
        );
      }
      if (mode !== undefined) {
        await this.#checkMode(index, { expected: mode, ofTemplate: template?.mappings?._meta?.mode });
      }
    }
    this.#passed.add(`${index} ${mode}`);
  }

  /** The index that is written to keeps its mode until the next rollover, whatever the template says. */
  async #checkMode(
    index: string,
    { expected, ofTemplate }: { expected: TemplateMode; ofTemplate: string | undefined },
  ): Promise<void> {
    const fault = (problem: string) =>
      new EndpointFaultError(problem, { reason: "template_of_other_mode", destination: index });
    if (ofTemplate !== undefined && ofTemplate !== expected) {
      throw fault(
        `The template in force for ${index} takes documents of mode ${ofTemplate}, not of ${expected}: set mapping: ` +
          `${ofTemplate}, or run bedrock-otel setup elasticsearch --mode ${expected} --change-mode and roll the data stream over`,
      );
    }
    const written = await this.#modeOfWriteIndex(index);
    if (written !== undefined && written !== expected) {
      throw fault(
        `${index} still takes documents of mode ${written}, not of ${expected}: roll the data stream over ` +
          `(POST /${index}/_rollover)`,
      );
    }
  }

  /** Undefined where there is no index yet, its template is older than modes, or the key may not look. */
  async #modeOfWriteIndex(index: string): Promise<string | undefined> {
    const { status, text } = await this.#options.connection.ask("GET", `/${encodeURIComponent(index)}/_mapping`);
    const indices = status === 200 ? mappingsSchema.safeParse(parseJson(text)).data : undefined;
    // The names of a data stream's indices end in their date and generation.
    const last = Object.keys(indices ?? {}).sort().at(-1);
    return last === undefined ? undefined : indices?.[last]?.mappings._meta?.mode;
  }
}

type SimulatedTemplate = z.infer<typeof simulatedSchema>["template"];

/** Ours, or one whose ingest pipeline makes the documents (mode `raw`). */
function isReady(template: SimulatedTemplate | undefined, pipeline: string | undefined): boolean {
  if (pipeline !== undefined) return true;
  const own = template?.settings?.index?.default_pipeline;
  return template?.mappings?._meta?.managed_by === "bedrock-otel" || (own !== undefined && own !== "_none");
}
