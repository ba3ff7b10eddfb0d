import assert from "node:assert/strict";
import { withOneUserAgent } from "./user_agent.ts";

Deno.test("what a client runs on is found out once, and only when it is asked for", async () => {
  let asked = 0;
  const client = { config: { defaultUserAgentProvider: () => Promise.resolve([["os/linux", `${++asked}`]]) } };
  const { config } = withOneUserAgent(client);
  assert.equal(asked, 0);
  assert.deepEqual(await config.defaultUserAgentProvider(), [["os/linux", "1"]]);
  assert.deepEqual(await config.defaultUserAgentProvider(), [["os/linux", "1"]]);
});
