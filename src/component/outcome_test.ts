import assert from "node:assert/strict";
import {
  DataFaultError,
  EndpointFaultError,
  outcomeOfPartialSuccess,
  outcomeOfStatus,
  TooLargeError,
} from "./outcome.ts";
import { safeDetail } from "../http/safe_detail.ts";

Deno.test("each HTTP status has its outcome", () => {
  const endpointFaults = [301, 302, 307, 401, 403, 404, 405, 408, 415, 418, 429, 500, 501, 502, 503, 504, 599];
  for (const status of endpointFaults) {
    assert.ok(outcomeOfStatus(status, { text: "" }) instanceof EndpointFaultError, `${status}`);
  }
  assert.ok(outcomeOfStatus(413, { text: "" }) instanceof TooLargeError);
  for (const status of [400, 422]) assert.ok(outcomeOfStatus(status, { text: "" }) instanceof DataFaultError);
});

Deno.test("a partial success is delivered when nothing was rejected or only conflicts were", () => {
  assert.deepEqual(outcomeOfPartialSuccess(0, "slow down"), { kind: "delivered", duplicates: 0, warning: "slow down" });
  const conflict = "version_conflict_engine_exception: [x]: version conflict, document already exists";
  assert.deepEqual(outcomeOfPartialSuccess(3, conflict), { kind: "delivered", duplicates: 3, warning: undefined });
});

Deno.test("a partial success that rejected for other reasons, or for none it names, is a data fault", () => {
  for (const message of ["", "mapper_parsing_exception", "2 version conflicts, 1 mapper_parsing_exception"]) {
    const outcome = outcomeOfPartialSuccess(3, message);
    assert.equal(outcome.kind, "data_fault");
    assert.equal(outcome.kind === "data_fault" && outcome.error.partial, true);
  }
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
