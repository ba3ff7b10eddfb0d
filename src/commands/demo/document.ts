import { join } from "node:path";
import { storedFields } from "../map/print_mapped.ts";
import { bedrockFactory } from "../../processors/bedrock/factory.ts";
import { note } from "../terminal.ts";
import type { Invocation } from "./samples.ts";

/** What people look for first, in the order in which they do. */
const FIRST = [
  "@timestamp",
  "event.outcome",
  "event.action",
  "user.name",
  "gen_ai.request.model",
  "gen_ai.usage.input_tokens",
  "gen_ai.usage.output_tokens",
  "aws_bedrock.invocation.latency.total_ms",
  "gen_ai.response.finish_reasons",
  "aws_bedrock.invocation.input.prompt_text",
  "aws_bedrock.invocation.output.completion_text",
  "cloud.account.id",
  "cloud.region",
  "data_stream.dataset",
  "event.id",
];

/** An invocation as the demo's pipeline maps it and a store holds it: what matters first, on lines of at most `columns`. */
export async function mappedDocument(
  invocation: Invocation,
  { folder, columns }: { folder: string; columns: number },
): Promise<string> {
  const file = join(folder, "mapped.json");
  await Deno.writeTextFile(file, `${JSON.stringify(invocation)}\n`);
  const [fields = {}] = await storedFields(file, { config: bedrockFactory.schema.parse({ mapping: "ecs" }), note });
  const shown = FIRST.filter((name) => Object.hasOwn(fields, name));
  const lines = shown.map((name) => cut(`  ${JSON.stringify(name)}: ${JSON.stringify(fields[name])}`, columns - 1));
  return `{\n${lines.map((line) => `${line},\n`).join("")}  … ${
    Object.keys(fields).length - shown.length
  } more fields\n}\n`;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 2)}…"`;
}
