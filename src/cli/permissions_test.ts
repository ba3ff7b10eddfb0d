import assert from "node:assert/strict";
import { loadTexts } from "../config/testing.ts";
import { permissionFlags } from "./permissions.ts";

Deno.test("permissions are those of the components in use, of the files and of the variables", async () => {
  const config = await loadTexts([`
receivers: { queue: { queue_url: "\${env:QUEUE_URL:-q}" } }
exporters: { send: {}, send/unused: { endpoint: "http://unused:1" }, file/dead: { path: "dead letters,1.jsonl" } }
service: { dead_letter: file/dead, pipelines: { logs: { receivers: [queue], exporters: [send] } } }
`]);
  assert.deepEqual(permissionFlags({ ...config, files: ["b.yaml", "a.yaml"] }), [
    "--allow-net=localhost:4318,sqs.example:443",
    "--allow-read=a.yaml,b.yaml,'dead letters,,1.jsonl'",
    "--allow-write='dead letters,,1.jsonl'",
    "--allow-env=AWS_REGION,QUEUE_URL",
    "--allow-sys=osRelease",
    "--ignore-env",
    "--no-prompt",
  ]);
});
