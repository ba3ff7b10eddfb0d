/** How long prompts are kept: looking it up, and setting it. */
import { dataStreamsOf, retentionByTemplate } from "../../../elasticsearch/lifecycle.ts";
import type { Terminal } from "../../terminal.ts";
import type { SetupClient } from "./client.ts";
import { pathOf } from "./installed.ts";
import type { IndexTemplate } from "./templates.ts";

/** As Elasticsearch writes it. */
const RETENTION = /^[1-9]\d{0,5}[dhm]$/;

export function retentionProblem(retention: string): string | undefined {
  return RETENTION.test(retention) ? undefined : "expected days, hours or minutes, such as 30d";
}

/** The index templates whose data streams hold prompts. */
function ofPrompts(templates: readonly IndexTemplate[]): readonly IndexTemplate[] {
  return templates.filter(({ pattern }) => pattern.startsWith("logs-"));
}

interface RetentionOptions extends Pick<Terminal, "print"> {
  readonly dryRun: boolean;
  /** Index lifecycle policies and their settings are unknown there. */
  readonly isServerless: boolean;
}

/** Sets it for data streams to come, by a component template of its own, and for those that are there. */
export async function setRetention(
  client: SetupClient,
  { retention, templates, dryRun, isServerless, print }: RetentionOptions & {
    retention: string;
    templates: readonly IndexTemplate[];
  },
): Promise<void> {
  for (const { pattern, retentionComponent: name } of ofPrompts(templates)) {
    const template = {
      ...!isServerless && { settings: { index: { lifecycle: { prefer_ilm: "false" } } } },
      lifecycle: { data_retention: retention },
    };
    const path = pathOf({ kind: "component_template", name });
    if (!dryRun) await client.put(path, { template, _meta: { managed_by: "bedrock-otel" } });
    print(`component template ${name}: ${dryRun ? "would set" : "sets"} data_retention: ${retention}\n`);
    const streams = await dataStreamsOf((path) => client.look(path), pattern);
    if (streams === undefined) {
      print(
        `data streams of ${pattern} that are there keep what they have: ${toLook(pattern)}, and manage to change it\n`,
      );
    }
    for (const stream of streams ?? []) {
      if (!dryRun) {
        await client.put(`/_data_stream/${stream.name}/_lifecycle`, { data_retention: retention });
        if (!isServerless) await client.put(`/${stream.name}/_settings`, { "index.lifecycle.prefer_ilm": false });
      }
      print(`data stream ${stream.name}: ${dryRun ? "would keep" : "keeps"} its documents for ${retention}\n`);
    }
  }
}

/** Says how long prompts are kept. */
export async function sayRetention(
  client: SetupClient,
  { templates, print }: Pick<Terminal, "print"> & { templates: readonly IndexTemplate[] },
): Promise<void> {
  const look = (path: string) => client.look(path);
  for (const { pattern } of ofPrompts(templates)) {
    const streams = await dataStreamsOf(look, pattern);
    if (streams === undefined) {
      print(`How long data streams that are there keep prompts is not known: ${toLook(pattern)}\n`);
    }
    for (const { name, retention, failuresRetention } of streams ?? []) {
      print(`Prompts in ${name} are kept ${forHowLong(retention)}\n`);
      if (failuresRetention !== undefined) {
        print(`Prompts in the failure store of ${name} are kept ${forHowLong(failuresRetention)}\n`);
      }
    }
    if (streams !== undefined && streams.length > 0) continue;
    const simulated = await client.post(`/_index_template/_simulate_index/${pattern.replace(/\*$/, "default")}`);
    print(`Prompts in ${pattern} will be kept ${forHowLong(await retentionByTemplate(look, simulated))}\n`);
  }
  print("Another time: --retention 30d\n");
}

function toLook(pattern: string): string {
  return `it takes the index privilege view_index_metadata on ${pattern} to look`;
}

function forHowLong(retention: string): string {
  return retention.startsWith("for ") ? retention : `for ${retention}`;
}
