import assert from "node:assert/strict";
import { TestFolder } from "../../../../test/world/folder.ts";
import { runCli } from "../../../../test/world/program.ts";
import { readPolicy } from "./read_policy.ts";

const POLICY = `outputs: { default: { type: elasticsearch, hosts: ["https://es.example:9200"] } }
inputs:
  - type: aws-s3
    data_stream: { dataset: aws_bedrock.invocation }
    queue_url: https://sqs.us-east-1.amazonaws.com/012345678901/q
`;
const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: { name: agent-node-datastreams }
data:
  notes.txt: "no: policy"
  agent.yml: |-
${POLICY.replaceAll(/^/gm, "    ")}
`;
const WRAPPED = {
  "a policy": POLICY,
  "Fleet's answer": JSON.stringify({
    item: { inputs: [{ type: "aws-s3", data_stream: { dataset: "aws_bedrock.invocation" } }] },
  }),
  "a ConfigMap": CONFIG_MAP,
  "what kubectl prints of several ConfigMaps": `apiVersion: v1
items:
- kind: ConfigMap
  data: { ca.crt: abc }
- ${CONFIG_MAP.trimEnd().replaceAll("\n", "\n  ")}
kind: List
metadata: { resourceVersion: "" }
`,
  "a Secret": JSON.stringify({ kind: "Secret", data: { "key": "AAA=", "agent.yml": btoa(POLICY) } }),
  "a Secret that was written by hand": JSON.stringify({ kind: "Secret", stringData: { "agent.yml": POLICY } }),
  "an Agent of ECK": `kind: Agent\nspec:\n  version: 9.4.3\n  config:\n${POLICY.replaceAll(/^/gm, "    ")}`,
};

const QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/012345678901/q";
const PACKAGE = {
  package: { name: "aws_bedrock", version: "1.6.0" },
  namespace: "prod",
  inputs: [
    { type: "aws-cloudwatch", enabled: false, streams: [] },
    {
      type: "aws-s3",
      enabled: true,
      vars: { secret_access_key: { value: { id: "s1", isSecretRef: true }, type: "password" } },
      streams: [{
        enabled: true,
        data_stream: { type: "logs", dataset: "aws_bedrock.invocation" },
        vars: { queue_url: { value: QUEUE_URL, type: "text" } },
        compiled_stream: { queue_url: QUEUE_URL, secret_access_key: "$co.elastic.secret{s1}", tags: ["forwarded"] },
      }],
    },
  ],
};
const OTHER = {
  package: { name: "system" },
  inputs: [{ type: "logfile", streams: [{ data_stream: { dataset: "system.auth" }, compiled_stream: {} }] }],
};
const SIMPLIFIED = {
  package: { name: "aws_bedrock" },
  namespace: "prod",
  inputs: {
    "aws_bedrock-aws-s3": {
      vars: { secret_access_key: { id: "s1", isSecretRef: true } },
      streams: { "aws_bedrock.invocation": { vars: { queue_url: QUEUE_URL, tags: ["forwarded"] } } },
    },
  },
};
const PACKAGES = {
  "a package policy": { item: PACKAGE },
  "package policies": { items: [OTHER, PACKAGE], total: 2 },
  "an agent policy with its package policies": { item: { id: "a", package_policies: [OTHER, PACKAGE] } },
  "a package policy without its streams compiled": {
    item: { ...PACKAGE, inputs: JSON.parse(JSON.stringify(PACKAGE.inputs).replaceAll("compiled_stream", "other")) },
  },
  "a package policy in the simplified form": SIMPLIFIED,
};

for (const [what, answer] of Object.entries(PACKAGES)) {
  Deno.test(`${what}, as Fleet's API has it, is read as a policy`, async () => {
    await using files = TestFolder.of({ "policy.json": JSON.stringify(answer) });
    const { code, stdout, stderr } = await runCli(["convert", files.file("policy.json")]);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /awss3:\n +(?:secret_access_key: .*\n +)?queue_url: https:\/\/sqs\.us-east-1\.amazonaws\.com\/012345678901\/q\n/,
    );
    assert.match(stdout, /secret_access_key: \$\{env:AWSS3_SECRET_ACCESS_KEY\}/);
    assert.match(stdout, /namespace: prod/);
    assert.doesNotMatch(stderr, /receivers\.awss3: |compiled|logfile/);
  });
}

