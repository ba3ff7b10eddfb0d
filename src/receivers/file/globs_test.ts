import assert from "node:assert/strict";
import { basesOf, filesNamedBy, Globs } from "./globs.ts";
import { TestFolder } from "../../../test/world/folder.ts";

/** Files and directories below a directory that goes away with it. */
class Tree extends TestFolder {
  constructor(paths: readonly string[]) {
    super();
    for (const path of paths) {
      Deno.mkdirSync(`${this.path}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      if (!path.endsWith("/")) Deno.writeTextFileSync(`${this.path}/${path}`, "");
    }
  }

  async find(include: readonly string[], exclude: readonly string[] = []): Promise<string[]> {
    const below = (pattern: string) =>
      (pattern.includes("/") && !pattern.startsWith("**")) || include.includes(pattern)
        ? `${this.path}/${pattern}`
        : pattern;
    const globs = new Globs({ include: include.map(below), exclude: exclude.map(below) });
    const found = await globs.find({
      onUnreadable: (directory, error) => assert.fail(`${directory}: ${error}`),
    });
    return found.map((path) => path.slice(this.path.length + 1));
  }
}

const PATHS = ["a.json", "b.json.gz", ".hidden.json", "x/c.json", "x/y/d.json", "x/y/e.txt", "[odd]/f.json", "empty/"];

const CASES: readonly { include: string[]; exclude?: string[]; found: string[] }[] = [
  { include: ["*.json"], found: ["a.json"] },
  { include: ["**/*.json"], found: ["[odd]/f.json", "a.json", "x/c.json", "x/y/d.json"] },
  { include: ["**"], exclude: ["*.json"], found: ["b.json.gz", "x/y/e.txt"] },
  { include: ["**"], exclude: ["x/**"], found: ["[odd]/f.json", "a.json", "b.json.gz"] },
  { include: ["x/**"], exclude: ["**/y/**"], found: ["x/c.json"] },
  { include: ["x/y/**"], exclude: ["**/y/**"], found: ["x/y/d.json", "x/y/e.txt"] },
  { include: ["x/*/*.{json,txt}"], exclude: ["x/y/e.txt"], found: ["x/y/d.json"] },
  { include: ["*.json", "a.*", "a.json"], found: ["a.json"] },
  { include: [".hidden.json"], found: [".hidden.json"] },
  { include: [".*.json"], found: [".hidden.json"] },
  { include: ["\\[odd\\]/*.json"], found: ["[odd]/f.json"] },
  { include: ["not-there/**", "not-there.json"], found: [] },
];

for (const { include, exclude = [], found } of CASES) {
  const without = exclude.length === 0 ? "" : ` without ${exclude.join(" ")}`;
  Deno.test(`${include.join(" ")}${without} finds ${found.join(" ") || "nothing"}`, async () => {
    using tree = new Tree(PATHS);
    assert.deepEqual(await tree.find(include, exclude), found);
  });
}

Deno.test("bodies that Bedrock stores beside its logs are left out, whatever the download's own directories are called", async () => {
  const logs = "data/AWSLogs/1/BedrockModelInvocationLogs";
  using tree = new Tree([
    `${logs}/us-east-1/2026/03/02/11/a.json.gz`,
    `${logs}/us-east-1/2026/03/02/11/data/b_input.json.gz`,
    `${logs}/amazon-bedrock-logs-permission-check`,
  ]);
  assert.deepEqual(await tree.find(["data/**"]), [`${logs}/us-east-1/2026/03/02/11/a.json.gz`]);
});

Deno.test("links to files are followed, links to directories are not", async () => {
  using tree = new Tree(["real/a.json"]);
  await Deno.mkdir(`${tree.path}/links`);
  await Deno.symlink(`${tree.path}/real`, `${tree.path}/links/loop`);
  await Deno.symlink(`${tree.path}/real/a.json`, `${tree.path}/links/a.json`);
  await Deno.symlink(`${tree.path}/nowhere`, `${tree.path}/links/b.json`);
  assert.deepEqual(await tree.find(["links/**"]), ["links/a.json"]);
});

Deno.test("a directory that cannot be looked into is told", async () => {
  const told: string[] = [];
  using tree = new Tree(["file.json"]);
  // A file where a directory is expected: root may look into any directory.
  await new Globs({ include: [`${tree.path}/file.json/*`], exclude: [] }).find({
    onUnreadable: (directory) => told.push(directory),
  });
  assert.deepEqual(told, [`${tree.path}/file.json`]);
});

/** Deno 2.7 does not even name such files. */
const seesAnyName = Deno.build.os === "linux" && !Deno.version.deno.startsWith("2.7.");

Deno.test({ name: "a file whose name is not UTF-8 is told", ignore: !seesAnyName }, async () => {
  using tree = new Tree(["a.json", "x/b.txt"]);
  const script = `for name in "$1/caf$(printf '\\351').json" "$1/x/$(printf '\\351').txt"; do touch "$name"; done`;
  await new Deno.Command("sh", { args: ["-c", script, "sh", tree.path] }).output();
  const told: string[] = [];
  const globs = new Globs({ include: [`${tree.path}/**/*.json`], exclude: [] });
  assert.deepEqual(await globs.find({ onUnreadable: (path) => told.push(path) }), [`${tree.path}/a.json`]);
  assert.deepEqual(told, [`${tree.path}/caf\ufffd.json`]);
});

Deno.test("patterns are looked for below the directory that they name", () => {
  assert.deepEqual(basesOf(["/var/log/**/*.gz", "/data/a.json", "/x/{a,b}/c"]), ["/var/log", "/data/a.json", "/x"]);
  assert.deepEqual(filesNamedBy(["/var/log/**/*.gz", "/data/a.json", "/x/{a,b}/c"]), ["/data/a.json"]);
});
