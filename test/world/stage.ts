/** Everything around the program: what it reads from in front of it, an OTLP endpoint behind it, a folder for its state. */
import type { Aws } from "./aws.ts";
import type { Config, ConfigOptions } from "./config.ts";
import { TestFolder } from "./folder.ts";
import type { OtlpEndpoint } from "./otlp_endpoint.ts";
import { Program, RunningService, runOnce, type ServiceRun } from "./program.ts";

export abstract class Stage implements AsyncDisposable {
  readonly endpoint: OtlpEndpoint;
  readonly folder = new TestFolder();

  protected constructor(endpoint: OtlpEndpoint) {
    this.endpoint = endpoint;
  }

  /** A configuration that delivers to the endpoint. */
  abstract config(options?: ConfigOptions): Config;

  /** Where the program keeps its state. */
  get stateDirectory(): string {
    return this.folder.file("state");
  }

  /** `run` in this process. */
  run(options: ConfigOptions = {}): Promise<RunningService> {
    return RunningService.start(this.config(options));
  }

  /** `run --once` in this process. */
  runOnce(options: ConfigOptions = {}): Promise<ServiceRun> {
    return runOnce(this.config(options));
  }

  /** A command as a process of its own. */
  async program(args: readonly string[], options: ConfigOptions = {}): Promise<Program> {
    return new Program([...args, "--config", await this.folder.writeConfig(this.config(options))]);
  }

  /** requestIds of what the endpoint took, sorted; a record taken twice is here twice. */
  get tookInvocations(): string[] {
    return this.endpoint.tookInvocations;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endpoint[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

/** With AWS's services in front of the program. */
export abstract class AwsStage extends Stage {
  readonly aws: Aws;

  protected constructor(aws: Aws, endpoint: OtlpEndpoint) {
    super(endpoint);
    this.aws = aws;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.aws[Symbol.asyncDispose]();
  }
}

/** requestIds of records, sorted. */
export function requestIds(records: readonly { readonly requestId: string }[]): string[] {
  return records.map(({ requestId }) => requestId).sort();
}
