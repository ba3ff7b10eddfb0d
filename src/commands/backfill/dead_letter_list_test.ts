import assert from "node:assert/strict";
import { DEAD_LETTER } from "../../pipeline/dead_letter.ts";
import { readDeadLetter } from "./dead_letter_list.ts";
import { testFile } from "../../../test/world/folder.ts";

for (
  const { bucket, key } of [
    { bucket: "logs", key: "AWSLogs/1/a b+c%2F.json.gz" },
    { bucket: "logs", key: "arn:aws/x:accesspoint/y/z.json" },
    { bucket: "arn:aws:s3:us-east-1:123456789012:accesspoint/logs", key: "AWSLogs/1/a.json" },
    { bucket: "arn:aws:s3:us-east-1:123456789012:accesspoint:logs", key: "/a\n/b.json" },
  ]
) {
  Deno.test(`a dead-letter entry names the object ${JSON.stringify(key)} in ${bucket}`, async () => {
    const attributes = [{ key: DEAD_LETTER.source, value: { stringValue: `s3://${bucket}/${key}` } }];
    using file = testFile(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }));
    assert.deepEqual(await readDeadLetter(file.path), {
      objects: [{ bucket, key, sizeBytes: 0, etag: "" }],
      others: 0,
    });
  });
}
