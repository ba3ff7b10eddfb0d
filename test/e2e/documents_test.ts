/** What the documents name is there: files, settings, events, metrics, commands. */
import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { anchorOf, headings } from "../../tools/generate/documents.ts";
import { codeBlocks } from "../world/document_stage.ts";
import { runCli } from "../world/program.ts";
import type { EventDefinition } from "../../src/component/events.ts";
import { priceOf } from "../../src/aws/prices.ts";
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
  ...["docs", "docs/quick-starts"].flatMap(markdownIn),
].map((path) => ({ path, text: Deno.readTextFileSync(join(ROOT, path)) }));

function markdownIn(folder: string): string[] {
  const names = [...Deno.readDirSync(join(ROOT, folder))].map(({ name }) => name);
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

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

Deno.test("links of the documents lead to files and headings that are there", () => {
  const problems: string[] = [];
  const all = ["docs", "assets", "bench", "test", "packaging", "examples"].flatMap(allMarkdownBelow);
  assert.ok(all.length > 40, "generated pages are among them");
  for (const path of ["README.md", "SECURITY.md", "CHANGELOG.md", ...all]) {
    const text = Deno.readTextFileSync(join(ROOT, path));
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

Deno.test("files of the source that the documents name by their path are there", () => {
  assertKnown(
    found(/`((?:src|test|bench|tools|packaging|mappings|assets|examples)\/[\w./-]+)`/g),
    (path) => exists(join(ROOT, path)),
  );
});

/** Also pages that are generated, and parts of pages. */
function allMarkdownBelow(folder: string): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) =>
    isDirectory ? allMarkdownBelow(`${folder}/${name}`) : name.endsWith(".md") ? [`${folder}/${name}`] : []
  );
}

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
  return headings(Deno.readTextFileSync(path)).map(({ text }) => anchorOf(text));
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
    new RegExp(`\`((?:${kinds})\\.(?!yaml|ts|request_id|document_id)[a-z_]+(?: reason=[a-z_0-9]+)?)(?=[\` ])`, "g"),
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

Deno.test("options that the documents name are those of their command", async () => {
  const code = PAGES.flatMap((page) =>
    [...codeBlocks(page.text).map(({ code }) => code.replaceAll("\\\n", " ")), ...inlineCode(page.text)]
      .flatMap((code) => code.split("\n")).map((line) => ({ page, line }))
  );
  const uses = code.flatMap(({ page, line }) =>
    [...line.matchAll(/(?:^|[|;(]) *bedrock-otel ((?:setup [a-z]+|state [a-z]+|[a-z-]+)\b)([^|;)]*)/g)]
      .map(([, command = "", rest = ""]) => ({ page, command, options: rest.match(/(?<=[ [])--?[a-z][a-z-]*/g) ?? [] }))
  ).filter(({ options }) => options.length > 0);
  assert.ok(uses.length > 20);
  const help = new Map<string, string>();
  for (const { command } of uses) {
    if (help.has(command)) continue;
    const { stdout } = await runCli([...command.split(" "), "--help"]);
    help.set(command, stdout);
  }
  assert.deepEqual(
    uses.flatMap(({ page, command, options }) =>
      options.filter((option) => !new RegExp(`${option}\\b`).test(help.get(command) ?? ""))
        .map((option) => `${page.path}: ${command} ${option}`)
    ),
    [],
  );
});

function inlineCode(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

Deno.test("the README is short, and begins with the demo and the tests", () => {
  const [readme] = PAGES;
  assert.ok(readme !== undefined && readme.text.split("\n").length <= 151);
  const [first] = codeBlocks(readme.text);
  assert.deepEqual(first, {
    language: "sh",
    code: "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test\n",
  });
});

/** Pages whose commands are run by a test: `quick_starts_test.ts`, `setup_documents_test.ts`. */
const FOLLOWED = /^(README|docs\/(quick-starts\/.*|install|aws|migrating-from-elastic-agent))\.md$/;

Deno.test("pages whose commands are run have no command outside of what is run", () => {
  const followed = PAGES.filter(({ path }) => FOLLOWED.test(path));
  assert.ok(followed.length > 8);
  const commands = followed.flatMap(({ path, text }) =>
    codeBlocks(text).filter(({ language }) => language !== "sh")
      .flatMap(({ code }) => code.match(/^ *(bedrock-otel|deno|npx|docker|aws|curl)\b.*$/gm) ?? [])
      .map((line) => `${path}: ${line}`)
  );
  assert.deepEqual(commands, []);
});

Deno.test("every document can be reached from the way in", () => {
  const byPath = new Map(PAGES.map(({ path, text }) => [path, text]));
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    for (const [, link = ""] of (byPath.get(path) ?? "").matchAll(/\]\(([^)\s#]+)/g)) {
      const target = join(dirname(path), link);
      if (byPath.has(target)) reached.add(target);
    }
  }
  assert.deepEqual(PAGES.map(({ path }) => path).filter((path) => !reached.has(path)), []);
});

Deno.test("what it costs at AWS is what the prices make", () => {
  const receive = priceOf("SQS", "ReceiveMessage", {});
  const read = priceOf("S3", "GetObject", {});
  const list = priceOf("S3", "ListObjectsV2", {});
  const queries = Array.from({ length: 500 }, () => ({}));
  const metric = priceOf("CloudWatch", "GetMetricData", { MetricDataQueries: queries }) / queries.length;
  const daySeconds = 86_400;
  const figures: readonly (readonly [text: string, usd: number])[] = [
    ["at most $0.0012 for 1,000 objects", 1000 * (read + 2 * receive)],
    ["$0.05 in 30 days", 30 * daySeconds / 20 * receive],
    ["look at the queue each minute, $0.02", 30 * daySeconds / 60 * receive],
    ["$0.011 a day", daySeconds / 120 * 3 * list],
    ["$0.0072 for each further one", daySeconds / 120 * 2 * list],
    ["1,000 requests, $0.005,", 1000 * list],
    ["115,200 a day, $1.15", 115_200 * metric],
    ["$0.0004 for 1,000", 1000 * read],
  ];
  const page = PAGES.find(({ path }) => path === "docs/operations.md")?.text ?? "";
  for (const [text, usd] of figures) {
    assert.ok(page.includes(text), text);
    const [, shown = ""] = /\$(\d+\.\d+)/.exec(text) ?? [];
    assert.equal(usd.toFixed(shown.split(".")[1]?.length), shown, text);
  }
});
