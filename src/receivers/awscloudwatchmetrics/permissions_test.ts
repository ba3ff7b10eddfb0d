import assert from "node:assert/strict";
import { awscloudwatchmetricsSchema } from "./config.ts";
import { metricsPermissions } from "./permissions.ts";

function hosts(settings: Record<string, unknown>): string[] {
  const keys = { access_key_id: "KEY", secret_access_key: "SECRET" };
  return [...metricsPermissions(awscloudwatchmetricsSchema.parse({ ...keys, ...settings })).net ?? []].sort();
}

Deno.test("permissions name CloudWatch and STS in every region", () => {
  assert.deepEqual(hosts({ regions: ["us-east-1", "cn-north-1"] }), [
    "monitoring.cn-north-1.amazonaws.com.cn:443",
    "monitoring.us-east-1.amazonaws.com:443",
    "sts.cn-north-1.amazonaws.com.cn:443",
    "sts.us-east-1.amazonaws.com:443",
  ]);
  assert.deepEqual(hosts({ regions: ["us-west-2"], fips_enabled: true, tags_filter: [{ key: "a", value: "b" }] }), [
    "monitoring-fips.us-west-2.amazonaws.com:443",
    "sts-fips.us-west-2.amazonaws.com:443",
    "tagging-fips.us-west-2.amazonaws.com:443",
  ]);
  assert.deepEqual(hosts({ regions: ["us-east-1"], endpoint: "http://127.0.0.1:4566" }), ["127.0.0.1:4566"]);
  const elsewhere = { endpoint: "http://127.0.0.1:4566", sts_endpoint: "http://127.0.0.1:4567" };
  assert.deepEqual(hosts({ regions: ["us-east-1"], ...elsewhere }), ["127.0.0.1:4566", "127.0.0.1:4567"]);
});
