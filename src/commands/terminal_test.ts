import assert from "node:assert/strict";
import { shown } from "./terminal.ts";

Deno.test("a terminal gets our colours, and no control character of a name from outside", () => {
  const name = "AWSLogs/\u001b[2J\u009b31m\u202egpj.\u0007";
  assert.equal(
    shown(`\u001b[31m✗\u001b[0m\tobject ${name}\r\n`),
    "\u001b[31m✗\u001b[0m\tobject AWSLogs/\\u001b[2J\\u009b31m\\u202egpj.\\u0007\r\n",
  );
});
