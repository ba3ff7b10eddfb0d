import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PERMISSION_CHECK } from "./log_events.ts";
import { type RawRecord, splitRecords } from "./split_records.ts";
import { MAX_VALUES } from "./weight.ts";
import { cut } from "../../test/world/cut.ts";

const RECORDS = [1, 2, 3].map((n) => JSON.stringify({ schemaType: "ModelInvocationLog", n, text: 'é "quoted"\\n' }));
const [A = "", B = "", C = ""] = RECORDS;
const EVENT = {
  "aws.cloudwatch.log_group": "/aws/bedrock",
  "aws.cloudwatch.log_stream": "aws/bedrock/modelinvocations",
};

function event(message: string, number: number) {
  return { id: String(number).padStart(56, "0"), timestamp: 1_772_427_967_000 + number, message };
}

/** An envelope as CloudWatch Logs gives it to Firehose. */
function envelope(messages: readonly string[], { first = 0, messageType = "DATA_MESSAGE" } = {}) {
  return {
    messageType,
    owner: "123456789012",
    logGroup: "/aws/bedrock",
    logStream: "aws/bedrock/modelinvocations",
    subscriptionFilters: ["to-firehose"],
    logEvents: messages.map((message, index) => event(message, first + index)),
  };
}

async function split(text: string, maxBytes = 1024 * 1024, field?: string): Promise<RawRecord[]> {
  const options = { maxBytes, expandEventListFromField: field };
  return (await Array.fromAsync(splitRecords(cut(Buffer.from(text), 100), options))).flat();
}

const ENVELOPES = [envelope([A, B]), envelope([C], { first: 2 })];
const [FIRST, SECOND] = ENVELOPES;
const LAYOUTS: Record<string, string> = {
  "one behind the other": ENVELOPES.map((value) => JSON.stringify(value)).join(""),
  "a line each": ENVELOPES.map((value) => `${JSON.stringify(value)}\n`).join(""),
  "pretty-printed": ENVELOPES.map((value) => JSON.stringify(value, null, 2)).join("\n"),
  "in a list": JSON.stringify(ENVELOPES),
  "with their members in another order": ENVELOPES.map(({ messageType, logEvents, ...others }) =>
    JSON.stringify({ ...others, messageType, logEvents })
  ).join(""),
  "with a control message between them": [
    FIRST,
    envelope(["CWL CONTROL MESSAGE: Checking health of destination Firehose."], { messageType: "CONTROL_MESSAGE" }),
    SECOND,
  ].map((value) => JSON.stringify(value)).join(""),
  "with Bedrock's own check": [FIRST, envelope([PERMISSION_CHECK]), SECOND].map((value) => JSON.stringify(value))
    .join(""),
};

for (const [layout, text] of Object.entries(LAYOUTS)) {
  Deno.test(`envelopes ${layout} give their events' messages, under the events' ids`, async () => {
    const records = await split(text);
    assert.deepEqual(records.map((record) => record.text), RECORDS);
    assert.deepEqual(records.map(({ id }) => id), [0, 1, 2].map((number) => event("", number).id));
    assert.deepEqual(
      records.map(({ attributes }) => attributes),
      records.map(({ id }) => ({ ...EVENT, "aws.cloudwatch.event_id": id })),
    );
    assert.deepEqual(records.map(({ sizeBytes }) => sizeBytes), RECORDS.map((record) => Buffer.byteLength(record)));
    const positions = records.map(({ position }) => position);
    assert.deepEqual(positions, [...new Set(positions)].sort((one, other) => one - other));
  });
}

Deno.test("the events of an envelope whose list is expanded are opened too", async () => {
  const records = await split(LAYOUTS["one behind the other"] ?? "", undefined, "logEvents");
  assert.deepEqual(records.map(({ text }) => text), RECORDS);
  assert.equal(new Set(records.map(({ id }) => id)).size, 3);
});

Deno.test("an envelope may be longer than max_bytes, its records may not", async () => {
  const long = JSON.stringify({ schemaType: "ModelInvocationLog", text: "x".repeat(2000) });
  const records = await split(JSON.stringify(envelope([A, long, B])), 1000);
  assert.deepEqual(records.map(({ text }) => text), [A, "", B]);
  assert.equal(records[1]?.fault?.reason, "too_large");
  assert.equal(records[1]?.id, event("", 1).id);
});

Deno.test("lines of an export task lose their times", async () => {
  const exported = ["2026-03-02T05:06:07.000Z ", "2026-03-02T05:06:07.123Z ", "2026-12-31T23:59:59.999Z "];
  const tailed = ["2026-03-02T05:06:07 ", "2026-03-02T05:06:07.123456+00:00 ", "2026-03-02T05:06:07Z\t"];
  for (const times of [exported, tailed]) {
    const lines = RECORDS.map((record, index) => `${times[index]}${record}\n`);
    const records = await split(`2026-03-02T05:06:06.000Z ${PERMISSION_CHECK}\n${lines.join("")}`);
    assert.deepEqual(records.map(({ text }) => text), RECORDS);
    assert.ok(records.every(({ id }) => id === undefined));
  }
});

Deno.test("what is no event in an envelope takes no event with it", async () => {
  const records = await split(
    JSON.stringify({ ...envelope([]), logEvents: [null, event(A, 1), 7, "text", [event(B, 2)]] }),
  );
  assert.deepEqual(records.map(({ text }) => text), ["null", A, "7", '"text"', JSON.stringify([event(B, 2)])]);
  assert.equal(new Set(records.map(({ position }) => position)).size, 5);
});

Deno.test("what only resembles an envelope, an event or an exported line stays as it is", async () => {
  const others = [
    JSON.stringify({ schemaType: "ModelInvocationLog", logEvents: [event("x", 1)], messageType: "DATA_MESSAGE" }),
    JSON.stringify({ prompt: JSON.stringify(envelope([A])) }),
    JSON.stringify({ messageType: "DATA_MESSAGE", logEvents: "none" }),
    JSON.stringify({ id: "1", message: "no time" }),
    "2026-03-02T05:06:07.000Z no JSON",
    "2026-03-02 05:06:07 {}",
  ];
  assert.deepEqual((await split(others.join("\n"))).map(({ text }) => text), others);
});

Deno.test("an envelope with too many values to be parsed is handed on as it is; those in its messages do not count", async () => {
  const dense = JSON.stringify({ ...envelope([]), logEvents: Array(MAX_VALUES).fill({}) });
  const { length } = dense;
  assert.deepEqual((await split(dense, length)).map(({ text }) => text.length), [length]);
  const message = `{"schemaType":"ModelInvocationLog","x":[${"[],".repeat(MAX_VALUES)}[]]}`;
  assert.deepEqual((await split(JSON.stringify(envelope([message])), length)).map(({ text }) => text), [message]);
});
