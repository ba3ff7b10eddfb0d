/**
 * Writes what is made from the field tables and the settings' schemas: `deno task generate`. With `--check` it writes nothing, and exits 1 naming
 * the files that are not up to date.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseFieldTable, parseStoreFields } from "./field_table.ts";
import { fieldPage } from "./field_docs.ts";
import { templatesOf } from "./templates.ts";
import { generateModule } from "./typescript.ts";

/** The data streams: each has a folder below `mappings`, and a record for its sample events. */
const STREAMS = [{ stream: "invocation", sample: "test/fixtures/invocation/converse_text.json" }] as const;
const STORE_FIELDS = "mappings/store_fields.yml";

const encoder = new TextEncoder();

async function main(args: readonly string[]): Promise<number> {
  const stale: string[] = [];
  const isCheck = args.includes("--check");
  for await (const [path, text] of generatedFiles()) {
    if (await readIfThere(inProject(path)) === text) continue;
    stale.push(path);
    if (isCheck) continue;
    await Deno.mkdir(dirname(inProject(path)), { recursive: true });
    await Deno.writeTextFile(inProject(path), text);
  }
  if (!isCheck) return 0;
  for (const path of stale) {
    Deno.stderr.writeSync(encoder.encode(`Not up to date: ${path} (run: deno task generate)\n`));
  }
  return stale.length === 0 ? 0 : 1;
}

/** Paths and texts. */
async function* generatedFiles(): AsyncGenerator<readonly [path: string, text: string]> {
  const storeFields = parseStoreFields(await Deno.readTextFile(inProject(STORE_FIELDS)), STORE_FIELDS);
  for (const { stream, sample } of STREAMS) {
    const table = `mappings/${stream}/fields.yml`;
    const fields = parseFieldTable(await Deno.readTextFile(inProject(table)), table);
    yield [`src/mappings/generated/${stream}.ts`, generateModule(fields, stream)];
    for (const { kind, name, body } of templatesOf(stream, { fields, storeFields })) {
      yield [`src/mappings/generated/elasticsearch/${kind}/${name}.json`, `${JSON.stringify(body, null, 2)}\n`];
    }
    // The processor is only loaded now, as it imports what has just been written.
    const { sampleEventsOf } = await import("./sample_events.ts");
    const record: unknown = JSON.parse(await Deno.readTextFile(inProject(sample)));
    const sampleEvents = await sampleEventsOf(JSON.stringify(record));
    yield [`docs/fields/${stream}.md`, fieldPage(stream, { fields, storeFields, sampleEvents })];
  }
  yield* settingsFiles();
}

/** Loaded late too: the components import what has just been written. */
async function* settingsFiles(): AsyncGenerator<readonly [path: string, text: string]> {
  const { COMPONENTS } = await import("../components.ts");
  const { configJsonSchema } = await import("../config/json_schema.ts");
  const { settingsPages } = await import("../config/settings_docs.ts");
  yield ["docs/bedrock-otel.schema.json", `${JSON.stringify(configJsonSchema(COMPONENTS), null, 2)}\n`];
  for (const { path, text } of settingsPages(COMPONENTS)) yield [`docs/reference/${path}`, text];
}

function inProject(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
