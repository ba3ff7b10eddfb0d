/** Makes the live page one module: its script bundled, its style and its markup as they are. */
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../src/extensions/status_page/page/", import.meta.url);

/** The text of `src/extensions/status_page/generated/page.ts`. */
export async function statusPageModule(): Promise<string> {
  const read = (name: string) => Deno.readTextFile(new URL(name, FOLDER));
  const html = await read("index.html");
  const style = await read("style.css");
  const script = await bundled(fileURLToPath(new URL("main.ts", FOLDER)));
  const members = Object.entries({ html, style, script }).map(([name, text]) => `  ${name}: ${JSON.stringify(text)},`);
  return [
    "// Made by `deno task generate` from src/extensions/status_page/page.",
    "// deno-fmt-ignore-file",
    "",
    "/** The live page, as it is served. */",
    "export const PAGE = {",
    ...members,
    "};",
    "",
  ].join("\n");
}

async function bundled(entry: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "-q", "--no-lock", "--platform=browser", "--minify", entry],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot bundle the live page: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
