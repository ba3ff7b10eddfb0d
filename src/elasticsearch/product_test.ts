import assert from "node:assert/strict";
import { isBefore, productOf, productProblem } from "./product.ts";

function problemOf(version: unknown, headers: Record<string, string> = { "x-elastic-product": "Elasticsearch" }) {
  return productProblem(productOf({ status: 200, headers: new Headers(headers), text: JSON.stringify({ version }) }));
}

Deno.test("Elasticsearch is supported from 8.13 on, Serverless whatever version it tells", () => {
  for (const number of ["8.13.0", "8.19.1", "9.4.3", "10.0.0-SNAPSHOT"]) assert.equal(problemOf({ number }), undefined);
  assert.equal(problemOf({ number: "8.11.0", build_flavor: "serverless" }), undefined);
  for (const number of ["7.17.29", "8.9.2", "8.12.2"]) {
    assert.match(problemOf({ number }) ?? "", new RegExp(`Elasticsearch ${number}: 8\\.13 or later`));
  }
});

Deno.test("OpenSearch is refused by name, whatever header stands before it, and anything else as not Elasticsearch", () => {
  const opensearch = { number: "3.1.0", distribution: "opensearch" };
  assert.match(problemOf(opensearch, {}) ?? "", /is OpenSearch, which is not supported/);
  assert.match(problemOf(opensearch) ?? "", /is OpenSearch/);
  assert.match(problemOf({ number: "9.0.0" }, {}) ?? "", /not Elasticsearch/);
  assert.match(problemOf(undefined) ?? "", /not Elasticsearch/);
});

Deno.test("versions are compared by their numbers", () => {
  assert.ok(isBefore("0.9.0", "0.10.0"));
  assert.ok(isBefore("0.9.9", "1.0"));
  assert.ok(!isBefore("1.0.0", "1.0.0"));
  assert.ok(!isBefore("1.10.0", "1.9.9"));
});
