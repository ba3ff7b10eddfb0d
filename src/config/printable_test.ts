import assert from "node:assert/strict";
import { stringify } from "yaml";
import { printable } from "./printable.ts";
import { loadTexts, mistakesOf } from "../../test/world/fake_components.ts";

const TEXT = `
receivers: { queue: { queue_url: "https://user:canary-userinfo@sqs.example/q", secret_access_key: canary-key } }
processors: { map: { fields: { kept: "$\${env:NAME}", region: "\${env:REGION}" } } }
exporters:
  send: { endpoint: "http://\${env:USERINFO}@localhost:4318/", headers: { Authorization: "ApiKey \${env:KEY}", X: "1" } }
service:
  telemetry: { logs: { encoding: console } }
  pipelines: { logs: { receivers: [queue], processors: [map], exporters: [send] } }
`;
const VARIABLES = { REGION: "us-east-1", KEY: "canary-variable", USERINFO: "me:canary-userinfo-variable" };

Deno.test("the printed configuration has every default and no secret", async () => {
  const printed = printable(await loadTexts([TEXT], VARIABLES));
  assert.deepEqual(printed, {
    receivers: {
      queue: {
        queue_url: "https://****@sqs.example/q",
        secret_access_key: "****",
        visibility_timeout: "5m",
        sqs: { wait_time: "20s", max_receive_count: 5 },
      },
    },
    processors: {
      map: { mapping: "ecs", content: "full", tags: [], fields: { kept: "$${env:NAME}", region: "us-east-1" } },
    },
    exporters: {
      send: {
        endpoint: "http://****@localhost:4318/",
        target: "collector",
        headers: { Authorization: "****", X: "****" },
        max_request_bytes: "4MiB",
        timeout: "30s",
      },
    },
    extensions: {},
    service: {
      storage: { directory: "./state" },
      shutdown_timeout: "30s",
      max_in_flight_bytes: "64MiB",
      telemetry: {
        logs: { level: "info", encoding: "text", processors: [] },
        metrics: { level: "normal", readers: [] },
        resource: {},
      },
      extensions: [],
      pipelines: { logs: { receivers: ["queue"], processors: ["map"], exporters: ["send"] } },
    },
  });
});

Deno.test("the printed configuration, read again, prints the same", async () => {
  const once = printable(await loadTexts([TEXT], VARIABLES));
  assert.deepEqual(printable(await loadTexts([stringify(once)])), once);
});

Deno.test("of URLs neither passwords nor the values of a query show: printed, in mistakes and in defaults", async () => {
  const text = TEXT.replace("@localhost:4318/", "@localhost:4318/?token=canary-token&${env:KEY}");
  const [{ exporters }] = [
    printable(await loadTexts([text], VARIABLES)) as { exporters: { send: { endpoint: string } } },
  ];
  assert.equal(exporters.send.endpoint, "http://****@localhost:4318/?token=****&****");
  for (
    const value of [
      "https://h/?token=canary",
      "user:canary@h",
      "https://u:can/ary@h/",
      "${env:NONE:-https://h/?canary}",
    ]
  ) {
    const mistakes = await mistakesOf(TEXT.replace("encoding: console", `level: ${JSON.stringify(value)}`), VARIABLES);
    assert.match(mistakes.join(), /^service\.telemetry\.logs\.level: expected .*\*\*\*\*/);
    assert.doesNotMatch(mistakes.join(), /canary|ary@/);
  }
});
