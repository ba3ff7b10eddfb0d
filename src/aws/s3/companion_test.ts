import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { s3ClientConfig } from "../client_config.ts";
import { awsSettings } from "../../../test/world/aws_settings.ts";
import { S3ObjectStore } from "./object_store.ts";
import { S3Clients } from "./s3_clients.ts";
import { openCompanion } from "./companion.ts";

const REF = { bucket: "logs", key: "data/r1_input.json.gz" };
const SIZE_BYTES = 5 * 1024 ** 3;

/** A store with one object of 5 GiB, which it sends as fast as it is taken. */
async function endlessStore() {
  const piece = new Uint8Array(64 * 1024);
  const closed = Promise.withResolvers<void>();
  let sentBytes = 0;
  const send = (response: ServerResponse) => {
    while (!response.destroyed && response.write(piece)) sentBytes += piece.length;
  };
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": SIZE_BYTES, etag: '"e"' });
    response.on("drain", () => send(response)).on("close", closed.resolve);
    send(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const settings = awsSettings({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const clients = new S3Clients((region) => new S3Client(s3ClientConfig(settings, { region, pathStyle: true })));
  const store = new S3ObjectStore(clients, { bodyTimeoutMs: 60_000 });
  return {
    store,
    closed: closed.promise,
    sentBytes: () => sentBytes,
    async [Symbol.asyncDispose]() {
      clients.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

for (const readBytes of [0, 1_000_000]) {
  Deno.test(`a companion of 5 GiB of which ${readBytes} bytes are wanted is closed when it is disposed of`, async () => {
    await using server = await endlessStore();
    {
      using companion = await openCompanion(server.store, REF, new AbortController());
      assert.equal(companion.sizeBytes, SIZE_BYTES);
      let wantedBytes = readBytes;
      if (wantedBytes > 0) {
        for await (const piece of companion.body) {
          wantedBytes -= piece.length;
          if (wantedBytes <= 0) break;
        }
      }
    }
    await server.closed;
    assert.ok(server.sentBytes() < 64 * 1024 ** 2, `${server.sentBytes()} bytes were sent`);
  });
}

Deno.test("a companion fails when its receiver gives up", async () => {
  await using server = await endlessStore();
  const giveUp = new AbortController();
  using companion = await openCompanion(server.store, REF, giveUp);
  giveUp.abort(new Error("given up"));
  await assert.rejects(async () => {
    for await (const _ of companion.body) continue;
  }, /given up/);
  await server.closed;
});
