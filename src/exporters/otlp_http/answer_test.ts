import assert from "node:assert/strict";
import { encodeLogsResponse } from "../../../test/world/otlp_logs.ts";
import { contentType, type Encoding } from "../../otlp/encoding.ts";
import { readAnswer } from "./answer.ts";

function read(encoding: Encoding, answer: Uint8Array | string) {
  const bytes = typeof answer === "string" ? new TextEncoder().encode(answer) : answer;
  return readAnswer(bytes, { encoding, contentType: contentType(encoding), isCut: false });
}

for (const encoding of ["proto", "json"] as const) {
  Deno.test(`an answer tells how many records were rejected and why (${encoding})`, () => {
    const answer = encodeLogsResponse({ rejected: 3, message: "no such field" }, contentType(encoding));
    assert.deepEqual(read(encoding, answer), { rejected: 3, errorMessage: "no such field" });
  });

  Deno.test(`an answer with only a message is a warning (${encoding})`, () => {
    const answer = encodeLogsResponse({ message: "deprecated" }, contentType(encoding));
    assert.deepEqual(read(encoding, answer), { rejected: 0, errorMessage: "deprecated" });
  });

  Deno.test(`an answer without partial success says that all was taken (${encoding})`, () => {
    assert.deepEqual(read(encoding, encodeLogsResponse({}, contentType(encoding))), { rejected: 0, errorMessage: "" });
  });

  Deno.test(`an answer that is none is an error without its text (${encoding})`, () => {
    for (const answer of ["<html>secret</html>", "secret", '{"partialSuccess":', '"secret"']) {
      assert.throws(() => read(encoding, answer), (error: Error) => {
        assert.match(error.message, /^these \d+ bytes are no answer of OTLP/);
        assert.ok(!`${error.message}${String(error.cause)}`.includes("secret"));
        return true;
      });
    }
  });
}

Deno.test("JSON answers may write the count as string, number or null", () => {
  const rejected = (json: string) => read("json", json)?.rejected;
  assert.equal(rejected('{"partialSuccess":{"rejectedLogRecords":"12"}}'), 12);
  assert.equal(rejected('{"partialSuccess":{"rejectedLogRecords":12}}'), 12);
  assert.equal(rejected('{"partialSuccess":{"rejectedLogRecords":null,"errorMessage":null}}'), 0);
  assert.equal(rejected('{"partialSuccess":{}}'), 0);
  assert.equal(rejected('{"partialSuccess":null,"unknown":1}'), 0);
});

Deno.test("a JSON answer with a count that is none is an error", () => {
  for (const count of ['"many"', "-1", "1.5", "true", "[]"]) {
    assert.throws(() => read("json", `{"partialSuccess":{"rejectedLogRecords":${count}}}`), /no answer of OTLP/);
  }
  assert.throws(() => read("json", "[]"), /no answer of OTLP/);
});

Deno.test("a protobuf answer that was cut is an error", () => {
  const answer = encodeLogsResponse({ rejected: 3, message: "no such field" }, contentType("proto"));
  assert.throws(() => read("proto", answer.subarray(0, answer.length - 1)), /no answer of OTLP/);
});

Deno.test("an empty answer is one of OTLP in protobuf only, when its content type says so", () => {
  assert.deepEqual(read("proto", ""), { rejected: 0, errorMessage: "" });
  assert.throws(() => read("json", ""), /empty answer is none of OTLP/);
  for (const encoding of ["proto", "json"] as const) {
    const untyped = { encoding, contentType: null, isCut: false };
    assert.throws(() => readAnswer(new Uint8Array(), untyped), /empty answer without a content type is none of OTLP/);
  }
});

for (const encoding of ["proto", "json"] as const) {
  Deno.test(`an answer that was cut anywhere tells what it tells, or nothing (${encoding})`, () => {
    const answer = encodeLogsResponse({ rejected: 300, message: "no such field" }, contentType(encoding));
    const told = Array.from(answer, (_, length) => {
      const format = { encoding, contentType: contentType(encoding), isCut: true };
      try {
        return readAnswer(answer.subarray(0, length), format);
      } catch (error) {
        assert.match((error as Error).message, /no answer of OTLP/);
        return undefined;
      }
    });
    for (const start of told) {
      if (start === undefined) continue;
      assert.equal(start.rejected, 300);
      assert.ok("no such field".startsWith(start.errorMessage));
    }
    assert.equal(told.at(-1)?.rejected, 300);
    assert.equal(told[2], undefined);
  });
}
