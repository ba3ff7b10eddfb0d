import { join } from "node:path";
import type { Config } from "./config.ts";

/** A folder that is gone at the end. */
export class TestFolder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "bedrock-otel-" });

  /** A folder with these files (name -> text). */
  static of(files: Readonly<Record<string, string>>): TestFolder {
    const folder = new TestFolder();
    for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(folder.file(name), text);
    return folder;
  }

  /** The path of a file. */
  file(name: string): string {
    return join(this.path, name);
  }

  async writeConfig(config: Config): Promise<string> {
    const file = this.file("config.yaml");
    await Deno.writeTextFile(file, JSON.stringify(config, null, 2));
    return file;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** A file with this text that is gone at the end. */
export function testFile(text = "", suffix = ""): Disposable & { readonly path: string } {
  const path = Deno.makeTempFileSync({ suffix });
  Deno.writeTextFileSync(path, text);
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}
