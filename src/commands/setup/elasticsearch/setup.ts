import type { Terminal } from "../../terminal.ts";
import { writeInto } from "../../write_file.ts";
import type { SetupClient } from "./client.ts";
import { type Winner, winnerFor } from "./in_force.ts";
import { type Installed, installedModeOf, installedPriorityOf, lookUp, pathOf, shippedBody } from "./installed.ts";
import { QUERIES } from "./queries.ts";
import { sayRetention, setRetention } from "./retention.ts";
import { streamsToRollOver } from "./rollover.ts";
import type { Template } from "../../../elasticsearch/template.ts";
import { VERSION } from "../../../version.ts";
import { componentTemplates, type IndexTemplate, indexTemplates, type TemplateChoice } from "./templates.ts";

export interface SetupOptions extends Omit<TemplateChoice, "overrideIntegration">, Terminal {
  /** Undefined: each stays above the integration's, or below, as it is. */
  readonly overrideIntegration: TemplateChoice["overrideIntegration"] | undefined;
  readonly dryRun: boolean;
  readonly changeMode: boolean;
  /** Replace templates too that somebody edited, or a newer version of this program installed. */
  readonly force: boolean;
  /** How long prompts are to be kept, such as `30d`; undefined: it stays as it is. */
  readonly retention: string | undefined;
}

/**
 * Installs the templates, says what it did, which template is in force, which data streams need a rollover and how long prompts
 * are kept, and prints a key for the exporter and queries to start with. What is there already is left alone.
 *
 * @returns whether all templates are as the program ships them; what somebody edited is not.
 * @throws {Error} what is there is of another mode, and `changeMode` is not set.
 */
export async function setUpElasticsearch(client: SetupClient, options: SetupOptions): Promise<boolean> {
  const { dryRun, changeMode, mode, retention, print } = options;
  const { name, version } = await client.product();
  const isServerless = name === "Elasticsearch Serverless";
  print(isServerless ? `${name}: this program was not tested with it\n` : `${name} ${version}\n`);
  const ours = await chosenTemplates(client, options);
  const changed = await modesToChange(client, { ours, mode });
  if (changed.length > 0 && !changeMode) throw new Error(otherMode(changed, mode));
  const { isComplete, edits } = await installAll(client, [...componentTemplates(mode), ...ours], options);
  if (retention !== undefined) {
    await setRetention(client, { retention, templates: ours, dryRun, isServerless, print });
  }
  if (!dryRun) await sayRollovers(client, { ours, edits, print });
  for (const template of ours) sayWhoWins(template, await winnerFor(client, template), options);
  await sayRetention(client, { templates: ours, print });
  sayApiKey(ours, print);
  for (const { title, esql } of QUERIES) print(`\n${title}:\n\n${indented(esql)}\n`);
  return isComplete;
}

