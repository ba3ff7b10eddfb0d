/** Follows a quick start: all its commands are run, in front of stand-ins. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Aws } from "./aws.ts";
import { awsCli, awsVariables } from "./aws_cli.ts";
import { type Commands, type CommandsResult, runCommands } from "./document_stage.ts";
import { type BulkDocument, Elasticsearch } from "./elasticsearch.ts";
import { OtlpEndpoint } from "./otlp_endpoint.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
const TEMPLATE = Deno.readTextFileSync(join(ROOT, "examples", "aws", "bedrock-logs.yaml"));
/** What was delivered when a quick start is done: three samples, and the model call of its reader. */
export const RECORDS = 4;

/** What stands around the program; a search of `elasticsearch` finds what `endpoint` took too. */
export interface Around {
  readonly aws: Aws;
  readonly endpoint: OtlpEndpoint;
  readonly elasticsearch: Elasticsearch;
}

/** Runs a page's commands, and fails where one of them fails. */
export async function follow(
  page: string,
  options: (around: Around) => Pick<Commands, "set" | "env" | "standIns">,
): Promise<CommandsResult & Around> {
  await using aws = await Aws.start();
  await using endpoint = await OtlpEndpoint.start();
  await using elasticsearch = await Elasticsearch.start();
  elasticsearch.hasTemplates = false;
  elasticsearch.elsewhere = () => endpoint.accepted.map(storedAs);
  const around = { aws, endpoint, elasticsearch };
  const { set, env, standIns } = options(around);
  const result = await runCommands(Deno.readTextFileSync(join(ROOT, page)), {
    ...set !== undefined && { set },
    env: { ...awsVariables(aws), ...env },
    standIns: { aws: awsCli(aws, TEMPLATE), ...standIns },
    mayStop: () => aws.queue.deletedIds.length === 1,
  });
  assert.equal(result.code, 0, result.output);
  assert.equal(result.output.match(/delivered_records=3/g)?.length, 1, result.output);
  assert.equal(aws.queueState().visible.length + aws.queueState().inFlight.length, 0);
  return { ...result, ...around };
}

/** What a Collector or Elastic's endpoint makes of a record, as far as a search shows it here. */
function storedAs({ attributes, scope, body }: OtlpEndpoint["accepted"][number]): BulkDocument {
  const part = (name: string) => String(attributes[`data_stream.${name}`]);
  const hasOtelStructure = scope.attributes["elastic.mapping.mode"] === undefined && typeof body !== "string";
  const index = `${part("type")}-${part("dataset")}${hasOtelStructure ? ".otel" : ""}-${part("namespace")}`;
  return { index, id: undefined, source: { ...attributes, body } };
}

/** The searches of a page: what each found. */
export function assertFound(output: string, counts: readonly number[]): void {
  const found = [...output.matchAll(/"total":\{"value":(\d+)/g)].map(([, count]) => Number(count));
  assert.deepEqual(found, counts, output);
}
