import { join } from "node:path";
import type { Config } from "./config.ts";

/** A folder that is gone at the end. */
export class TestFolder implements AsyncDisposable {
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

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
