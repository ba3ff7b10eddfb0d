import assert from "node:assert/strict";
import { loadProgramConfig } from "../load_config.ts";
import { loadTexts } from "../../../test/world/fake_components.ts";
import { permissionFlags } from "../permission_flags.ts";
import { testFile } from "../../../test/world/folder.ts";

Deno.test("permissions are those of the components in use, of the files and of the variables", async () => {
  const config = await loadTexts([`
receivers: { queue: { queue_url: "\${env:QUEUE_URL:-q}" } }
processors: { map: }
exporters: { send: {}, send/unused: { endpoint: "http://unused:1" }, file/dead: { path: "dead letters,1.jsonl" } }
service: { dead_letter: file/dead, pipelines: { logs: { receivers: [queue], processors: [map], exporters: [send] } } }
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

Deno.test("buckets from which a processor has bodies read are among the hosts of the receivers", async () => {
  using file = testFile(
    `
receivers:
  awss3:
    queue_url: https://sqs.us-east-1.amazonaws.com/123456789012/q
    allowed_buckets: [logs]
    access_key_id: KEY
    secret_access_key: SECRET
processors: { bedrock: { bodies: { allowed_buckets: [large] } }, bedrock/unused: { bodies: { allowed_buckets: [no] } } }
exporters: { debug: {} }
service: { pipelines: { logs: { receivers: [awss3], processors: [bedrock], exporters: [debug] } } }
`,
    ".yaml",
  );
  const [net] = permissionFlags(await loadProgramConfig([file.path]));
  assert.equal(
    net,
    "--allow-net=large.s3.us-east-1.amazonaws.com:443,logs.s3.us-east-1.amazonaws.com:443," +
      "s3.us-east-1.amazonaws.com:443,sqs.us-east-1.amazonaws.com:443",
  );
});

Deno.test("permissions are also those of extensions and of the program's own telemetry, as far as they are in use", async () => {
  const config = await loadTexts([`
receivers: { queue: { queue_url: q } }
processors: { map: }
exporters: { send: {} }
extensions: { watch: {}, watch/unused: { address: "localhost:2" } }
service:
  extensions: [watch]
  telemetry:
    logs: { processors: [{ batch: { exporter: { otlp: { endpoint: "https://logs.example" } } } }] }
    metrics:
      readers:
        - periodic: { exporter: { otlp: { endpoint: "http://metrics.example:4318/v1/metrics" } } }
        - pull: { exporter: { prometheus: { host: "::1" } } }
  pipelines: { logs: { receivers: [queue], processors: [map], exporters: [send] } }
`]);
  assert.equal(
    permissionFlags(config)[0],
    "--allow-net=[::1]:8888,localhost:13133,localhost:4318,logs.example:443,metrics.example:4318,sqs.example:443",
  );
});
