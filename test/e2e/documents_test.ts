/** What the documents name is there: files, settings, events, metrics, commands. */
import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { runCli } from "../world/program.ts";
import type { EventDefinition } from "../../src/component/events.ts";
import { EVENTS } from "../../src/components.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");

interface Page {
  readonly path: string;
  readonly text: string;
}

/** The documents that people write; others are generated. */
const PAGES: readonly Page[] = [
  "README.md",
  "SECURITY.md",
  ...[...Deno.readDirSync(join(ROOT, "docs"))].map(({ name }) => `docs/${name}`).filter((path) => path.endsWith(".md")),
].map((path) => ({ path, text: Deno.readTextFileSync(join(ROOT, path)) }));

/** What a pattern's first group finds in the pages, each with its page. */
function found(pattern: RegExp): { page: Page; name: string }[] {
  return PAGES.flatMap((page) => [...page.text.matchAll(pattern)].map(([, name = ""]) => ({ page, name })));
}

/** Fails with what `isKnown` does not know; and when there is nothing to look at. */
function assertKnown(names: readonly { page: Page; name: string }[], isKnown: (name: string) => boolean): void {
  assert.ok(names.length > 0);
  assert.deepEqual(
    names.filter(({ name }) => !isKnown(name)).map(({ page, name }) => `${page.path}: ${name}`),
    [],
  );
}

/** The part of an address that a heading gets, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

Deno.test("links of the documents lead to files and headings that are there", () => {
  const problems: string[] = [];
  for (const { path, text } of PAGES) {
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? join(ROOT, path) : join(ROOT, dirname(path), file);
      const isThere = anchor === undefined ? exists(target) : headingsOf(target).includes(anchor);
      if (!isThere) problems.push(`${path}: ${link}`);
    }
  }
  assert.deepEqual(problems, []);
});

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function headingsOf(path: string): string[] {
  if (!exists(path)) return [];
  return [...Deno.readTextFileSync(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

/** Metrics of the Collector's elasticsearch exporter. */
const COLLECTORS_OWN = new Set(["otelcol_elasticsearch_docs_processed_total"]);

Deno.test("metrics that the documents name are those that the program has", () => {
  const metrics = new Set(rowsOf(join(ROOT, "docs", "reference", "metrics.md")));
  assertKnown(
    found(/\b((?:bedrock_otel|otelcol)_[a-z_]*[a-z])(?![a-z_]*…)/g),
    (name) => COLLECTORS_OWN.has(name) || metrics.has(name.replace(/_(total|bucket|count|sum)$/, "")),
  );
});

/** Paths of all settings: `awss3.queue_url`, `service.storage.directory`. */
function settings(): Set<string> {
  const folder = join(ROOT, "docs", "reference");
  const pages = ["receivers", "processors", "exporters", "extensions"].flatMap((kind) =>
    [...Deno.readDirSync(join(folder, kind))].map(({ name }) => join(folder, kind, name))
  );
  return new Set([...pages, join(folder, "service.md")].flatMap((path) => {
    const component = basename(path, ".md");
    return rowsOf(path).map((setting) => `${component}.${setting}`);
  }));
}

/** What the tables of a generated page begin their rows with. */
function rowsOf(path: string): string[] {
  return [...Deno.readTextFileSync(path).matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name);
}

Deno.test("settings that the documents name by their path are there", () => {
  const known = settings();
  const names = [
    ...found(/`(?:receivers|processors|exporters|extensions)\.([a-z_0-9]+\.[a-z_.]+)[`:]/g),
    ...found(/`(service\.(?!starting|started|progress|stopping|stopped|failed)[a-z_.]+)[`:]/g),
  ];
  assertKnown(names, (name) => known.has(name) || name === "service.pipelines");
});

Deno.test("events that the documents name, with their reasons, are those of the table", () => {
  const events: Readonly<Record<string, EventDefinition>> = EVENTS;
  const known = settings();
  const kinds = [...new Set(Object.keys(events).map((name) => name.slice(0, name.indexOf("."))))].join("|");
  // Words in code that look like an event: `awss3.poison`, `export.retry reason=http_401`.
  const names = found(
    new RegExp(`\`((?:${kinds})\\.(?!yaml|ts|request_id)[a-z_]+(?: reason=[a-z_0-9]+)?)(?=[\` ])`, "g"),
  );
  assertKnown(names, (name) => {
    const [event = "", reason] = name.split(" reason=");
    const definition = events[event];
    if (definition === undefined) return known.has(event);
    return reason === undefined || definition.reasons === "configured" || definition.reasons?.includes(reason) === true;
  });
});

Deno.test("commands and tasks that the documents name are there", async () => {
  const tasks = new Set(Object.keys(denoJson.tasks));
  assertKnown(found(/\bdeno(?:@[\d.]+)? task (?:-q )?([a-z:]+)/g), (name) => tasks.has(name));
  const { stdout } = await runCli(["--help"]);
  const commands = new Set([...stdout.matchAll(/^ {2}([a-z-]+)\b/gm)].map(([, name]) => name));
  assertKnown(found(/\bbedrock-otel ([a-z][a-z-]+)(?= [-$a-z<A-Z./]|`)/g), (name) => commands.has(name));
});
