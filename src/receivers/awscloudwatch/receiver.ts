import { awsErrorKind, awsErrorMessage, AwsSetupError, isPermanentAtStart } from "../../aws/aws_error.ts";
import { pagesByToken } from "../../aws/paging.ts";
import type { ReceiverResult } from "../../component/component.ts";
import { sleep } from "../../async/abortable.ts";
import { Semaphore } from "../../async/semaphore.ts";
import { NotDeliveredError } from "../../pipeline/deliver_records.ts";
import type { RunLoopOptions, StopSignals } from "../run_loop.ts";
import type { AwscloudwatchConfig } from "./config.ts";
import { GroupReader, type ReaderContext } from "./group_reader.ts";
import { groupOfArn, type LogGroup, ownGroup } from "./log_group.ts";
import { AdaptiveThrottle } from "./adaptive_throttle.ts";
import { forgetIdsOfGone, lastReadMs } from "./group_checkpoint.ts";

/** What the receiver is made of, beside what it makes itself. */
export type LogsReceiverOptions =
  & Omit<ReaderContext, "throttle" | "timing" | "workers" | keyof StopSignals>
  & {
    readonly config: AwscloudwatchConfig;
    readonly once: boolean;
    /** Closes the connections to AWS. */
    readonly close: () => void;
  };

/** Reads the events of log groups in windows of time, again and again, and delivers each once. */
export function logsLoop(options: LogsReceiverOptions): RunLoopOptions {
  return {
    async begin(signals) {
      const task = new LogsTask(options, signals);
      await task.check();
      return task;
    },
    close: options.close,
  };
}

class LogsTask {
  readonly #options: LogsReceiverOptions;
  readonly #context: ReaderContext;
  readonly #readers = new Map<string, GroupReader>();
  /** Passes under way, by group. */
  readonly #passes = new Map<string, Promise<void>>();
  /** What does not work just now, by group, as it was reported. */
  readonly #failing = new Map<string, string>();
  /** In `once`: where the pass ends. */
  #untilMs = Infinity;
  /** When the groups were listed last. */
  #listedMs: number | undefined;
  #isHealthy = true;

