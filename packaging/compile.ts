/**
 * Makes the program what runs without this checkout: `deno task bundle` (a folder of JavaScript, for Deno, as in the container
 * image) and `deno task compile [--target TARGET…|--all]` (a standalone binary for this machine or others). Everything
 * lands in `dist`.
 *
 * A binary is Deno's runtime with the bundle in it. `deno compile` downloads the runtime, unless `DENORT_BIN` names one.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import denoJson from "../deno.json" with { type: "json" };
import { note, print } from "../src/commands/terminal.ts";
import { VERSION } from "../src/version.ts";

const ROOT = join(import.meta.dirname as string, "..");

/** Deno's names of the platforms, and ours. */
const TARGETS: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "linux-x64",
  "aarch64-unknown-linux-gnu": "linux-arm64",
  "x86_64-apple-darwin": "macos-x64",
  "aarch64-apple-darwin": "macos-arm64",
  "x86_64-pc-windows-msvc": "windows-x64",
};

/** V8's flags of `deno task start`. What V8 compiled is kept for the same flags only. */
export const V8_FLAGS: string = denoJson.tasks.start.command.match(/--v8-flags=\S+/)?.[0] ?? "";

/** The flags with which the program runs: those of `deno task start`. */
const RUNTIME_FLAGS: readonly string[] = [
  ...Object.entries(denoJson.permissions.start).map(([name, value]) =>
    Array.isArray(value) ? `--allow-${name}=${value.join(",")}` : `--allow-${name}`
  ),
  "--no-prompt",
  V8_FLAGS,
];

/** The project's own settings do not apply to the bundle. */
const BUNDLE_IS_ALL = ["--no-config", "--no-lock", "--no-check"];

/** Where a bundle starts. */
export function entryOf(bundle: string): string {
  return join(bundle, "main.js");
}

/**
 * Arguments of `deno` that put the program into a folder of JavaScript. It is cut where the program imports on demand: in one
 * file, V8 reads the commands and components that do not run too, which takes time and memory at every start. It is not
 * minified: that leaves out what some `using` declarations end with, and names in stacks.
 */
function bundleArgs(bundle: string): string[] {
  const main = join(ROOT, "src", "main.ts");
  return ["bundle", "-q", "--platform=deno", "--code-splitting", "--outdir", bundle, main];
}

/** Arguments of `deno` that run a bundle, as the container image does; the program's own come behind them. */
export function runArgs(bundle: string): string[] {
  return ["run", "-q", "--no-config", "--cached-only", ...RUNTIME_FLAGS, entryOf(bundle)];
}

/** Arguments of `deno` that make a binary of the bundle; `target` undefined: for this machine. */
export function compileArgs({ bundle, output, target }: { bundle: string; output: string; target?: string }): string[] {
  const targetArgs = target === undefined ? [] : ["--target", target];
  return ["compile", "-q", ...BUNDLE_IS_ALL, ...targetArgs, ...RUNTIME_FLAGS, "-o", output, entryOf(bundle)];
}

async function deno(args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...args], stdin: "null" }).spawn().status;
  if (!success) throw new Error(`Cannot make the program: deno ${args[0]} failed`);
}

/** Makes the bundle; returns its folder. */
export async function makeBundle(bundle = join(ROOT, "dist", "bedrock-otel")): Promise<string> {
  // The names of its parts change with what is in them.
  if (existsSync(bundle)) await Deno.remove(bundle, { recursive: true });
  await deno(bundleArgs(bundle));
  await giveNames(bundle);
  return bundle;
}

/** What was CommonJS and is imported on demand has become a part with a default export alone: its importers ask for names. */
async function giveNames(bundle: string): Promise<void> {
  const parts = Array.from(Deno.readDirSync(bundle), ({ name }) => name);
  const texts = new Map(parts.map((name) => [name, Deno.readTextFileSync(join(bundle, name))]));
  const imports = parts.filter((name) => /^export default require_\w+\(\);$/m.test(texts.get(name) ?? ""))
    .map((name) => `import("./${name}")`);
  for (const [name, text] of texts) {
    const named = imports.reduce((text, on) => text.replaceAll(on, `${on}.then((module) => module.default)`), text);
    if (named !== text) await Deno.writeTextFile(join(bundle, name), named);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "bundle-only": { type: "boolean", default: false },
      target: { type: "string", multiple: true },
      all: { type: "boolean", default: false },
    },
  });
  const targets = values.all ? Object.keys(TARGETS) : values.target ?? [Deno.build.target];
  const unknown = targets.find((target) => TARGETS[target] === undefined);
  if (unknown !== undefined) {
    throw new Error(`Cannot compile for ${unknown}: known targets are ${Object.keys(TARGETS).join(", ")}`);
  }
  const bundle = await makeBundle();
  print(`${relative(ROOT, entryOf(bundle))}\n`);
  if (values["bundle-only"]) return;
  for (const target of targets) {
    const output = `dist/bedrock-otel-${VERSION}-${TARGETS[target]}${target.includes("windows") ? ".exe" : ""}`;
    await deno(compileArgs({ bundle, output, ...(target === Deno.build.target ? {} : { target }) }));
    print(`${output}\n`);
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    note(`${error instanceof Error ? error.message : String(error)}\n`);
    Deno.exit(1);
  }
}
