import assert from "node:assert/strict";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { storedDocument } from "../../../elasticsearch/stored_document.ts";
import { typesIn } from "../../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../../mappings/generated/invocation.ts";

const typeOf = typesIn(INVOCATION_FIELDS);
const REQUEST_METADATA = {
  "team": "1",
  "team-id": "2",
  "team.name": "3",
  "team_name": "4",
  "": "5",
  " ": "6",
  "a.": "7",
};
const KEYS = { "team": "1", "team-id": "2", "team_name (2)": "3", "team_name": "4", "_": "5", "a_": "7" };

for (const mapping of ["ecs", "integration"]) {
  Deno.test(`in mode ${mapping} a caller's keys leave without dots, each once`, async () => {
    const record = await mapped(sampleWith("metadata_only", { requestMetadata: REQUEST_METADATA }), { mapping });
    const text = storedDocument(record, typeOf);
    for (const [key, value] of Object.entries(KEYS)) assert.ok(text.includes(`${JSON.stringify(key)}:"${value}"`), key);
    // A document with a key twice would be shorter once it is read.
    assert.equal(JSON.stringify(JSON.parse(text)).replaceAll(".0", "").length, text.replaceAll(".0", "").length);
  });
}

Deno.test("a key with a dot still names the conversation, and may be allowed without content", async () => {
  const text = sampleWith("metadata_only", { requestMetadata: { "thread.id": "t-1", other: "x" } });
  const { attributes } = await mapped(text, {
    content: "metadata_only",
    metadata_keys: ["thread.id"],
    conversation_id_keys: ["thread.id"],
  });
  assert.equal(attributes["gen_ai.conversation.id"], "t-1");
  assert.deepEqual(attributes["aws_bedrock.invocation.request_metadata"], { thread_id: "t-1" });
});
