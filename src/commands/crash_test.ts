import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { crashText } from "./crash.ts";
import { testFile } from "../../test/world/folder.ts";

/** What a program prints and returns that ends by an error of which nobody takes care. */
async function crashed(statement: string): Promise<{ code: number; stderr: string }> {
  const script = `
    import { withholdTextsOfCrashes } from ${JSON.stringify(import.meta.resolve("./crash.ts"))};
    withholdTextsOfCrashes();
    const error = new TypeError("a prompt, canary\\n    at canary", { cause: new Error("canary") });
    setInterval(() => {}, 1000);
    ${statement};`;
  using file = testFile(script, ".ts");
  const config = fileURLToPath(import.meta.resolve("../../deno.json"));
  const args = ["run", "-q", "--no-check", "--config", config, "--no-prompt", "--allow-env", file.path];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

for (
  const [what, statement] of Object.entries({
    "a rejection": "Promise.reject(error)",
    "an exception": "setTimeout(() => { throw error; })",
  })
) {
  Deno.test(`${what} that nobody handles ends the program with its kind and place, and without its text`, async () => {
    const { code, stderr } = await crashed(statement);
    assert.equal(code, 1);
    assert.match(stderr, /^A mistake in bedrock-otel ended it: TypeError\. .+\n {4}at .+\.ts:\d+:\d+\n/);
    assert.doesNotMatch(stderr, /canary|prompt/);
  });
}

Deno.test("of what is no error, or has a strange name, nothing shows", () => {
  const named = Object.assign(new Error("canary"), { name: "my canary" });
  for (const thrown of ["canary", { canary: 1 }, undefined, named, Object.assign(new Error(""), { stack: "canary" })]) {
    assert.doesNotMatch(crashText(thrown), /canary/);
  }
});
