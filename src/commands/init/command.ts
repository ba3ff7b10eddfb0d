import { Option } from "commander";
import { type AddCommand, UsageError } from "../command.ts";
import { note, print } from "../terminal.ts";
import { writing } from "../write_file.ts";
import { type Answers, composeConfig, CONTENTS, MODES, setupCommand, TARGETS } from "./compose.ts";
import { askFor, hasSource, type Person } from "./questions.ts";

const STANDARD_OUTPUT = "-";
/** Longest wait for what Bedrock says of its logging. */
const LOOK_MS = 5000;

interface InitOptions extends Omit<Partial<Answers>, "metrics"> {
  readonly metrics: boolean;
  readonly output: string;
  readonly force: boolean;
}

/** `init`: writes a first configuration. */
export const addInit: AddCommand = (program) => {
  program.command("init")
    .description("write a first configuration, from flags or by asking")
    .option("--queue-url <url>", "SQS queue that gets the bucket's notifications")
    .option("--bucket <name>", "bucket to list, where there is no queue")
    .option("--log-group <name>", "log group of CloudWatch Logs, by name or ARN")
    .option("--metrics", "read CloudWatch's metrics too", false)
    .addOption(new Option("--to <target>", "target of the records (default: collector)").choices(TARGETS))
    .option("--endpoint <url>", "URL of the target; for file a path")
    .addOption(new Option("--mode <mode>", "names of fields (default: what the target keeps best)").choices(MODES))
    .addOption(
      new Option("--content <content>", "what may leave of prompts and answers (default: full)").choices(CONTENTS),
    )
    .option("--output <file>", "file to write; - is standard output", "bedrock-otel.yaml")
    .option("--force", "overwrite the file", false)
    .action(init);
};

async function init({ output, force, ...given }: InitOptions): Promise<void> {
  if (given.queueUrl !== undefined && given.bucket !== undefined) {
    throw refused("--bucket is for a bucket without a queue, which is listed: beside --queue-url leave it out");
  }
  if (!force && output !== STANDARD_OUTPUT && await exists(output)) {
    throw refused(`${output} exists: name another --output, or say --force`);
  }
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const found = hasSource(given) ? {} : await foundSource();
  const known = isTerminal ? askFor(given, { found, person: AT_TERMINAL }) : { ...found, ...given };
  if (!hasSource(known)) {
    throw refused("expected --queue-url, --bucket, --log-group or --metrics: where the records come from");
  }
  const answers: Answers = { ...known, to: known.to ?? "collector", content: known.content ?? "full" };
  await writeChecked(output, composeConfig(answers));
  if (output === STANDARD_OUTPUT) return;
  const command = setupCommand(answers);
  const setup = command === undefined ? "" : `  ${command}     install the index templates\n`;
  print(`Wrote ${output}

Next:
${setup}  bedrock-otel doctor --config ${output}
  bedrock-otel run --once --config ${output}
`);
}

const AT_TERMINAL: Person = {
  // As prompt's own default it would have to be deleted before typing something else.
  ask: (question, otherwise) => {
    const text = prompt(otherwise === "" ? question : `${question} [${otherwise}]`, "");
    return text === "" ? otherwise : text;
  },
  tell: print,
};

/** Where Bedrock logs, where credentials are there that may ask for it. */
async function foundSource(): Promise<Partial<Answers>> {
  try {
    const { awss3Schema } = await import("../../receivers/awss3/config.ts");
    const { loggingConfig } = await import("../doctor/aws_checks.ts");
    const settings = awss3Schema.parse({ api_timeout: `${LOOK_MS}ms` });
    const config = await loggingConfig(settings, { region: undefined, signal: AbortSignal.timeout(LOOK_MS) });
    const bucket = config?.s3Config?.bucketName;
    const logGroup = config?.cloudWatchConfig?.logGroupName;
    if (bucket !== undefined) note(`Bedrock logs into the bucket ${bucket}\n`);
    else if (logGroup !== undefined) note(`Bedrock logs into the log group ${logGroup}\n`);
    return bucket !== undefined ? { bucket } : logGroup !== undefined ? { logGroup } : {};
  } catch {
    // It is only an offer.
    return {};
  }
}

/** @throws {ConfigError} an answer makes no valid configuration: nothing is written. */
async function writeChecked(output: string, text: string): Promise<void> {
  const isFile = output !== STANDARD_OUTPUT;
  const draft = isFile ? `${output}.draft` : await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await writing(output, () => Deno.writeTextFile(draft, text));
    const { loadProgramConfig } = await import("../load_config.ts");
    await loadProgramConfig([draft]);
    if (isFile) await writing(output, () => Deno.rename(draft, output));
    else print(text);
  } finally {
    await Deno.remove(draft).catch(() => {});
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function refused(problem: string): UsageError {
  return new UsageError(`Cannot write a configuration: ${problem}`);
}