/** The templates of a choice; where it leaves open whether they stand above the integration's, each stays where it stands. */
async function chosenTemplates(client: SetupClient, options: SetupOptions): Promise<IndexTemplate[]> {
  const { overrideIntegration } = options;
  const below = indexTemplates({ ...options, overrideIntegration: overrideIntegration ?? false });
  if (overrideIntegration !== undefined) return below;
  const above = indexTemplates({ ...options, overrideIntegration: true });
  return await Promise.all(below.map(async (template, at) => {
    const raised = above[at] ?? template;
    return await installedPriorityOf(client, template) === raised.priority ? raised : template;
  }));
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

function sayApiKey(ours: readonly IndexTemplate[], print: Terminal["print"]): void {
  const names = ours.map(({ pattern }) => pattern);
  const indices = [{ names, privileges: ["auto_configure", "create_doc"] }];
  const body = { name: "bedrock-otel", role_descriptors: { "bedrock-otel": { cluster: [], indices } } };
  print(
    "\nAn API key for the exporter, which may write into these data streams and nothing else " +
      `(POST /_security/api_key):\n\n${indented(JSON.stringify(body, null, 2))}\n`,
  );
}

interface Installation {
  /** Whether all templates are as the program ships them. */
  readonly isComplete: boolean;
  /** Names of templates that somebody had edited, and that were replaced. */
  readonly edits: ReadonlySet<string>;
}

async function installAll(
  client: SetupClient,
  templates: readonly Template[],
  { dryRun, force, print, note }: SetupOptions,
): Promise<Installation> {
  let changes = 0;
  let leftAlone = 0;
  const edits = new Set<string>();
  for (const template of templates) {
    const installed = await lookUp(client, template);
    const isReplaced = force || installed.state === "missing" || installed.state === "older";
    const what = `${template.kind.replace("_", " ")} ${template.name}`;
    if (installed.state === "same") print(`${what}: unchanged\n`);
    else if (isReplaced) {
      changes++;
      if (installed.state === "edited") edits.add(template.name);
      if (!dryRun) await client.put(pathOf(template), shippedBody(template));
      print(`${what}: ${dryRun ? "would be " : ""}${replacement(installed)}\n`);
    } else {
      leftAlone++;
      note(`warning: ${what} is left alone: ${reasonToLeave(installed, template)}\n`);
    }
  }
  if (dryRun && changes > 0) print("Nothing was changed (--dry-run)\n");
  if (changes + leftAlone === 0) print("Nothing to change\n");
  return { isComplete: leftAlone === 0, edits };
}

function replacement(installed: Installed): string {
  if (installed.state === "missing") return "created";
  return "version" in installed && installed.version !== VERSION ? `changed (was of ${installed.version})` : "changed";
}

function reasonToLeave(installed: Installed, { kind, name }: Template): string {
  if (installed.state === "newer") {
    return `version ${installed.version} installed it, this is ${VERSION}; --force replaces it`;
  }
  const places = "differences" in installed ? ` (${installed.differences.join(", ")})` : "";
  const custom = `the component template ${name.split("@")[0]}@custom`;
  const place = kind === "component_template"
    ? custom
    : `${custom}, or a pattern or priority into a template of your own`;
  return `somebody edited it${places}. Move the edit into ${place}, then --force`;
}

/** Existing indices keep what they were made with. */
async function sayRollovers(
  client: SetupClient,
  { ours, edits, print }: Pick<Terminal, "print"> & Pick<Installation, "edits"> & { ours: readonly IndexTemplate[] },
): Promise<void> {
  const streams = await streamsToRollOver(client, ours, { edits });
  if (streams === undefined) {
    print("Whether data streams need a rollover is not known: it takes the index privilege view_index_metadata\n");
  }
  for (const stream of streams ?? []) {
    print(`${stream} takes this with its next rollover: POST /${stream}/_rollover\n`);
  }
}

/** The index templates of ours that Elasticsearch has in another mode. */
async function modesToChange(
  client: SetupClient,
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
  { dryRun, print, note }: SetupOptions,
): void {
  if (winner?.isOurs) return print(`In force for ${pattern}: ${name} (priority ${winner.priority})\n`);
  const inForce = winner === undefined ? "none" : `${winner.name} (priority ${winner.priority})`;
  const isBelow = winner === undefined || winner.priority <= priority;
  const own = `${name} (priority ${priority})`;
  print(`In force for ${pattern}: ${inForce}${dryRun && isBelow ? `; ${own} would be` : `, not ${own}`}\n`);
  if (isBelow) {
    return dryRun ? undefined : note(`warning: ${name} is not in force, as somebody edited it; --force replaces it\n`);
  }
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
    ? `${override} metrics`
    : `set processors.bedrock.mapping: raw, or ${override}`;
  note(`warning: ${owner} ${effect}: ${advice}\n`);
}

/** What is lost where the template in force is not ours: what it does not know does not tell time series apart. */
const UNKNOWN_METRICS =
  "maps the metrics, of which those with dimensions that it does not know are refused as duplicates";

/** Writes the templates as the bodies of the requests that would install them, and says how to do so. */
export async function writeTemplates(
  directory: string,
  options: TemplateChoice & Pick<Terminal, "print">,
): Promise<void> {
  const ours = indexTemplates(options);
  const templates: readonly Template[] = [...componentTemplates(options.mode), ...ours];
  for (const template of templates) {
    const { kind, name } = template;
    const path = `${directory}/${kind}/${name}.json`;
    await writeInto(path, `${JSON.stringify(shippedBody(template), null, 2)}\n`);
    options.print(`${path}\n`);
  }
  options.print(
    `Each is the body of a request, in this order: PUT /_component_template/NAME, PUT /_index_template/NAME\n`,
  );
  sayApiKey(ours, options.print);
}
