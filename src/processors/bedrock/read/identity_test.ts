import assert from "node:assert/strict";
import { identityOf } from "./identity.ts";

const ACCOUNT = "123456789012";
const AGENTS = "AmazonBedrockExecutionRoleForAgents_X1";

const CASES: Record<string, object> = {
  [`arn:aws:iam::${ACCOUNT}:user/bob`]: { name: "bob" },
  [`arn:aws:iam::${ACCOUNT}:user/ci/build.bot@example.com`]: { name: "build.bot@example.com" },
  [`arn:aws:sts::${ACCOUNT}:assumed-role/App/session-1`]: { name: "session-1", role: "App" },
  [`arn:aws-us-gov:sts::${ACCOUNT}:assumed-role/App/a@b.c`]: { name: "a@b.c", role: "App" },
  [`arn:aws:sts::${ACCOUNT}:federated-user/lena`]: { name: "lena" },
  [`arn:aws:iam::${ACCOUNT}:root`]: { name: "root" },
  [`arn:aws:iam::${ACCOUNT}:role/path/App`]: { role: "App" },
  [`arn:aws:sts::${ACCOUNT}:assumed-role/App`]: { role: "App" },
  [`arn:aws:sts::${ACCOUNT}:assumed-role/${AGENTS}/BedrockAgents-ABCDEFGHIJ-1`]: {
    name: "BedrockAgents-ABCDEFGHIJ-1",
    role: AGENTS,
    agentId: "ABCDEFGHIJ",
  },
  [`arn:aws:sts::${ACCOUNT}:assumed-role//`]: {},
  [`arn:aws:iam::${ACCOUNT}:user/`]: {},
  "AIDAEXAMPLE": {},
  "arn:aws": {},
};

for (const [arn, expected] of Object.entries(CASES)) {
  Deno.test(`the identity of ${arn} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(identityOf(arn), { arn, ...expected });
  });
}

Deno.test("no text, or an empty one, is no identity", () => {
  for (const none of ["", undefined, null, 7, {}]) assert.equal(identityOf(none), undefined);
});
