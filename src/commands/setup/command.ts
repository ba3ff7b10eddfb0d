import { Option } from "commander";
import { type Signal, SIGNALS } from "../../component/batch.ts";
import { NAMESPACE, NAMESPACE_RULE } from "../../config/namespace.ts";
import { TEMPLATE_MODES, type TemplateMode } from "../../elasticsearch/template.ts";
import { type AddCommand, DONE, FAILED, UsageError } from "../command.ts";
import { print, TERMINAL } from "../terminal.ts";
import { API_KEY_OPTION } from "./api_key_option.ts";
import { addKibana } from "./kibana/command.ts";

interface ElasticsearchOptions {
  readonly url?: string;
  readonly apiKeyEnv: string;
  readonly dryRun: boolean;
  readonly output?: string;
  /** Undefined: as it is installed. */
  readonly overrideIntegration?: boolean | Signal;
  readonly mode: TemplateMode;
  readonly namespace?: string;
  readonly changeMode: boolean;
  readonly force: boolean;
  readonly retention?: string;
}

/** `setup`: prepares what receives the records. */
export const addSetup: AddCommand = (program, exit) => {
  const setup = program.command("setup").description("prepare the store that the records go to");
  addKibana(setup, exit);
  setup.command("elasticsearch")
    .description("install the index templates that modes ecs and integration need; installing twice changes nothing")
    .option("--url <url>", "where Elasticsearch is, such as https://my-cluster:9200")
    .option(...API_KEY_OPTION)
    .option("--dry-run", "look and say what would be done", false)
    .option("--output <dir>", "write the templates to files instead, without asking Elasticsearch")
    .addOption(
      new Option("--mode <mode>", "mapping of the documents: in ecs the integration's names are aliases")
        .choices(TEMPLATE_MODES).default("ecs"),
    )
    .option("--namespace <namespace>", "only for the data streams of this namespace; others keep their templates")
    .option("--change-mode", "replace templates of the other mode; the data streams need a rollover then", false)
    .option(
      "--retention <time>",
      "keep prompts for so long, such as 30d: in data streams to come and those that are there",
    )
    .option("--force", "replace templates too that somebody edited or a newer version installed", false)
    .addOption(
      new Option(
        "--override-integration [signal]",
        "stand above the templates of Elastic's Amazon Bedrock integration; where logs are in mode raw: of metrics only",
      ).choices(SIGNALS),
    )
    .option("--no-override-integration", "stand below them again; without either, templates stay where they stand")
    .action(async (options: ElasticsearchOptions) => exit(await setUp(options)));
};

async function setUp(options: ElasticsearchOptions): Promise<number> {
  const { url, apiKeyEnv, dryRun, output, mode, namespace, changeMode, force, retention, overrideIntegration } =
    options;
  const choice = { mode, namespace, overrideIntegration };
  if (namespace !== undefined && !NAMESPACE.test(namespace)) {
    throw wrong(`--namespace: ${NAMESPACE_RULE}`);
  }
  if (retention !== undefined) {
    const { retentionProblem } = await import("./elasticsearch/retention.ts");
    const problem = retentionProblem(retention);
    if (problem !== undefined) throw wrong(`--retention: ${problem}`);
    if (output !== undefined) throw wrong("expected --retention or --output, not both");
  }
  if (dryRun && output !== undefined) throw wrong("expected --dry-run or --output, not both");
  if (output !== undefined) {
    const { writeTemplates } = await import("./elasticsearch/setup.ts");
    await writeTemplates(output, { ...choice, overrideIntegration: overrideIntegration ?? false, print });
    return DONE;
  }
  if (url === undefined) throw wrong("expected --url URL, or --output DIR");
  const { urlProblem } = await import("./setup_server.ts");
  const problem = urlProblem(url);
  if (problem !== undefined) throw wrong(`--url: ${problem}`);
  const { SetupClient } = await import("./elasticsearch/client.ts");
  const { setUpElasticsearch } = await import("./elasticsearch/setup.ts");
  const apiKey = Deno.env.get(apiKeyEnv)?.trim() || undefined;
  using client = await SetupClient.open(url, { apiKey, apiKeyEnv });
  const isComplete = await setUpElasticsearch(client, { ...TERMINAL, ...choice, dryRun, changeMode, force, retention });
  return isComplete ? DONE : FAILED;
}

function wrong(problem: string): UsageError {
  return new UsageError(`Cannot set up Elasticsearch: ${problem}`);
}
