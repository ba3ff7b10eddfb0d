/** One seed: a world, a plan of what goes wrong in it, and the verdict when all is calm again. */
import { Aws } from "../world/aws.ts";
import type { Config } from "../world/config.ts";
import { TestFolder } from "../world/folder.ts";
import { freePort } from "../world/ports.ts";
import { RunningService } from "../world/program.ts";
import { Job, type Run, startProcess } from "./process.ts";
import { generator, type Sample, samples } from "../world/samples.ts";
import { keyOf, MetricsInput } from "./metrics.ts";
import { verdict } from "./oracle.ts";
import { Patience } from "./patience.ts";
import { isEndpointOnly, type Plan, type PlannedEnd, type PlannedFault } from "./plan.ts";
import type { Scenario, Surroundings } from "./scenario.ts";
import { elasticsearchSink, otlpSink, type Sink } from "./sink.ts";
import { Weather } from "./weather.ts";

const RECORDS_A_PIECE = 12;
/** More than a chunk: what is remembered moves in the middle of the piece. */
const MANY_RECORDS = 700;
const START_MS = 700;
/** When the program had no CPU for so long in two seconds, it may have extended too late what it held. */
const STALLED_MS = 300;
/** So often the program is started after the last fault. */
const MAX_STARTS = 20;
/** So many periods of metrics at least, and one more in so many ms. */
const MIN_PERIODS = 20;
const PERIOD_MS = 200;

export interface SeedResult {
  /** What is wrong; empty: nothing. */
  readonly problems: readonly string[];
  readonly records: number;
  readonly duplicates: number;
}

export interface SeedOptions {
  readonly scenario: Scenario;
  readonly exporter: "otlp_http" | "elasticsearch";
  readonly plan: Plan;
  /** Whether the program is a process of its own, which takes signals; otherwise it runs in this one. */
  readonly isProcess: boolean;
}

