import assert from "node:assert/strict";
import { bedrockSchema } from "./config.ts";

Deno.test("accounts to leave out have 12 digits, or a * for any", () => {
  const takes = (account: string) => bedrockSchema.safeParse({ exclude: { accounts: [account] } }).success;
  for (const account of ["123456789012", "012345678901", "*", "1234*", "*9012"]) assert.ok(takes(account), account);
  for (const account of ["12345678901", "1234567890123", "", "arn:aws:iam::1", "prod"]) {
    assert.ok(!takes(account), account);
  }
});

Deno.test("a bucket of bodies is named alone", () => {
  const takes = (bucket: string) => bedrockSchema.safeParse({ bodies: { allowed_buckets: [bucket] } }).success;
  for (const bucket of ["bodies", "my.bodies_2", "Bodies", "tenant:bodies"]) assert.ok(takes(bucket), bucket);
  for (const bucket of ["", "arn:aws:s3:::bodies", "s3://bodies", "bodies/data"]) assert.ok(!takes(bucket), bucket);
});
