/** The CloudFormation template of the examples, deployed by the AWS CLI as its documents say, into an AWS-like server. */
import { join } from "node:path";
import { type AccessKey, AwsAccount } from "./aws_account.ts";
import { installMinistack, Ministack } from "./ministack.ts";
import { installPythonProgram } from "./python_program.ts";

export const TEMPLATE = join(import.meta.dirname as string, "..", "..", "examples", "aws", "bedrock-logs.yaml");
const ACCOUNT_ID = "111111111111";
const REGION = "us-east-1";
const STACK = "bedrock-logs";

/** Why there can be none, or how to start one. */
export async function installStack(): Promise<
  { start: (parameters?: Parameters) => Promise<Stack> } | { skipped: string }
> {
  const server = await installMinistack();
  if ("skipped" in server) return server;
  const cli = await installPythonProgram({ name: "awscli", version: "1.45.11", program: "aws" });
  if ("skipped" in cli) return cli;
  return { start: (parameters = {}) => Stack.start({ server: server.path, cli: cli.path }, parameters) };
}

/** Of the template. */
export type Parameters = Readonly<Record<string, string>>;

export class Stack implements AsyncDisposable {
  readonly server: Ministack;
  readonly account: AwsAccount;
  /** What the template tells; a queue's URL as it is reached from here. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly #cli: string;

  private constructor(
    server: Ministack,
    { account, outputs, cli }: { account: AwsAccount; outputs: Record<string, string>; cli: string },
  ) {
    this.server = server;
    this.account = account;
    this.outputs = outputs;
    this.#cli = cli;
  }

  static async start({ server: path, cli }: { server: string; cli: string }, parameters: Parameters): Promise<Stack> {
    const server = await Ministack.start(path);
    const account = new AwsAccount({ endpoint: server.endpoint, accountId: ACCOUNT_ID, region: REGION });
    try {
      const stack = new Stack(server, { account, outputs: {}, cli });
      const overrides = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
      await stack.aws(
        ["cloudformation", "deploy", "--stack-name", STACK, "--template-file", TEMPLATE, "--capabilities"]
          .concat("CAPABILITY_IAM", overrides.length === 0 ? [] : ["--parameter-overrides", ...overrides]),
      );
      const described = JSON.parse(await stack.aws(["cloudformation", "describe-stacks", "--stack-name", STACK]));
      const outputs = (described.Stacks[0].Outputs as { OutputKey: string; OutputValue: string }[])
        .map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue.replace("//localhost:", "//127.0.0.1:")]);
      return new Stack(server, { account, outputs: Object.fromEntries(outputs), cli });
    } catch (error) {
      account[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** An output of the template. */
  output(name: string): string {
    const value = this.outputs[name];
    if (value === undefined) throw new Error(`The template has no output ${name}`);
    return value;
  }

  /** Runs the AWS CLI as the account's owner; what it prints. */
  async aws(args: readonly string[]): Promise<string> {
    const keys = { access_key_id: ACCOUNT_ID, secret_access_key: "test" };
    const { success, stdout, stderr } = await new Deno.Command(this.#cli, {
      args: ["--output", "json", "--endpoint-url", this.server.endpoint, ...args],
      env: this.environment(keys),
    }).output();
    const text = new TextDecoder();
    if (!success) throw new Error(`aws ${args.slice(0, 2).join(" ")}: ${text.decode(stderr)}`);
    return text.decode(stdout);
  }

  /** Turns Bedrock's logging on by the command that the template tells. */
  async turnLoggingOn(): Promise<void> {
    const words = this.output("LoggingCommand").match(/"[^"]*"|\S+/g) ?? [];
    await this.aws(words.slice(1).map((word) => word.replaceAll('"', "")));
  }

  /** A user to whom these policies of the template are attached, by their outputs. */
  async createUser(name: string, policies: readonly string[]): Promise<AccessKey> {
    // At AWS this one is part of sqs:DeleteMessage; ministack wants it named.
    const keys = await this.account.createUser(name, [{
      Effect: "Allow",
      Action: "sqs:DeleteMessageBatch",
      Resource: "*",
    }]);
    for (const policy of policies) {
      await this.account.query("iam", "AttachUserPolicy", { UserName: name, PolicyArn: this.output(policy) });
    }
    return keys;
  }

  /** Variables with which the SDK finds the server, as this user. */
  environment({ access_key_id, secret_access_key }: AccessKey): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.server.endpoint,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: access_key_id,
      AWS_SECRET_ACCESS_KEY: secret_access_key,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.account[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
