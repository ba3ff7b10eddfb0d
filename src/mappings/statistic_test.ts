import assert from "node:assert/strict";
import { isStatistic, isSum, snakeCase } from "./statistic.ts";

Deno.test("statistics are CloudWatch's own and percentiles", () => {
  for (const text of ["Sum", "Average", "SampleCount", "p99", "p99.9", "p100", "tm90", "IQM", "p0"]) {
    assert.ok(isStatistic(text), text);
  }
  for (const text of ["Median", "sum", "p101", "p", "99", "P99", ""]) assert.ok(!isStatistic(text), text);
  assert.deepEqual(["Sum", "SampleCount", "Average", "p99"].filter(isSum), ["Sum", "SampleCount"]);
});

const NAMES = {
  InvocationLatency: "invocation_latency",
  EstimatedTPMQuotaUsage: "estimated_tpm_quota_usage",
  ModelInvocationLogsS3DeliverySuccess: "model_invocation_logs_s3_delivery_success",
  "p99.9": "p99_9",
  "odd name/%": "odd_name_",
};

for (const [name, expected] of Object.entries(NAMES)) {
  Deno.test(`${name} becomes ${expected}`, () => assert.equal(snakeCase(name), expected));
}
