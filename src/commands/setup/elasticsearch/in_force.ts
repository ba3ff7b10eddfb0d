/** Which index template a data stream gets. */
import { listAt, memberOf } from "../../../component/json.ts";
import type { SetupClient } from "./client.ts";
import type { IndexTemplate } from "./templates.ts";

/** The template in force for a data stream. */
export interface Winner {
  readonly name: string;
  readonly priority: number;
  readonly isOurs: boolean;
  /** The ingest pipeline that it sends documents through. */
  readonly pipeline: string | undefined;
  /** Whether Elastic's Amazon Bedrock integration installed it. */
  readonly isIntegration: boolean;
}

/** The template that is in force where ours is to be, as Elasticsearch has both; undefined when there is none. */
export async function winnerFor(client: SetupClient, ours: IndexTemplate): Promise<Winner | undefined> {
  const dataStream = ours.pattern.replace(/\*$/, "default");
  const [first] = listAt(await client.get("/_index_template"), "index_templates").map(candidateOf)
    // Templates of ours for one namespace stand above those for all.
    .filter(({ name, isOurs, patterns }) =>
      (name === ours.name || !isOurs) && patterns.some((pattern) => matches(pattern, dataStream))
    )
    .sort((a, b) => b.priority - a.priority);
  if (first === undefined) return undefined;
  const { name, priority, packageName } = first;
  const simulated = await client.post(`/_index_template/_simulate_index/${dataStream}`);
  const pipeline = memberOf(simulated, "template", "settings", "index", "default_pipeline");
  return {
    name,
    priority,
    isOurs: name === ours.name,
    pipeline: typeof pipeline === "string" && pipeline !== "_none" ? pipeline : undefined,
    isIntegration: packageName === "aws_bedrock" || `${name}-*` === ours.pattern,
  };
}

function candidateOf(entry: unknown) {
  const template = memberOf(entry, "index_template");
  return {
    name: String(memberOf(entry, "name")),
    isOurs: memberOf(template, "_meta", "managed_by") === "bedrock-otel",
    patterns: listAt(template, "index_patterns").map(String),
    priority: Number(memberOf(template, "priority") ?? 0),
    packageName: memberOf(template, "_meta", "package", "name"),
  };
}

/** Whether an index pattern, in which `*` stands for any characters, covers a name. */
function matches(pattern: string, name: string): boolean {
  const expression = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${expression}$`, "s").test(name);
}
