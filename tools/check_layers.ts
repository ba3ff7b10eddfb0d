/**
 * Checks what may import what, and prints the figures of the layout: `deno run --allow-read tools/check_layers.ts [ROOT]`.
 *
 * - A file imports only from its own layer or from earlier ones (see `docs/architecture.md`).
 * - Components never import one another: what two of them need lives in an earlier layer or beside their folders.
 * - No circle of files.
 * - Program files never import from `test`, `bench` or `tools`, nor files that are only there for tests.
 */
import { dirname, join, normalize, relative } from "node:path/posix";

/** In order; files at the top of `src` stand for themselves. */
const LAYERS = [
  "version.ts",
  "async",
  "http",
  "component",
  "pipeline",
  "storage",
  "config",
  "telemetry",
  "decode",
  "mappings",
  "otlp",
  "endpoint",
  "elasticsearch",
  "aws",
  ["receivers", "processors", "exporters", "extensions"],
  "service",
  "components.ts",
  "commands",
  "main.ts",
].map((layer) => [layer].flat());

/** Folders whose folders are components. */
const KINDS: ReadonlySet<string> = new Set(["receivers", "processors", "exporters", "extensions"]);

const IMPORT =
  /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?["'](\.{1,2}\/[^"']+)["']|\bimport\(\s*["'](\.{1,2}\/[^"']+)["']/gm;

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly string[];
}

const root = Deno.args[0] ?? ".";
const files = new Map([...sourceFiles("src")].map((file) => [file.path, file]));
const program = [...files.values()].filter(({ path }) => isProgram(path));
const problems = [...program.flatMap(misplacedImports), ...circles()];

const lines = program.filter(({ path }) => !path.includes("/generated/")).reduce((sum, { lines }) => sum + lines, 0);
const upward = problems.filter((problem) => !problem.startsWith("circle")).length;
const text = [
  `${program.length} files of program, ${lines} lines without generated ones, ${upward} misplaced imports, ` +
  `${problems.length - upward} circles`,
  ...problems,
].join("\n");
Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
if (problems.length > 0) Deno.exit(1);

function* sourceFiles(folder: string): Generator<SourceFile> {
  for (const { name, isDirectory } of Deno.readDirSync(join(root, folder))) {
    const path = join(folder, name);
    if (isDirectory) yield* sourceFiles(path);
    else if (name.endsWith(".ts")) {
      const text = Deno.readTextFileSync(join(root, path));
      const imports = [...text.matchAll(IMPORT)].map(([, static_, dynamic]) =>
        normalize(join(dirname(path), static_ ?? dynamic ?? ""))
      );
      yield { path, lines: text.split("\n").length - 1, imports };
    }
  }
}

function isProgram(path: string): boolean {
  return path.startsWith("src/") && !/_test\.ts$|(^|\/)testing[^/]*\.ts$/.test(path);
}

function layerOf(path: string): number {
  const [, name = ""] = path.split("/");
  return LAYERS.findIndex((names) => names.includes(name));
}

/** `receivers/awss3`; undefined for what is no component's. */
function componentOf(path: string): string | undefined {
  const [, kind = "", name, inside] = path.split("/");
  return KINDS.has(kind) && inside !== undefined ? `${kind}/${name}` : undefined;
}

function misplacedImports({ path, imports }: SourceFile): string[] {
  if (layerOf(path) === -1) return [`no layer: ${path}`];
  return imports.flatMap((target) => {
    const tie = `${path} -> ${target}`;
    // Data that is part of the program.
    if (/^assets\/.*\.json$/.test(target)) return [];
    if (!isProgram(target)) return [`not of the program: ${tie}`];
    if (layerOf(target) > layerOf(path)) return [`upward: ${tie}`];
    const [from, to] = [componentOf(path), componentOf(target)];
    if (layerOf(target) === layerOf(path) && to !== undefined && from !== to) return [`other component: ${tie}`];
    return [];
  });
}

/** One line for each set of files that import each other (Tarjan's strongly connected components). */
function circles(): string[] {
  const found: string[] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string) => {
    index.set(path, index.size);
    low.set(path, index.get(path)!);
    stack.push(path);
    for (const target of files.get(path)?.imports ?? []) {
      if (!files.has(target)) continue;
      if (!index.has(target)) {
        visit(target);
        low.set(path, Math.min(low.get(path)!, low.get(target)!));
      } else if (stack.includes(target)) low.set(path, Math.min(low.get(path)!, index.get(target)!));
    }
    if (low.get(path) !== index.get(path)) return;
    const members = stack.splice(stack.indexOf(path));
    if (members.length > 1 || files.get(path)?.imports.includes(path)) {
      found.push(`circle: ${members.map((member) => relative("src", member)).sort().join(", ")}`);
    }
  };
  for (const { path } of program) if (!index.has(path)) visit(path);
  return found;
}