for (const [what, text] of Object.entries(WRAPPED)) {
  Deno.test(`${what} is read as a policy`, async () => {
    using files = TestFolder.of({ "policy.yaml": text });
    const { inputs } = await readPolicy(files.file("policy.yaml"));
    assert.ok(Array.isArray(inputs), "inputs");
    assert.equal(inputs[0].data_stream.dataset, "aws_bedrock.invocation");
  });
}

const MANIFEST = `---
# Nothing but this comment.
---
kind: ServiceAccount
metadata: { name: agent }
---
${CONFIG_MAP}---
kind: ConfigMap
data: { other.yml: "a: 1" }
---
`;

Deno.test("of a manifest with several documents the one that holds a policy is read", async () => {
  using files = TestFolder.of({ "manifest.yaml": MANIFEST });
  const { inputs } = await readPolicy(files.file("manifest.yaml"));
  assert.equal((inputs as { type: string }[])[0]?.type, "aws-s3");
});

Deno.test("a file without a policy is named, with what is expected", async () => {
  using files = TestFolder.of({
    "other.yaml": 'kind: List\nitems: [{ kind: ConfigMap, data: { agent.yml: "a: 1" } }, 5]\n',
  });
  const { code, stdout, stderr } = await runCli(["convert", files.file("other.yaml")]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^Cannot use the policy: \S+other\.yaml has no inputs: expected elastic-agent\.yml, [^\n]*\n$/);
});

Deno.test("several policies in a file are an error that names their places, and none is taken", async () => {
  using files = TestFolder.of({ "manifest.yaml": `${MANIFEST}${POLICY}` });
  await assert.rejects(readPolicy(files.file("manifest.yaml")), {
    message: `Cannot use the policy: ${files.file("manifest.yaml")} has 2 (document 3, data.agent.yml; document 5): ` +
      "leave one of them in it",
  });
});

Deno.test("a mistake in any document of a manifest is named with its line", async () => {
  using files = TestFolder.of({ "manifest.yaml": "a: 1\n---\nb: [canary\n" });
  await assert.rejects(readPolicy(files.file("manifest.yaml")), (error: Error) => {
    assert.match(error.message, /manifest\.yaml:[34]:\d+ is not YAML/);
    assert.ok(!error.message.includes("canary"));
    return true;
  });
});

Deno.test("a ConfigMap whose policy is no YAML is named with its member, and without its text", async () => {
  using files = TestFolder.of({ "map.yaml": `kind: ConfigMap\ndata: { agent.yml: "inputs: [canary" }\n` });
  await assert.rejects(readPolicy(files.file("map.yaml")), (error: Error) => {
    assert.match(error.message, /map\.yaml: data\.agent\.yml:1:\d+ is not YAML/);
    assert.ok(!error.message.includes("canary"));
    return true;
  });
});

Deno.test("convert names what is a mistake in what it made, whatever the environment holds", async () => {
  const policy = `${
    POLICY.replace("queue_url", "queue_ulr")
  }    access_key_id: \${env.KEY}\n    secret_access_key: canary\n`;
  const { code, stderr } = await runCli(["convert", "-"], { stdin: policy });
  assert.equal(code, 0);
  assert.match(stderr, /^warning: receivers\.awss3: exactly one of queue_url, .* must be set, none is$/m);
  assert.doesNotMatch(stderr, /canary|not set/);
});

Deno.test("convert - reads a policy from standard input", async () => {
  const { code, stdout } = await runCli(["convert", "-"], { stdin: POLICY });
  assert.equal(code, 0);
  assert.match(stdout, /^ {4}queue_url: https:\/\/sqs\.us-east-1\.amazonaws\.com\/012345678901\/q$/m);
});
