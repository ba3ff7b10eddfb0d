import assert from "node:assert/strict";
import { runDemo } from "../../src/commands/demo/demo.ts";
import type { Screen } from "../../src/commands/demo/display.ts";

function testScreen({ width = 120, isTerminal = false } = {}): Screen & { text(): string } {
  let written = "";
  return { width, isTerminal, colours: isTerminal, write: (text) => written += text, text: () => written };
}

Deno.test("the demo shows a line for each invocation and tables of logs and metrics by model, and succeeds", async () => {
  const screen = testScreen({ width: 160 });
  assert.equal(await runDemo({ keep: false, screen }), 0);
  const text = screen.text();
  assert.match(
    text,
    /anna\.berg +us\.anthropic\.claude-sonnet-4\S+ +InvokeModelWithResponseStream +1,702 +143 +2\.96 s +success/,
  );
  assert.match(text, /lena\.fischer .*blocked by guardrail/);
  assert.match(text, /error ThrottlingException/);
  assert.match(text, /all models +16 +2 +1 /);
  // Tokens and latency of the metrics are those of the logs: nothing is missing, nothing counted twice.
  const [, tokensAndLatency] = /all models +16 +2 +1 +(.+ s)$/m.exec(text) ?? [];
  const [, ofMetrics] = /all models +14 +2 +(.+ s)$/m.exec(text) ?? [];
  assert.ok(tokensAndLatency !== undefined && ofMetrics !== undefined, text);
  assert.deepEqual(ofMetrics.split(/ +/), tokensAndLatency.split(/ +/));
  assert.match(text, /Invocation logs that Bedrock wrote to S3: 16 delivered, 0 lost/);
  assert.match(text, /All 16 invocations of 4 objects and all \d+ data points were delivered/);
  assert.ok(!text.includes("\x1b"), "no escape sequences where there is no terminal");
});

Deno.test("the demo keeps to the width of a narrow terminal", async () => {
  const screen = testScreen({ width: 80, isTerminal: true });
  assert.equal(await runDemo({ keep: false, screen }), 0);
  // deno-lint-ignore no-control-regex
  const lines = screen.text().replace(/\x1b\[[0-9;]*[mK]/g, "").split(/[\n\r]/);
  const tooLong = lines.filter((line) => line.length > 80);
  assert.deepEqual(tooLong, []);
});
