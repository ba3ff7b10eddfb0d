import assert from "node:assert/strict";
import { streamSamples } from "./stream.ts";

Deno.test("the demo's outage ends with the demo, so that Ctrl-C has not to wait for it", async () => {
  const endpoint = { isDown: false };
  const stopping = new AbortController();
  const published: string[] = [];
  const emulator = {
    publish(key: string) {
      published.push(key);
      endpoint.isDown = true;
      stopping.abort();
      return Promise.resolve();
    },
  };
  await streamSamples({ emulator, endpoint, signal: stopping.signal }).catch(() => {});
  assert.equal(published.length, 1);
  assert.equal(endpoint.isDown, false);
});
