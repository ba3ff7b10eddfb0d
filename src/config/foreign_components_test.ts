import assert from "node:assert/strict";
import { mistakesOf } from "../../test/world/fake_components.ts";
import { COMPONENTS } from "../components.ts";
import { settingPaths } from "./schema.ts";
import { KINDS } from "./component_table.ts";
import { habitHint, settingHabit } from "./foreign_components.ts";

Deno.test("no component that the program has is taken for another program's", () => {
  for (const kind of KINDS) {
    for (const { type } of COMPONENTS[kind]) assert.equal(habitHint(kind, type), undefined, `${kind}.${type}`);
  }
});

Deno.test("no setting that the program has is taken for another program's, and what the Collector alone has is explained", () => {
  for (const kind of KINDS) {
    for (const { type, schema } of COMPONENTS[kind]) {
      for (const path of settingPaths(schema)) {
        assert.equal(settingHabit([kind, type, ...path]), undefined, path.join("."));
      }
    }
  }
  const queue = ["exporters", "otlp_http", "sending_queue", "enabled"];
  assert.match(settingHabit(queue) ?? "", /^unknown setting; leave it out: no queue is kept/);
  assert.match(settingHabit(["exporters", "elasticsearch", "tls", "insecure"]) ?? "", /http:\/\/ endpoint/);
});

Deno.test("who writes a configuration as for the Collector hears what is done here instead", async () => {
  const mistakes = await mistakesOf(`
receivers: { queue: { queue_url: https://sqs.example/q }, otlp: { protocols: { http: } } }
processors: { map: , memory_limiter: { limit_mib: 400 }, batch/large: { timeout: 1s } }
exporters: { send: , otlp: { endpoint: "collector:4317" } }
service: { pipelines: { logs: { receivers: [queue], processors: [map, batch], exporters: [send, otlphttp] } } }
`);
  assert.deepEqual(mistakes.sort(), [
    "exporters.otlp: unknown component type otlp; OTLP over gRPC is not spoken: use otlp_http, usually with port 4318 instead of 4317",
    "processors.batch/large: unknown component type batch; leave it out: exporters batch themselves " +
    "(sending_queue.batch of otlp_http)",
    "processors.memory_limiter: unknown component type memory_limiter; leave it out: service.max_in_flight_bytes bounds " +
    "what is held in memory",
    "receivers.otlp: unknown component type otlp; nothing is received over OTLP here: this program reads AWS and sends to a " +
    "Collector",
    "service.pipelines.logs.exporters[1]: otlphttp is not defined in exporters; it is called otlp_http here, as in newer Collectors",
    "service.pipelines.logs.processors[1]: batch is not defined in processors; leave it out: exporters batch themselves " +
    "(sending_queue.batch of otlp_http)",
  ]);
});
