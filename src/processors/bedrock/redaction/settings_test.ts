import assert from "node:assert/strict";
import { COMPONENTS } from "../../../components.ts";
import { ConfigError, loadConfig } from "../../../config/load.ts";
import { printable } from "../../../config/printable.ts";
import { TestFolder } from "../../../../test/world/folder.ts";

async function load(processor: unknown) {
  await using folder = new TestFolder();
  const path = folder.file("config.json");
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      receivers: { awss3: { queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/logs" } },
      processors: { bedrock: processor },
      exporters: { debug: {} },
      service: { pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["debug"] } } },
    }),
  );
  return await loadConfig([path], { components: () => COMPONENTS });
}

/** What is said of these settings. */
async function problems(processor: unknown): Promise<string[]> {
  const error = await load(processor).then(() => undefined, (reason: unknown) => reason);
  if (error === undefined) return [];
  assert.ok(error instanceof ConfigError, String(error));
  return error.problems.map(({ path, message }) => `${path}: ${message}`);
}

Deno.test("rules may be named or written", async () => {
  const redact = ["email", { name: "order_id", pattern: "ORD-[0-9]{6}" }];
  assert.deepEqual(await problems({ content: "redacted" }), []);
  assert.deepEqual(
    await problems({ content: "redacted", redact, replace: "hash", redact_key: "0123456789abcdef" }),
    [],
  );
});

const MISTAKES: readonly (readonly [settings: Record<string, unknown>, expected: RegExp])[] = [
  [{ redact: ["emial"] }, /redact\[0\]: unknown rule; did you mean email; known rules: email, phone, .*private_key/],
  [{ redact: [{ name: "x" }] }, /redact\[0\]: expected a map of name and pattern/],
  [{ redact: [] }, /redact: expected at least 1 element/],
  [{ redact: [{ name: "x", pattern: "a(" }] }, /redact\[0\]\.pattern: expected a regular expression \(RE2\): missing/],
  [{ redact: [{ name: "x", pattern: "(?=a)" }] }, /redact\[0\]\.pattern: expected a regular expression \(RE2\)/],
  [{ redact: [{ name: "x", pattern: "a*" }] }, /redact\[0\]\.pattern: expected a pattern that matches no empty text/],
  [{ redact: [{ name: "1 x", pattern: "a" }] }, /redact\[0\]\.name: expected a letter/],
  [{ redact: [{ name: "Email", pattern: "a" }] }, /redact\[0\]\.name: expected another name: Email is the program's/],
  [{ redact: ["email", "phone", "email"] }, /redact\[2\]: expected another name: email is there already/],
  [{ redact: [{ name: "x", pattern: "a" }, { name: "X", pattern: "b" }] }, /redact\[1\]: expected another name: X/],
  [{ replace: "hash" }, /redact_key: is required with replace: hash/],
  [{ replace: "hash", redact_key: "short" }, /redact_key: expected at least 16 character/],
  [{ content: "full", redact: ["email"] }, /redact: expected content: redacted: with content: full no rule is applied/],
];

for (const [settings, expected] of MISTAKES) {
  Deno.test(`redaction as ${JSON.stringify(settings)} is refused`, async () => {
    const found = await problems({ content: "redacted", ...settings });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] as string, expected);
    assert.doesNotMatch(found.join(), /short/);
  });
}

Deno.test("the key of the hashes never shows", async () => {
  const config = await load({ content: "redacted", replace: "hash", redact_key: "canary-canary-canary" });
  assert.doesNotMatch(JSON.stringify(printable(config)), /canary/);
});
