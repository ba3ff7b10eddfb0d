/** Whether a template is in force for a data stream that takes our documents. */
import { z } from "zod";
import { parseJson } from "../component/json.ts";
import { EndpointFaultError } from "../component/outcome.ts";
import { type ElasticsearchClient, faultOfStatus } from "./client.ts";
import type { DocumentMode, TemplateMode } from "./template.ts";

const metaSchema = z.looseObject({ managed_by: z.string().optional(), mode: z.string().optional() });

const mappingsSchema = z.looseObject({
  _meta: metaSchema.optional(),
  properties: z.record(z.string(), z.looseObject({ type: z.string().optional() })).optional(),
});

const templateSchema = z.object({
  settings: z.object({ index: z.looseObject({ default_pipeline: z.string().optional() }).optional() }).optional(),
  mappings: mappingsSchema.optional(),
});

/** `{}` where no template is in force. */
const simulatedSchema = z.union([
  z.object({ template: templateSchema }),
  z.strictObject({ template: z.undefined().optional() }),
]);

/** The mappings of a data stream's indices, by their names. */
const indicesSchema = z.record(z.string(), z.object({ mappings: mappingsSchema }));

/** What is to be written into a data stream. */
export interface Documents {
  /** Undefined: metrics, whose templates are the same in `ecs` and `integration`. */
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
  // Whoever names a pipeline for them has made it.
  if (mode === "raw" && pipeline !== undefined) return READY;
  const answer = await client.ask("POST", `/_index_template/_simulate_index/${encodeURIComponent(stream)}`);
  if (answer.status === 403) {
    return { kind: "unknown", text: "Elasticsearch does not allow to look: it takes manage_index_templates" };
  }
  if (answer.status !== 200) throw faultOfStatus(answer);
  const simulated = simulatedSchema.safeParse(parseJson(answer.text));
  if (!simulated.success) {
    throw new EndpointFaultError("What answered 200 is no answer of Elasticsearch to a look at its templates", {
      reason: "unreadable_answer",
    });
  }
  const { template } = simulated.data;
  if (mode === "otel") return isOtelTemplate(template) ? READY : noTemplate(noOtelTemplate(stream));
  if (mode === "raw") {
    return isOurs(template) || hasPipeline(template)
      ? await rawInForce(client, stream, template)
      : noTemplate(noPipeline(stream));
  }
  if (isOurs(template)) return mode === undefined ? READY : await modeInForce(client, stream, { mode, template });
  return mode !== undefined && hasPipeline(template) ? pipelineInForce(stream, mode) : noTemplate(noneOfOurs(stream));
}

type SimulatedTemplate = z.infer<typeof templateSchema>;

function noTemplate(text: string): TemplateFinding {
  return { kind: "problem", reason: "no_template", text };
}

function noOtelTemplate(stream: string): string {
  return `No template of OpenTelemetry is in force for ${stream}: ` +
    (/^[a-z]+-[^-]+\.otel-/.test(stream)
      ? "Elasticsearch brings it from 8.16 on (stack.templates.enabled)"
      : "Elasticsearch's own is for names like logs-*.otel-* and metrics-*.otel-*");
}

function noPipeline(stream: string): string {
  return `No template with an ingest pipeline is in force for ${stream}, and documents of mode raw need one: install ` +
    "Elastic's Amazon Bedrock integration, or set pipeline";
}

/** Those that `setup elasticsearch` makes templates for; `logs_index` and `metrics_index` may name others. */
const SET_UP = /^(?:logs-aws_bedrock\.invocation|metrics-aws_bedrock[\w.]*)-/;

function noneOfOurs(stream: string): string {
  const none = `No template of bedrock-otel is in force for ${stream}`;
  if (!SET_UP.test(stream)) {
    return `${none}, and setup elasticsearch makes none for that name: make an index template for it that is composed of the ` +
      "component templates of bedrock-otel, or leave out logs_index and metrics_index";
  }
  return `${none}: run bedrock-otel setup elasticsearch` +
    (stream.startsWith("metrics-") ? " (beside Elastic's integration: --override-integration metrics)" : "");
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
  { mode, template }: { mode: TemplateMode; template: SimulatedTemplate | undefined },
): Promise<TemplateFinding> {
  const ofTemplate = template?.mappings?._meta?.mode;
  if (ofTemplate !== undefined && ofTemplate !== mode) {
    return otherMode(
      `The template in force for ${stream} takes documents of mode ${ofTemplate}, not of ${mode}: set mapping: ` +
        `${ofTemplate}, or run bedrock-otel setup elasticsearch --mode ${mode} --change-mode and roll the data stream over`,
    );
  }
  const written = await modeOfWriteIndex(client, stream);
  return written === undefined || written === mode ? READY : needsRollover(stream, { written, mode });
}

function pipelineInForce(stream: string, mode: TemplateMode): TemplateFinding {
  return otherMode(
    `The template in force for ${stream} takes documents of mode raw, as it has an ingest pipeline: set mapping: raw, ` +
      `or let ours stand above it (bedrock-otel setup elasticsearch --mode ${mode} --override-integration) and roll the ` +
      "data stream over",
  );
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

/** `.ds-NAME-2026.03.02-000001`: the last part is the generation. Ageing puts more before it, as in `shrink-a1b2-.ds-…`. */
const WRITTEN_INDEX = /^\.ds-.+-(\d+)$/;

/** Undefined where there is no index yet, its template is older than modes, or the key may not look. */
async function modeOfWriteIndex(client: ElasticsearchClient, stream: string): Promise<string | undefined> {
  const { status, text } = await client.ask("GET", `/${encodeURIComponent(stream)}/_mapping`);
  const indices = Object.entries((status === 200 ? indicesSchema.safeParse(parseJson(text)).data : undefined) ?? {});
  const generationOf = (name: string) => Number(WRITTEN_INDEX.exec(name)?.[1] ?? 0);
  const [last] = indices.sort(([a], [b]) => generationOf(b) - generationOf(a));
  return last?.[1].mappings._meta?.mode;
}
