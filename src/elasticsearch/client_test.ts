import assert from "node:assert/strict";
import { Elasticsearch } from "../../test/world/elasticsearch.ts";
import { freePort } from "../../test/world/ports.ts";
import { clientSettings, elasticsearchSchema } from "../exporters/elasticsearch/config.ts";
import { ElasticsearchClient } from "./client.ts";

/** What a client heard of its nodes, beside what came of so many requests: a status, or the reason of a fault. */
async function asked(count: number, settings: { endpoints: string[]; timeout?: string }) {
  const told: string[] = [];
  const client = new ElasticsearchClient(clientSettings(elasticsearchSchema.parse(settings)), {
    onNode: (node, fault) => told.push(`${node} ${fault?.reason}`),
  });
  await client.open();
  const answers: unknown[] = [];
  try {
    for (let left = count; left > 0; left--) {
      answers.push(await client.ask("GET", "/").then(({ status }) => status, (error) => error.reason));
    }
  } finally {
    client.close();
  }
  return { told, answers };
}

Deno.test("a node where nobody listens costs no request, and is told of once", async () => {
  await using elasticsearch = await Elasticsearch.start();
  const dead = `http://127.0.0.1:${await freePort()}`;
  const { answers, told } = await asked(6, { endpoints: [dead, elasticsearch.url] });
  assert.deepEqual(answers, new Array(6).fill(200));
  assert.deepEqual(told, [`${dead} connect`]);
});

Deno.test("a node that hangs costs one request", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using hung = await Elasticsearch.start();
  hung.fault = () => ({ kind: "hang" });
  const { answers, told } = await asked(6, { endpoints: [hung.url, elasticsearch.url], timeout: "100ms" });
  assert.deepEqual(answers, ["timeout", ...new Array(5).fill(200)]);
  assert.deepEqual(told, [`${hung.url} timeout`]);
});

Deno.test("where no node can be reached the last fault is told", async () => {
  const endpoints = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
  const { answers, told } = await asked(2, { endpoints });
  assert.deepEqual(answers, ["connect", "connect"]);
  assert.equal(told.length, 2);
});
