import assert from "node:assert/strict";
import { z } from "zod";
import { signalUrl } from "../telemetry/otlp.ts";
import { telemetrySchema } from "./telemetry.ts";

function mistakes(settings: unknown): string[] {
  const result = telemetrySchema.safeParse(settings);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const otlp = { endpoint: "http://localhost:4318" };

Deno.test("service.telemetry takes what the Collector takes, a number of milliseconds included", () => {
  const settings = {
    logs: { level: "info", encoding: "json", processors: [{ batch: { exporter: { otlp } } }] },
    metrics: {
      level: "detailed",
      readers: [
        {
          periodic: {
            interval: 30000,
            exporter: { otlp: { ...otlp, protocol: "http/protobuf", headers: { a: "b" } } },
          },
        },
        { pull: { exporter: { prometheus: { host: "0.0.0.0", port: 8888 } } } },
      ],
    },
    resource: { "service.name": "mine" },
  };
  const parsed = telemetrySchema.parse(settings);
  assert.equal(parsed.metrics.readers[0]?.periodic?.interval, 30_000);
  assert.deepEqual(telemetrySchema.parse(z.encode(telemetrySchema, parsed)), parsed, "written back it is the same");
});

Deno.test("nothing is opened and nothing sent by default, and Prometheus reads on this machine only", () => {
  const { metrics, logs } = telemetrySchema.parse({});
  assert.deepEqual([metrics.readers, logs.processors], [[], []]);
  const [reader] = telemetrySchema.parse({ metrics: { readers: [{ pull: { exporter: { prometheus: {} } } }] } }).metrics
    .readers;
  assert.deepEqual(reader?.pull?.exporter.prometheus, { host: "localhost", port: 8888, without_scope_info: true });
});

Deno.test("a reader is one of both kinds, and an endpoint is a URL without a password", () => {
  const both = { periodic: { exporter: { otlp } }, pull: { exporter: { prometheus: {} } } };
  assert.deepEqual(mistakes({ metrics: { readers: [both] } }), [
    "metrics.readers.0: expected either periodic or pull",
  ]);
  assert.deepEqual(mistakes({ metrics: { readers: [{}] } }), ["metrics.readers.0: expected either periodic or pull"]);
  const secret = mistakes({
    metrics: { readers: [{ periodic: { exporter: { otlp: { endpoint: "http://me:canary@x" } } } }] },
  });
  assert.match(secret.join(), /expected a URL without user:password@/);
  assert.doesNotMatch(secret.join(), /canary/);
  assert.match(
    mistakes({ metrics: { readers: [{ periodic: { exporter: { otlp: { endpoint: "x" } } } }] } }).join(),
    /URL/,
  );
});

Deno.test("an endpoint with a path is used as given", () => {
  assert.equal(signalUrl("http://localhost:4318", "metrics"), "http://localhost:4318/v1/metrics");
  assert.equal(signalUrl("http://localhost:4318/", "logs"), "http://localhost:4318/v1/logs");
  assert.equal(signalUrl("http://localhost:4318/own/v1/logs", "logs"), "http://localhost:4318/own/v1/logs");
});
