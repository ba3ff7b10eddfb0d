import assert from "node:assert/strict";
import { encodeEventKey } from "./s3_event.ts";

Deno.test("keys in notifications are encoded as S3 does: blanks as plus, slashes kept", () => {
  assert.equal(encodeEventKey("a b/c+d=e%20.json"), "a+b/c%2Bd%3De%2520.json");
  assert.equal(encodeEventKey("ü(1)!'*.gz"), "%C3%BC%281%29%21%27*.gz");
});