/** Never rejects: what the program or a stand-in throws is a problem of this seed. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  try {
    await using world = await SeedWorld.start(options);
    return await world.run();
  } catch (error) {
    const errors = error instanceof SuppressedError ? [error.suppressed, error.error] : [error];
    const problems = errors.map((one) => `ended: ${one instanceof Error ? one.message : String(one)}`);
    return { problems, records: 0, duplicates: 0 };
  }
}

class SeedWorld implements AsyncDisposable {
  readonly #options: SeedOptions;
  readonly #weather: Weather;
  readonly #sink: Sink;
  readonly #around: Surroundings;
  readonly #refuses: (requestId: string) => boolean;
  readonly #input: readonly (readonly Sample[])[];
  readonly #problems: string[] = [];
  readonly #patience: Patience;
  /** Undefined unless metrics are what is read. */
  readonly #metrics: MetricsInput | undefined;
  #readDeadLetter = { size: 0, text: "" };
  #deleted = 0;
  /** Messages that came more often than restarts explain. */
  readonly #receipts: { readonly problem: string; readonly isStalled: boolean }[] = [];
  /** What was put in so far, without what is refused. */
  readonly #put: string[] = [];
  readonly #refusedPut: string[] = [];
  #program: Run | undefined;
  #health = "";
  #ends = 0;

  private constructor(
    options: SeedOptions,
    { weather, sink, around, refuses, input }: {
      weather: Weather;
      sink: Sink;
      around: Surroundings;
      refuses: (requestId: string) => boolean;
      input: readonly (readonly Sample[])[];
    },
  ) {
    this.#options = options;
    this.#weather = weather;
    this.#sink = sink;
    this.#around = around;
    this.#refuses = refuses;
    this.#input = input;
    const { aws, random } = around;
    const periods = MIN_PERIODS + Math.ceil(options.plan.spanMs / PERIOD_MS);
    this.#metrics = options.scenario.isOfMetrics ? new MetricsInput(aws.cloudWatch, { random, periods }) : undefined;
    this.#patience = new Patience({
      progress: () => this.#progress(),
      attempts: () => sink.requests + aws.requests,
      pid: () => this.#program?.pid,
    });
    this.#watch();
  }

  static async start(options: SeedOptions): Promise<SeedWorld> {
    const { plan, exporter } = options;
    const pieces = options.scenario.isOfMetrics ? [] : plan.pieces;
    const input = pieces.map((_, index) =>
      samples(index === 1 && plan.seed % 5 === 0 ? MANY_RECORDS : RECORDS_A_PIECE, {
        first: index * 1000,
        sizeBytes: 1500,
      })
    );
    const refused = new Set(
      plan.refuses ? input.flat().filter((_, at) => at % 13 === 4).map((one) => one.requestId) : [],
    );
    const refuses = (requestId: string) => refused.has(requestId);
    const weather = new Weather(plan.seed);
    const sinkOptions = { weather, refuses, seed: plan.seed };
    const sink = await (exporter === "otlp_http" ? otlpSink(sinkOptions) : elasticsearchSink(sinkOptions));
    const around = { aws: await Aws.start(), folder: new TestFolder(), random: generator(plan.seed) };
    return new SeedWorld(options, { weather, sink, around, refuses, input });
  }

  async run(): Promise<SeedResult> {
    if (this.#options.scenario.command === undefined) {
      await this.#start();
      await this.#followPlan();
      await this.#calm();
    } else await this.#runCommand(this.#options.scenario.command(this.#around));
    await this.#program?.stop();
    const arrived = this.#sink.arrived();
    this.#problems.push(
      ...verdict({ put: this.#input.flat(), arrived, deadLetter: this.#deadLetter(), refuses: this.#refuses }),
    );
    this.#problems.push(...this.#receiptProblems());
    this.#problems.push(...this.#metrics?.verdict(this.#sink.points) ?? []);
    const points = this.#sink.points;
    const duplicates = arrived.length - new Set(arrived.map(({ id }) => id)).size +
      points.length - new Set(points.map(keyOf)).size;
    const records = this.#input.flat().length + (this.#metrics?.count ?? 0);
    return { problems: this.#problems, records, duplicates };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#patience[Symbol.dispose]();
    this.#weather.clear();
    await this.#program?.stop();
    await this.#sink[Symbol.asyncDispose]();
    await this.#around.aws[Symbol.asyncDispose]();
    this.#around.folder[Symbol.dispose]();
  }

  /** Puts the faults in front of the services, and looks at each message that is deleted. */
  #watch(): void {
    const { aws, random } = this.#around;
    const { plan } = this.#options;
    aws.sqs.fault = () => this.#weather.at("sqs");
    aws.s3.fault = () => this.#weather.at("s3");
    aws.logs.fault = ({ input }) => this.#weather.at("logs", { hasToken: input["nextToken"] !== undefined });
    aws.cloudWatch.fault = () => this.#weather.at("cloudwatch");
    aws.cloudWatch.statusOf = () => this.#weather.has("partial") && random() < 0.5 ? "InternalError" : "Complete";
    aws.queue.redriveMaxReceiveCount = undefined;
    if (plan.unordered) {
      aws.queue.order = random;
      aws.queue.repeats = ({ receiveCount }) => receiveCount < 3 && random() < 0.2;
    }
    aws.queue.onDelete = ({ id, body, receiveCount }) => {
      this.#deleted++;
      const index = Number(/(\d+)\.json\.gz/.exec(body)?.[1]);
      const missing = this.#input[index]?.filter(({ requestId }) =>
        !this.#sink.has(requestId) && !(this.#refuses(requestId) && this.#deadLetter().includes(requestId))
      );
      if (missing?.length !== 0) {
        this.#problems.push(`early: message ${id} was deleted before ${missing?.length} of its records were delivered`);
      }
      if (!isEndpointOnly(plan) || isPaused(plan) || receiveCount <= 1 + this.#ends) return;
      const problem = `receipts: message ${id} was received ${receiveCount} times, with ${this.#ends} restarts`;
      this.#receipts.push({ problem, isStalled: this.#patience.stalledMs > STALLED_MS });
    };
  }

  /** Receipts that cannot be for want of CPU: without it extensions come late, and answers are lost, but not all of them. */
  #receiptProblems(): string[] {
    const isExtended = this.#around.aws.sqs.requests.some(({ operation, input }) =>
      operation === "ChangeMessageVisibility" && input["VisibilityTimeout"] !== 0
    );
    const isNever = !isExtended && this.#receipts.length > 1;
    return this.#receipts.filter(({ isStalled }) => isNever || !isStalled).map(({ problem }) => problem);
  }

  /** The dead letter as it is; read only when it has grown. */
  #deadLetter(): string {
    const path = this.#around.folder.file("dead_letter.jsonl");
    try {
      if (Deno.statSync(path).size !== this.#readDeadLetter.size) {
        const bytes = Deno.readFileSync(path);
        this.#readDeadLetter = { size: bytes.length, text: new TextDecoder().decode(bytes) };
      }
    } catch {
      // There is none yet.
    }
    return this.#readDeadLetter.text;
  }

  #config(healthPort: number): Config {
    const { scenario } = this.#options;
    const { folder } = this.#around;
    const { exporterId, exporter } = this.#sink;
    const receivers = scenario.receivers(this.#around);
    const deadLetter = { path: folder.file("dead_letter.jsonl") };
    const pipeline = { receivers: Object.keys(receivers), exporters: [exporterId] };
    const pipelines = scenario.isOfMetrics ? { metrics: pipeline } : { logs: { ...pipeline, processors: ["bedrock"] } };
    return {
      receivers,
      ...scenario.isOfMetrics ? {} : { processors: { bedrock: {} } },
      exporters: { [exporterId]: exporter, ...scenario.isOfMetrics ? {} : { "file/dead_letter": deadLetter } },
      extensions: { health_check: { endpoint: `127.0.0.1:${healthPort}`, unhealthy_after: "0s" } },
      service: {
        storage: { directory: folder.file("state") },
        ...scenario.isOfMetrics ? {} : { dead_letter: "file/dead_letter" },
        shutdown_timeout: "300ms",
        extensions: ["health_check"],
        telemetry: { logs: { level: "debug" } },
        pipelines,
      },
    };
  }

  /** Starts the program, again and again as whoever runs it does while a fault ends it. */
  async #start(): Promise<void> {
    for (let starts = 0;; starts += this.#weather.isCalm ? 1 : 0) {
      const port = await freePort();
      try {
        this.#health = `http://127.0.0.1:${port}/`;
        const config = this.#config(port);
        if (this.#options.isProcess) {
          const file = await this.#around.folder.writeConfig(config);
          this.#program = await startProcess(file);
        } else this.#program = await RunningService.start(config);
        return;
      } catch (error) {
        if (starts === MAX_STARTS) throw error;
        await sleep(50);
      }
    }
  }

  /** Runs a command under the plan, until it says that it is done. */
  async #runCommand(args: readonly string[]): Promise<void> {
    const { plan, scenario } = this.#options;
    for (const index of plan.pieces.keys()) {
      await scenario.put(this.#around, { index, records: this.#input[index] ?? [] });
    }
    const file = await this.#around.folder.writeConfig(this.#config(await freePort()));
    const job = new Job([...args, "--config", file]);
    this.#program = job;
    const beganMs = performance.now();
    await Promise.all(plan.troubles.map(async (trouble) => {
      // It takes a moment until the command is there.
      await sleep(Math.max(0, beganMs + START_MS + trouble.atMs - performance.now()));
      if (trouble.type === "end") return job.signal(trouble.how === "SIGKILL" ? "SIGKILL" : "SIGTERM");
      const fault = this.#weather.begin(trouble);
      await sleep(trouble.forMs);
      fault.end();
    }));
    let isDone = false;
    void job.ended.then(() => isDone = true);
    if (!await this.#patience.until(() => isDone)) {
      this.#problems.push("stuck: the faults are over, and the command makes no step forward");
    }
  }

  async #followPlan(): Promise<void> {
    const { plan, scenario } = this.#options;
    if (scenario.warmsUp === true) {
      await this.#putPiece(0);
      await this.#patience.until(() => this.#metrics === undefined ? this.#isDone() : this.#sink.points.length > 0);
    }
    const beganMs = performance.now();
    const until = (atMs: number) => sleep(Math.max(0, beganMs + atMs - performance.now()));
    const puts = plan.pieces.map(async (atMs, index) => {
      await until(atMs);
      if (index > 0 || scenario.warmsUp !== true) await this.#putPiece(index);
    });
    const troubles = plan.troubles.filter(({ type }) => type === "fault").map(async (trouble) => {
      await until(trouble.atMs);
      await this.#suffer(trouble as PlannedFault);
    });
    for (const trouble of plan.troubles) {
      if (trouble.type !== "end") continue;
      await until(trouble.atMs);
      await this.#endProgram(trouble);
    }
    await Promise.all([...puts, ...troubles]);
  }

  async #putPiece(index: number): Promise<void> {
    const records = this.#input[index] ?? [];
    for (const { requestId } of records) {
      (this.#refuses(requestId) ? this.#refusedPut : this.#put).push(requestId);
    }
    await this.#options.scenario.put(this.#around, { index, records });
  }

  async #suffer(fault: PlannedFault): Promise<void> {
    const holding = this.#weather.begin(fault);
    await sleep(fault.forMs);
    // However slow the machine is, and however long the program waits before it tries again.
    if (fault.place === "endpoint") await this.#patience.until(() => holding.isMet() || this.#isDone());
    if (fault.kind === "outage" && fault.share === 1) await this.#untilHealthTells();
    holding.end();
  }

  /** An outage goes on until health tells of it, where there is anything to deliver. */
  async #untilHealthTells(): Promise<void> {
    const told = await this.#patience.until(async () => this.#isDone() || await this.#isHealthy() === false);
    if (!told) this.#problems.push("health: an endpoint was down and nothing said so");
  }

  /** Changes with what arrives, is kept as refused, or is deleted. */
  #progress(): string {
    return [this.#sink.count, this.#deadLetter().length, this.#deleted].join();
  }

  /** Whether all that was put in so far arrived, and the source has nothing left. */
  #isDone(): boolean {
    return this.#options.scenario.isDrained(this.#around) &&
      this.#put.every((requestId) => this.#sink.has(requestId)) &&
      (!this.#options.plan.refuses || this.#hasRefused()) &&
      (this.#metrics?.missing(this.#sink.points).length ?? 0) === 0;
  }

  /** Whether the dead letter has what was refused of what was put in. */
  #hasRefused(): boolean {
    const deadLetter = this.#deadLetter();
    return this.#refusedPut.findLast((requestId) => !deadLetter.includes(requestId)) === undefined;
  }

  /** Undefined while nobody answers. */
  async #isHealthy(): Promise<boolean | undefined> {
    try {
      const response = await fetch(this.#health);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return undefined;
    }
  }

  async #endProgram({ how }: PlannedEnd): Promise<void> {
    if (how === "SIGSTOP") return await this.#program?.pause?.();
    this.#ends++;
    await (how === "SIGKILL" ? this.#program?.kill?.() : this.#program?.stop());
    await this.#start();
  }

  /** No more trouble: all that is left arrives, and health says that all is well. */
  async #calm(): Promise<void> {
    if (!await this.#patience.until(() => this.#isDone())) {
      this.#problems.push("stuck: the faults are over, not all is delivered, and there is no step forward");
    }
    if (!await this.#patience.until(async () => await this.#isHealthy() === true)) {
      this.#problems.push("health: all is delivered, and it says that something fails");
    }
  }
}

/** A program that stands still cannot extend what it holds. */
function isPaused({ troubles }: Plan): boolean {
  return troubles.some((trouble) => trouble.type === "end" && trouble.how === "SIGSTOP");
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
