/** Whether a template is in force for a data stream that takes our documents. */
import { z } from "zod";
import { parseJson } from "../component/json.ts";
import { type ElasticsearchClient, faultOfStatus } from "./client.ts";
import type { DocumentMode, TemplateMode } from "./template.ts";

const metaSchema = z.looseObject({ managed_by: z.string().optional(), mode: z.string().optional() });

const mappingsSchema = z.looseObject({
  _meta: metaSchema.optional(),
  properties: z.record(z.string(), z.looseObject({ type: z.string().optional() })).optional(),
});

const simulatedSchema = z.object({
  template: z.object({
    settings: z.object({ index: z.looseObject({ default_pipeline: z.string().optional() }).optional() }).optional(),
    mappings: mappingsSchema.optional(),
  }),
});

/** The mappings of a data stream's indices, by their names. */
const indicesSchema = z.record(z.string(), z.object({ mappings: mappingsSchema }));

/** What is to be written into a data stream. */
export interface Documents {
  /** Undefined where it makes no difference. */
  readonly mode: DocumentMode | undefined;
  /** The ingest pipeline that every request names. */
  readonly pipeline: string | undefined;
}

/** What was found; `text` says what is wrong and what to do. */
export type TemplateFinding =
  | { readonly kind: "ready" }
  | { readonly kind: "unknown"; readonly text: string }
  | { readonly kind: "problem"; readonly reason: "no_template" | "template_of_other_mode"; readonly text: string };

const READY = { kind: "ready" } as const satisfies TemplateFinding;

/** @throws {EndpointFaultError} Elasticsearch cannot be asked. */
export async function templateInForce(
  client: ElasticsearchClient,
  stream: string,
  { mode, pipeline }: Documents,
): Promise<TemplateFinding> {
  const answer = await client.ask("POST", `/_index_template/_simulate_index/${encodeURIComponent(stream)}`);
  if (answer.status === 401 || answer.status === 403) {
    return { kind: "unknown", text: "Elasticsearch does not allow to look: it takes manage_index_templates" };
  }
  if (answer.status !== 200) throw faultOfStatus(answer);
  const template = simulatedSchema.safeParse(parseJson(answer.text)).data?.template;
  const isOtel = stream.includes(".otel-");
  if (!(isOtel ? isOtelTemplate(template) : isReady(template, pipeline))) {
    return {
      kind: "problem",
      reason: "no_template",
      text: isOtel
        ? `No template of OpenTelemetry is in force for ${stream}: Elasticsearch brings it from 8.16 on ` +
          "(stack.templates.enabled)"
        : mode === "raw"
        ? `No template with an ingest pipeline is in force for ${stream}, and documents of mode raw need one: install ` +
          "Elastic's Amazon Bedrock integration, or set pipeline"
        : `No template of bedrock-otel is in force for ${stream}: run bedrock-otel setup elasticsearch` +
          (stream.startsWith("metrics-") ? " (beside Elastic's integration: --override-integration metrics)" : ""),
    };
  }
  if (mode === undefined || (mode === "raw" && pipeline !== undefined)) return READY;
  return await (mode === "raw"
    ? rawInForce(client, stream, template)
    : modeInForce(client, stream, { mode, pipeline, template }));
}

type SimulatedTemplate = z.infer<typeof simulatedSchema>["template"];

/** Ours, or one whose ingest pipeline makes the documents (mode `raw`). */
function isReady(template: SimulatedTemplate | undefined, pipeline: string | undefined): boolean {
  if (pipeline !== undefined) return true;
  return isOurs(template) || hasPipeline(template);
}

function isOurs(template: SimulatedTemplate | undefined): boolean {
  return template?.mappings?._meta?.managed_by === "bedrock-otel";
}

/** Of Elasticsearch's own template for all logs: it adds a timestamp and maps nothing. */
const BUILT_IN = "logs@default-pipeline";

function hasPipeline(template: SimulatedTemplate | undefined): boolean {
  const own = template?.settings?.index?.default_pipeline;
  return own !== undefined && own !== "_none" && own !== BUILT_IN;
}

/** One that finds attributes under their own names, as only Elasticsearch's own for OpenTelemetry does. */
function isOtelTemplate(template: SimulatedTemplate | undefined): boolean {
  return template?.mappings?.properties?.["attributes"]?.type === "passthrough";
}

/** Without a pipeline, documents of mode `raw` are stored as one text, and nothing refuses them. */
async function rawInForce(
  client: ElasticsearchClient,
  stream: string,
  template: SimulatedTemplate | undefined,
): Promise<TemplateFinding> {
  if (!hasPipeline(template)) {
    const mode = template?.mappings?._meta?.mode ?? "ecs";
    return otherMode(
      `The template in force for ${stream} is bedrock-otel's, without the ingest pipeline that documents of mode raw ` +
        `need: set mapping: ${mode}, or pipeline, or install Elastic's Amazon Bedrock integration and let its template ` +
        "stand above (bedrock-otel setup elasticsearch --override-integration metrics)",
    );
  }
  // An index made from our template has no pipeline either.
  const written = isOurs(template) ? undefined : await modeOfWriteIndex(client, stream);
  return written === undefined ? READY : needsRollover(stream, { written, mode: "raw" });
}

/** The index that is written to keeps its mode until the next rollover, whatever the template says. */
async function modeInForce(
  client: ElasticsearchClient,
  stream: string,
  { mode, pipeline, template }: {
    mode: TemplateMode;
    pipeline: string | undefined;
    template: SimulatedTemplate | undefined;
  },
): Promise<TemplateFinding> {
  const ofTemplate = template?.mappings?._meta?.mode;
  if (ofTemplate !== undefined && ofTemplate !== mode) {
    return otherMode(
      `The template in force for ${stream} takes documents of mode ${ofTemplate}, not of ${mode}: set mapping: ` +
        `${ofTemplate}, or run bedrock-otel setup elasticsearch --mode ${mode} --change-mode and roll the data stream over`,
    );
  }
  if (pipeline === undefined && !isOurs(template)) {
    return otherMode(
      `The template in force for ${stream} takes documents of mode raw, as it has an ingest pipeline: set mapping: raw, ` +
        `or let ours stand above it (bedrock-otel setup elasticsearch --mode ${mode} --override-integration) and roll the ` +
        "data stream over",
    );
  }
  const written = await modeOfWriteIndex(client, stream);
  return written === undefined || written === mode ? READY : needsRollover(stream, { written, mode });
}

function otherMode(text: string): TemplateFinding {
  return { kind: "problem", reason: "template_of_other_mode", text };
}

function needsRollover(stream: string, { written, mode }: { written: string; mode: DocumentMode }): TemplateFinding {
  return otherMode(
    `${stream} still takes documents of mode ${written}, not of ${mode}: roll the data stream over ` +
      `(POST /${stream}/_rollover)`,
  );
}

/** Undefined where there is no index yet, its template is older than modes, or the key may not look. */
async function modeOfWriteIndex(client: ElasticsearchClient, stream: string): Promise<string | undefined> {
  const { status, text } = await client.ask("GET", `/${encodeURIComponent(stream)}/_mapping`);
  const indices = status === 200 ? indicesSchema.safeParse(parseJson(text)).data : undefined;
  // The names of a data stream's indices end in their date and generation.
  const last = Object.keys(indices ?? {}).sort().at(-1);
  return last === undefined ? undefined : indices?.[last]?.mappings._meta?.mode;
}
