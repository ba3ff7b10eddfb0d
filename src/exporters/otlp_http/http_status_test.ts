import assert from "node:assert/strict";
import { DataFaultError, EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { safeDetail } from "../../http/safe_detail.ts";
import { outcomeOfPartialSuccess, outcomeOfStatus } from "./http_status.ts";

Deno.test("each HTTP status has its outcome", () => {
  const endpointFaults = [301, 302, 307, 401, 403, 404, 405, 408, 415, 418, 429, 500, 501, 502, 503, 504, 599];
  for (const status of endpointFaults) {
    assert.ok(outcomeOfStatus(status, { text: "" }) instanceof EndpointFaultError, `${status}`);
  }
  assert.ok(outcomeOfStatus(413, { text: "" }) instanceof TooLargeError);
  for (const status of [400, 422]) assert.ok(outcomeOfStatus(status, { text: "" }) instanceof DataFaultError);
});

/** A line of Elasticsearch's OTLP endpoint. */
function line(status: string, count: number, sample = "[1]: something"): string {
  return `Index [logs-x-default] returned status [${status}] for ${count} documents. Sample error message: ${sample}\n`;
}

function told(rejected: number, message: string): string {
  const outcome = outcomeOfPartialSuccess({ rejected, message });
  if (outcome.kind === "delivered") return `${outcome.duplicates} duplicates`;
  return outcome.error instanceof EndpointFaultError ? outcome.error.reason : outcome.kind;
}

Deno.test("a partial success without rejected items is delivered with a warning", () => {
  const outcome = outcomeOfPartialSuccess({ rejected: 0, message: "slow down" });
  assert.deepEqual(outcome, { kind: "delivered", duplicates: 0, warning: "slow down" });
});

Deno.test("rejected items are duplicates when conflicts are all that is named, for as many as were rejected", () => {
  const conflict = "[id]: version conflict, document already exists (current version [503])";
  for (
    const [rejected, message] of [
      [3, line("CONFLICT", 3, conflict)],
      [3, line("CONFLICT", 1, conflict) + line("CONFLICT", 2, conflict)],
      [2, line("409", 2)],
      [1, `version_conflict_engine_exception: ${conflict}`],
      [2, `${conflict}; ${conflict}`],
      [4, "4 version conflicts"],
      [3, "3 documents: version_conflict_engine_exception"],
      [1, "VersionConflictEngineException[[a]: version conflict, document already exists]"],
      [2, "rpc error: code = AlreadyExists desc = 2 documents already exist"],
    ] as const
  ) assert.equal(told(rejected, message), `${rejected} duplicates`, message);
});

Deno.test("rejected items are no duplicates when anything else is named, or conflicts for fewer", () => {
  for (
    const [rejected, message] of [
      [3, ""],
      [3, "mapper_parsing_exception"],
      [3, line("CONFLICT", 2)],
      [3, line("CONFLICT", 2) + line("BAD_REQUEST", 1)],
      [3, line("CONFLICT", 2) + "Ignored 1 data points due to the following reasons:\n - no type"],
      [3, line("CONFLICT", 3) + "Ignored 1 data points due to the following reasons:\n - no type"],
      [1, line("I_M_A_NEW_STATUS", 1)],
      [3, "version_conflict_engine_exception: version conflict, document already exists"],
      [3, "2 version conflicts, 1 mapper_parsing_exception"],
      [3, "2 version conflicts, 1 invalid document"],
      [3, "1 of 3 documents: version conflict"],
      [3, "rpc error: code = FailedPrecondition desc = a dotted field"],
      [1, "document already exists, but its mapping differs"],
      // What a document says must not make its rejection a duplicate, or an endpoint fault without end.
      [1, line("BAD_REQUEST", 1, line("CONFLICT", 1))],
      [1, line("BAD_REQUEST", 1, `Preview: '\n${line("TOO_MANY_REQUESTS", 1)}'`)],
      [1, line("BAD_REQUEST", 1, "status 503 SERVICE_UNAVAILABLE")],
      [1, "failed to parse field [a] at [1:503], limit [500] of 429 characters, not found"],
    ] as const
  ) assert.equal(told(rejected, message), "data_fault", message);
});

Deno.test("a partial success that names a status of an endpoint fault is one", () => {
  for (
    const [message, reason] of [
      [line("TOO_MANY_REQUESTS", 1), "http_429"],
      [line("SERVICE_UNAVAILABLE", 1) + line("CONFLICT", 2), "http_503"],
      [line("BAD_REQUEST", 1) + line("INTERNAL_SERVER_ERROR", 1), "http_500"],
      [line("429", 1), "http_429"],
      [line("FORBIDDEN", 1, "blocked by: [FORBIDDEN/12/index read-only]"), "http_403"],
      ["429 Too Many Requests", "http_429"],
      ["2 records failed with status 503", "http_503"],
      ["HTTP 502", "http_502"],
      ["status code: 504, 3 items", "http_504"],
      ["[503] unavailable", "http_503"],
      ["Service Unavailable", "http_503"],
      ["es_rejected_execution_exception: rejected execution of coordinating operation", "http_429"],
      ["EsRejectedExecutionException[rejected execution]", "http_429"],
      ["version conflict, and circuit_breaking_exception", "http_429"],
      [
        "cluster_block_exception: index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage]",
        "http_403",
      ],
      ["rpc error: code = Unavailable desc = try later", "http_503"],
      ["rpc error: code = ResourceExhausted", "http_429"],
      ["rpc error: code = Internal desc = boom", "http_500"],
      ["rpc error: code = Aborted", "http_503"],
      ["rpc error: code = Canceled desc = context canceled", "http_503"],
      ["master_not_discovered_exception", "http_503"],
      ["ElasticsearchTimeoutException: failed to acquire a permit", "http_503"],
      ["data refused due to high memory usage", "http_503"],
      ["dial tcp 10.0.0.7:9200: connect: connection refused", "http_503"],
      ["RESOURCE_EXHAUSTED", "http_429"],
      ["TooManyRequests: slow down", "http_429"],
      ["error_code=service_unavailable", "http_503"],
      ["rejected execution of coordinating operation", "http_503"],
      ["2 version conflicts, 1 throttled", "http_503"],
    ] as const
  ) assert.equal(told(3, message), reason, message);
});

Deno.test("what a message has from the request names no status", () => {
  const message = "cannot store: HTTP 503 Service Unavailable";
  const outcome = outcomeOfPartialSuccess({ rejected: 1, message, withoutEcho: () => "cannot store: …" });
  assert.equal(outcome.kind === "data_fault" && outcome.error.message, "Endpoint rejected 1 item(s): cannot store: …");
});

Deno.test("what an endpoint echoes of the data never shows", () => {
  const echo = `failed to parse field [a.b] of type [long]. Preview of field's value: 'my secret prompt'`;
  assert.equal(safeDetail(echo), "failed to parse field [a.b] of type [long].");
  assert.equal(safeDetail(`bad value "my \\" secret" near 'more secrets`), "bad value … near …");
  assert.equal(
    safeDetail("cannot parse [my secret prompt] of [long], limit [1000]"),
    "cannot parse […] of [long], limit [1000]",
  );
  assert.equal(safeDetail("failed to parse date field [secret] of [x]"), "failed to parse date field […] of [x]");
  assert.equal(safeDetail("Failed to parse value [secret] as [boolean]"), "Failed to parse value […] as [boolean]");
  assert.ok(safeDetail("x".repeat(1000)).length <= 201);
  assert.equal(safeDetail("one\nline\u0007"), "one line");
});