  constructor(options: LogsReceiverOptions, signals: StopSignals) {
    const { config, events } = options;
    this.#options = options;
    this.#context = {
      ...options,
      ...signals,
      throttle: new AdaptiveThrottle({ intervalMs: config.api_sleep, events }),
      timing: config,
      workers: new Semaphore(config.number_of_workers),
    };
  }

  /** Fails when what is configured can never be read; a transient failure is reported, and the first scan tries again. */
  async check(): Promise<void> {
    let what = TARGET;
    try {
      const [first] = await this.#groups({ maxTries: 1 });
      what = first?.id ?? what;
      if (first !== undefined) await this.#reader(first).check({ maxTries: 1 });
    } catch (error) {
      if (this.#context.stopping.aborted) return;
      if (!isPermanentAtStart(error)) return await this.#reportFailure(what, error);
      throw new Error(`Cannot read ${await this.#targetName()}: ${awsErrorMessage(error)}${hintFor(error)}`, {
        cause: error,
      });
    }
  }

  /** What was left undelivered: groups and windows. */
  async run(): Promise<ReceiverResult> {
    const { once, config, logs } = this.#options;
    if (once) this.#untilMs = logs.nowMs() - config.latency;
    for (;;) {
      await this.#beginPasses();
      if (once) break;
      try {
        await sleep(config.scan_frequency, this.#context.stopping);
      } catch {
        break;
      }
    }
    await Promise.all(this.#passes.values());
    return { undelivered: this.#failing.size + this.#deferredWindows };
  }

  /** Begins a pass over each group that is not being read. */
  async #beginPasses(): Promise<void> {
    let groups: readonly LogGroup[] = [];
    // What is new was not there then.
    let sinceMs = this.#listedMs;
    await this.#attempt(TARGET, async () => {
      const { storage, config: { log_group_name_prefix: prefix } } = this.#options;
      // A group may also have appeared while the program was down.
      if (prefix !== undefined) sinceMs ??= lastReadMs(storage, { prefix });
      const nowMs = this.#options.logs.nowMs();
      groups = await this.#groups();
      this.#listedMs = nowMs;
      this.#forgetAllBut(groups);
    });
    for (const group of groups) {
      if (this.#passes.has(group.id)) continue;
      const pass = this.#attempt(group.id, () => this.#reader(group).pass({ untilMs: this.#untilMs, sinceMs }))
        .finally(() => this.#passes.delete(group.id));
      this.#passes.set(group.id, pass);
    }
  }

  /** Does what the next scan does again when it fails; reports once that it fails, and that it works again. */
  async #attempt(what: string, task: () => Promise<void>): Promise<void> {
    const { once } = this.#options;
    try {
      await task();
      this.#failing.delete(what);
    } catch (error) {
      if (this.#context.stopping.aborted) {
        // Missed only where the run has an end; otherwise the next one goes on here.
        if (once) this.#failing.set(what, "stopped");
        return;
      }
      return await this.#reportFailure(what, error);
    }
    this.#reportHealth();
  }

  /** Reports a failure once in a row. */
  async #reportFailure(what: string, error: unknown): Promise<void> {
    const text = awsErrorMessage(error);
    if (this.#failing.get(what) === text) return;
    this.#failing.set(what, text);
    const reason = error instanceof NotDeliveredError ? "not_delivered" : awsErrorKind(error);
    const source = what === TARGET ? await this.#targetName() : what;
    this.#options.events.emit("awscloudwatch.read_failed", { source, reason, error: text });
    this.#reportHealth();
  }

  #reportHealth(): void {
    const isHealthy = this.#failing.size + this.#deferredWindows === 0;
    if (isHealthy && !this.#isHealthy) this.#options.events.emit("awscloudwatch.recovered");
    this.#isHealthy = isHealthy;
  }

  get #deferredWindows(): number {
    let count = 0;
    for (const { deferredWindows } of this.#readers.values()) count += deferredWindows;
    return count;
  }

  /** A group that is gone is no failure. Its position stays, as it may come back. */
  #forgetAllBut(groups: readonly LogGroup[]): void {
    const ids = new Set(groups.map(({ id }) => id));
    for (const id of this.#readers.keys()) {
      if (ids.has(id) || this.#passes.has(id)) continue;
      this.#readers.delete(id);
      this.#failing.delete(id);
    }
    const { storage, logs, config } = this.#options;
    forgetIdsOfGone(storage, { groups: ids, beforeMs: logs.nowMs() - config.sweep.window });
  }

  #reader(group: LogGroup): GroupReader {
    return this.#readers.getOrInsertComputed(group.id, () => new GroupReader(group, this.#context));
  }

  /** The groups that are configured; of a prefix those that there are now. */
  async #groups({ maxTries }: { maxTries?: number } = {}): Promise<LogGroup[]> {
    const { logs, config } = this.#options;
    const { log_group_arn: arn, log_group_name: name, log_group_name_prefix: prefix } = config;
    const group = arn === undefined ? undefined : groupOfArn(arn);
    if (group !== undefined) return [group];
    if (name !== undefined) return [ownGroup(name, { region: await logs.region() })];
    const groups: LogGroup[] = [];
    const signal = this.#context.stopping;
    const ask = (token: string | undefined) =>
      this.#context.throttle.call(() => logs.groups(prefix ?? "", { token, signal }), { signal, maxTries });
    const pages = pagesByToken(ask, { what: "the names of log groups", tokenOf: ({ token }) => token });
    for await (const page of pages) groups.push(...page.groups);
    if (groups.length === 0) throw new AwsSetupError("there is no such group");
    return groups;
  }

  /** What is configured, for people. */
  async #targetName(): Promise<string> {
    const { logs, config: { log_group_arn: arn, log_group_name: name, log_group_name_prefix: prefix } } = this.#options;
    if (arn !== undefined) return `log group ${groupOfArn(arn)?.id}`;
    const region = await logs.region().catch(() => "an unknown region");
    return name === undefined ? `log groups ${prefix}* in ${region}` : `log group ${name} in ${region}`;
  }
}

/** Stands for all that is configured, beside the ids of groups. */
const TARGET = "";

/** What to look at. */
function hintFor(error: unknown): string {
  const kind = awsErrorKind(error);
  if (kind === "missing_group") return " (is it in another region? see region_name)";
  if (kind === "forbidden") {
    return " (needed: logs:FilterLogEvents, with log_group_name_prefix also logs:DescribeLogGroups)";
  }
  return "";
}
