import { type Command, Option } from "commander";
import { DONE, FAILED, UsageError } from "../../command.ts";
import { print, TERMINAL } from "../../terminal.ts";
import { API_KEY_OPTION } from "../api_key_option.ts";
import { type Kind, KINDS, PACK_MODES, type PackMode } from "./asset.ts";

interface KibanaOptions {
  readonly url?: string;
  readonly apiKeyEnv: string;
  readonly space: string;
  readonly mode?: PackMode;
  readonly only?: string;
  readonly dryRun: boolean;
  readonly output?: string;
  readonly force: boolean;
  readonly enable: boolean;
  readonly remove: boolean;
}

/** `setup kibana`: rules, alerts and dashboards. */
export function addKibana(setup: Command, exit: (code: number) => void): void {
  setup.command("kibana")
    .description("install detection rules, alerts and dashboards; installing twice changes nothing")
    .option("--url <url>", "where Kibana is, such as https://my-deployment:5601")
    .option(...API_KEY_OPTION)
    .option("--space <id>", "the space of Kibana that gets them", "default")
    .addOption(
      new Option("--mode <mode>", "mapping of the documents that they query (default: ecs; with --remove: all)")
        .choices(PACK_MODES),
    )
    .option("--only <kinds>", `some of ${KINDS.join(",")}`)
    .option("--dry-run", "look and say what would be done", false)
    .option("--output <dir>", "write them to files instead, without asking Kibana")
    .option("--force", "replace what was edited in Kibana too", false)
    .option("--enable", "switch rules and alerts on; they run with the privileges of the API key", false)
    .option("--remove", "take away what this installs, edited or not", false)
    .action(async (options: KibanaOptions) => exit(await setUp(options)));
}

async function setUp(options: KibanaOptions): Promise<number> {
  const { url, apiKeyEnv, space, output, remove } = options;
  const { urlProblem } = await import("../setup_server.ts");
  const { KibanaClient, SPACE } = await import("./client.ts");
  const badUrl = url === undefined ? undefined : urlProblem(url);
  const problem = usageProblem(options) ?? (SPACE.test(space) ? badUrl && `--url: ${badUrl}` : SPACE_RULE);
  if (problem !== undefined) throw new UsageError(`Cannot set up Kibana: ${problem}`);
  const { packOf } = await import("./pack.ts");
  const kinds = options.only === undefined ? KINDS : options.only.split(",") as Kind[];
  const pack = packOf({ mode: options.mode ?? (remove ? undefined : "ecs"), kinds });
  if (output !== undefined) {
    const { writePack } = await import("./output.ts");
    await writePack(output, pack, print);
    return DONE;
  }
  const apiKey = Deno.env.get(apiKeyEnv)?.trim() || undefined;
  const client = new KibanaClient(url as string, { apiKey, apiKeyEnv, space });
  const { removeFromKibana, setUpKibana } = await import("./setup.ts");
  const isDone = await (remove ? removeFromKibana : setUpKibana)(client, pack, { ...TERMINAL, ...options });
  return isDone ? DONE : FAILED;
}

const SPACE_RULE = "--space: expected the id of a space: lower-case letters, digits, _ and -";

/** What is wrong with options beside each other. */
function usageProblem({ url, only, dryRun, output, force, enable, remove }: KibanaOptions): string | undefined {
  const unknown = only?.split(",").find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined) return `--only: ${unknown || "nothing"} is none of ${KINDS.join(", ")}`;
  if (output !== undefined && (dryRun || remove)) return "expected --output without --dry-run and --remove";
  if (remove && (force || enable)) return "expected --remove without --force and --enable";
  if (url === undefined && output === undefined) return "expected --url URL, or --output DIR";
  return undefined;
}
