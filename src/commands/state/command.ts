import { type Command, InvalidArgumentError } from "commander";
import type { Row } from "../../storage/entry_table.ts";
import type { CollectionSummary, Storage } from "../../storage/open.ts";
import type { EntryRange } from "../../component/checkpoints.ts";
import { type AddCommand, collectFiles, UsageError } from "../command.ts";
import { counted } from "../counted.ts";
import { columns, note, print } from "../terminal.ts";

/** Where the state is: named, or as a configuration has it. */
interface PlaceOptions {
  readonly config?: string[];
  readonly directory?: string;
}

interface SelectionOptions {
  readonly receiver?: string;
  readonly collection?: string;
  readonly prefix?: string;
  readonly key?: string;
}

type ShowOptions = PlaceOptions & SelectionOptions & { readonly json: boolean; readonly limit: number };
type ForgetOptions = PlaceOptions & SelectionOptions & { readonly dryRun: boolean };

/** `state`: for a person who has to look at what receivers remember, or to repair it. */
export const addState: AddCommand = (program) => {
  const state = program.command("state").description("look at what receivers remember, or make them forget it");
  selects(findsState(state.command("show")))
    .description(
      "print what is remembered: how much of each kind, or with --receiver its entries; also of a running program",
    )
    .option("--limit <n>", "most entries of a collection", positive, 1000)
    .option("--json", "as JSON, one entry in a line", false)
    .action((options: ShowOptions) => withState(options, { readOnly: true }, show));
  selects(findsState(state.command("forget")))
    .description("forget entries, so that what they stand for is read and delivered again; the program must be stopped")
    .option("--dry-run", "only say what would be forgotten", false)
    .action(async (options: ForgetOptions) => {
      if (options.receiver === undefined) throw unusable("expected --receiver ID: whose entries to forget");
      await withState(options, { readOnly: options.dryRun }, forget);
    });
  findsState(state.command("compact"))
    .description("give the room of what was forgotten back to the disk; the program must be stopped")
    .action((options: PlaceOptions) => withState(options, { readOnly: false }, compact));
};

function findsState(command: Command): Command {
  return command
    .option("-c, --config <file>", "configuration whose service.storage.directory is meant; repeatable", collectFiles)
    .option("--directory <dir>", "the directory itself");
}

function selects(command: Command): Command {
  return command
    .option("--receiver <id>", "of this receiver (awss3, awss3/other)")
    .option("--collection <name>", "of this collection")
    .option("--prefix <text>", "only entries whose key begins so")
    .option("--key <text>", "only the entry with this key");
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("expected a number of at least 1");
  return number;
}

async function withState<Options extends PlaceOptions>(
  options: Options,
  { readOnly }: { readOnly: boolean },
  action: (storage: Storage, options: Options) => void,
): Promise<void> {
  const directory = await directoryOf(options);
  if (directory === undefined) throw unusable("expected --config FILE or --directory DIR, one of them");
  const { openStorage } = await import("../../storage/open.ts");
  using storage = openStorage({ directory, readOnly, mustExist: true });
  action(storage, options);
}

async function directoryOf({ config, directory }: PlaceOptions): Promise<string | undefined> {
  if (config === undefined || directory !== undefined) return config === undefined ? directory : undefined;
  const { loadProgramConfig } = await import("../load_config.ts");
  return (await loadProgramConfig(config)).service.storage.directory;
}

function unusable(problem: string): UsageError {
  return new UsageError(`Cannot use state: ${problem}`);
}

function show(storage: Storage, options: ShowOptions): void {
  const collections = selected(storage, options);
  if (options.receiver === undefined && options.prefix === undefined && options.key === undefined) {
    print(options.json ? linesOf(collections) : table(collections));
    return;
  }
  for (const { receiver, collection } of collections) {
    const { limit } = options;
    const rows = storage.table.rows({ receiver, collection }, { ...rangeOf(options), limit });
    print(linesOf(rows.map((row) => shown(row, { receiver, collection }))));
    if (rows.length === limit && options.key === undefined) {
      note(`${receiver} ${collection}: there may be more (--limit)\n`);
    }
  }
}

function forget(storage: Storage, options: ForgetOptions): void {
  for (const { receiver, collection } of selected(storage, options)) {
    const count = options.dryRun
      ? storage.table.countIn({ receiver, collection }, rangeOf(options))
      : storage.table.deleteIn({ receiver, collection }, rangeOf(options));
    print(
      `${receiver} ${collection}: ${options.dryRun ? "would forget" : "forgot"} ${
        counted(count, "entry", "entries")
      }\n`,
    );
  }
}

function rangeOf({ prefix, key }: SelectionOptions): EntryRange {
  return key === undefined ? { prefix } : { prefix: key, upTo: key };
}

function compact(storage: Storage): void {
  storage.compact();
  print("Compacted\n");
}

function selected(storage: Storage, { receiver, collection }: SelectionOptions): CollectionSummary[] {
  const summaries = storage.summary();
  const found = summaries.filter((summary) =>
    (receiver === undefined || summary.receiver === receiver) &&
    (collection === undefined || summary.collection === collection)
  );
  if (found.length === 0) {
    note(`Nothing is remembered ${summaries.length === 0 ? "here" : `of that: ${namesOf(summaries)}`}\n`);
  }
  return found;
}

/** What else there is, for who misspelt a name. */
function namesOf(summaries: readonly CollectionSummary[]): string {
  return `there is ${summaries.map(({ receiver, collection }) => `${receiver} ${collection}`).join(", ")}`;
}

function shown({ key, json, timeMs }: Row, place: { receiver: string; collection: string }): object {
  const entry = { ...place, key, time: timeOf(timeMs) };
  try {
    return { ...entry, value: JSON.parse(json) as unknown };
  } catch {
    return { ...entry, unreadable: json };
  }
}

function linesOf(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

function table(collections: readonly CollectionSummary[]): string {
  const rows = collections.map(({ receiver, collection, entries, oldestMs, newestMs }) =>
    [receiver, collection, String(entries), timeOf(oldestMs), timeOf(newestMs)] as const
  );
  return columns([["RECEIVER", "COLLECTION", "ENTRIES", "OLDEST", "NEWEST"], ...rows]);
}

function timeOf(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? String(timeMs) : time.toISOString();
}
