import type { ElasticsearchClient } from "./client.ts";
import { type Winner, winnerOver } from "./in_force.ts";
import { installedModeOf, pathOf, stateOf, type TemplateState } from "./installed.ts";
import { QUERIES } from "./queries.ts";
import { type Template } from "../../../elasticsearch/template.ts";
import { componentTemplates, type IndexTemplate, indexTemplates, type TemplateChoice } from "./templates.ts";

export interface SetupOptions extends TemplateChoice {
  /** Writes what was asked for. */
  readonly print: (text: string) => void;
}

/** What is said of a template, by what Elasticsearch had. */
const DONE: Readonly<Record<TemplateState, string>> = { missing: "created", different: "changed", same: "unchanged" };
const PLANNED: Readonly<Record<TemplateState, string>> = {
  missing: "would be created",
  different: "would be changed",
  same: "unchanged",
};

/**
 * Installs the templates, says what it did and which template is in force, and prints queries to start with. What is
 * there already is left alone.
 *
 * @throws {Error} what is there is of another mode, and `changeMode` is not set.
 */
export async function setUpElasticsearch(
  client: ElasticsearchClient,
  options: SetupOptions & { dryRun: boolean; changeMode: boolean; note: (text: string) => void },
): Promise<void> {
  const { dryRun, changeMode, mode, print } = options;
  print(`Elasticsearch ${await client.version()}\n`);
  const ours = indexTemplates(options);
  const changed = await modesToChange(client, { ours, mode });
  if (changed.length > 0 && !changeMode) throw new Error(otherMode(changed, mode));
  let changes = 0;
  for (const template of [...componentTemplates(mode), ...ours]) {
    const state = await stateOf(client, template);
    if (state !== "same") {
      changes++;
      if (!dryRun) await client.put(pathOf(template), template.body);
    }
    print(`${template.kind.replace("_", " ")} ${template.name}: ${(dryRun ? PLANNED : DONE)[state]}\n`);
  }
  print(changes === 0 ? "Nothing to change\n" : dryRun ? "Nothing was changed (--dry-run)\n" : ROLLOVER);
  if (!dryRun) {
    for (const { pattern } of changed) {
      print(`Mode ${mode} is in force after: POST /${pattern.replace(/\*$/, "NAMESPACE")}/_rollover\n`);
    }
  }
  for (const template of ours) sayWhoWins(template, await winnerOver(client, template), options);
  for (const { title, esql } of QUERIES) print(`\n${title}:\n\n${esql.replace(/^/gm, "    ")}\n`);
}

const ROLLOVER = "A data stream that exists takes this with its next rollover (POST /NAME/_rollover)\n";

/** The index templates of ours that Elasticsearch has in another mode. */
async function modesToChange(
  client: ElasticsearchClient,
  { ours, mode }: { ours: readonly IndexTemplate[]; mode: string },
): Promise<IndexTemplate[]> {
  const others: IndexTemplate[] = [];
  for (const template of ours.filter((template) => template.mode !== undefined)) {
    const installed = await installedModeOf(client, template);
    if (installed !== undefined && installed !== mode) others.push(template);
  }
  return others;
}

function otherMode(templates: readonly IndexTemplate[], mode: string): string {
  const other = mode === "ecs" ? "integration" : "ecs";
  return `Cannot set up mode ${mode}: ${
    templates.map(({ name }) => name).join(", ")
  } is there in mode ${other}, and an index takes ` +
    `documents of one mode only. Run this again with --mode ${other}, with --namespace for data streams of their own, ` +
    "or with --change-mode, which needs a rollover of the data streams";
}

function sayWhoWins(
  { name, pattern, priority }: IndexTemplate,
  winner: Winner | undefined,
  { print, note }: { print: (text: string) => void; note: (text: string) => void },
): void {
  if (winner === undefined) return print(`In force for ${pattern}: ${name} (priority ${priority})\n`);
  print(`In force for ${pattern}: ${winner.name} (priority ${winner.priority}), not ${name} (priority ${priority})\n`);
  const isMetrics = pattern.startsWith("metrics-");
  const owner = winner.isIntegration ? "Elastic's Amazon Bedrock integration" : `the template ${winner.name}`;
  const effect = isMetrics
    ? UNKNOWN_METRICS
    : winner.pipeline === undefined
    ? "maps the documents"
    : `sends documents through the pipeline ${winner.pipeline}, which expects the original text`;
  const override = "run this again with --override-integration";
  const advice = !winner.isIntegration
    ? "remove that template, or give it a lower priority"
    : isMetrics
    ? override
    : `set processors.bedrock.mapping: raw, or ${override}`;
  note(`warning: ${owner} ${effect}: ${advice}\n`);
}

/** What is lost where the template in force is not ours: what it does not know does not tell time series apart. */
const UNKNOWN_METRICS =
  "maps the metrics, of which those with dimensions that it does not know are refused as duplicates";

/** Writes the templates as the bodies of the requests that would install them, and says how to do so. */
export async function writeTemplates(
  directory: string,
  options: SetupOptions,
): Promise<void> {
  const templates: readonly Template[] = [...componentTemplates(options.mode), ...indexTemplates(options)];
  for (const { kind, name, body } of templates) {
    await Deno.mkdir(`${directory}/${kind}`, { recursive: true });
    const path = `${directory}/${kind}/${name}.json`;
    await Deno.writeTextFile(path, `${JSON.stringify(body, null, 2)}\n`);
    options.print(`${path}\n`);
  }
  options.print(
    `Each is the body of a request, in this order: PUT /_component_template/NAME, PUT /_index_template/NAME\n`,
  );
}
