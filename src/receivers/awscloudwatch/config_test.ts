import assert from "node:assert/strict";
import { awscloudwatchProblems, awscloudwatchSchema, regionOf } from "./config.ts";
import { awscloudwatchPermissions } from "./permissions.ts";

const GROUP = { log_group_name: "/aws/bedrock/invocations" };
const ARN = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/bedrock/invocations";
const KEYS = { access_key_id: "KEY", secret_access_key: "SECRET" };

function problems(settings: Record<string, unknown>): string[] {
  return awscloudwatchProblems(awscloudwatchSchema.parse(settings)).map(({ path, message }) => `${path}: ${message}`);
}

Deno.test("a group alone is a whole configuration, with the Agent's defaults", () => {
  const config = awscloudwatchSchema.parse(GROUP);
  assert.deepEqual(awscloudwatchProblems(config), []);
  const { start_position, scan_frequency, latency, overlap, sweep, api_sleep, api_timeout, number_of_workers } = config;
  assert.deepEqual([start_position, number_of_workers], ["beginning", 1]);
  assert.deepEqual([scan_frequency, latency, overlap, api_sleep, api_timeout], [60_000, 60_000, 600_000, 200, 120_000]);
  assert.deepEqual(sweep, { every: 3_600_000, window: 10_800_000 });
});

Deno.test("the region is the ARN's, then region_name, region, default_region", () => {
  const region = (settings: Record<string, unknown>) => regionOf(awscloudwatchSchema.parse(settings));
  assert.equal(region({ log_group_arn: `${ARN}:*`, default_region: "us-east-1" }), "eu-central-1");
  assert.equal(region({ ...GROUP, region_name: "us-west-2", default_region: "us-east-1" }), "us-west-2");
  assert.equal(region({ ...GROUP, region: "us-west-2", default_region: "us-east-1" }), "us-west-2");
  assert.equal(region({ ...GROUP, default_region: "us-east-1" }), "us-east-1");
  assert.equal(region(GROUP), undefined);
});

const WAYS = "exactly one of log_group_arn, log_group_name, log_group_name_prefix must be set";
const PROBLEMS = [
  {
    settings: { ...GROUP, region_name: "us-esat-1" },
    problem: "region_name: expected a region of AWS, got us-esat-1; did you mean us-east-1",
  },
  {
    settings: { log_group_arn: ARN.replace("central", "cental") },
    problem: "log_group_arn: expected a region of AWS, got eu-cental-1; did you mean eu-central-1",
  },
  { settings: {}, problem: `: ${WAYS}, none is` },
  { settings: { ...GROUP, log_group_arn: ARN }, problem: `: ${WAYS}, log_group_arn and log_group_name are` },
  {
    settings: { ...GROUP, include_linked_accounts_for_prefix_mode: true },
    problem: "include_linked_accounts_for_prefix_mode: needs log_group_name_prefix beside it; " +
      "a single group of another account is named by log_group_arn",
  },
  {
    settings: { ...GROUP, log_streams: ["a"], log_stream_prefix: "a" },
    problem: "log_stream_prefix: excludes log_streams: set one of them",
  },
  {
    settings: { ...GROUP, region_name: "us-east-1", region: "us-east-2" },
    problem: "region_name: is us-east-1, but region is us-east-2: set only one",
  },
  {
    settings: { log_group_arn: ARN, region: "us-east-2" },
    problem: "region: is us-east-2, but log_group_arn is in eu-central-1: leave it out",
  },
  {
    settings: { ...GROUP, sweep: { every: "1h", window: "1h5m" } },
    problem: "sweep.window: expected at least sweep.every and overlap together",
  },
  { settings: { ...GROUP, external_id: "x" }, problem: "external_id: needs role_arn beside it" },
];

for (const { settings, problem } of PROBLEMS) {
  Deno.test(`${JSON.stringify(settings)} is refused: ${problem}`, () => {
    assert.deepEqual(problems(settings), [problem]);
  });
}

const REFUSED = [
  { log_group_arn: "arn:aws:s3:::bucket" },
  { log_group_arn: "/aws/bedrock/invocations" },
  { log_group_arn: `${ARN}:log-stream:one` },
  { ...GROUP, start_position: "middle" },
  { ...GROUP, scan_frequency: "0s" },
  { ...GROUP, log_streams: [] },
  { ...GROUP, log_streams: Array.from({ length: 101 }, (_, i) => `s${i}`) },
  { ...GROUP, number_of_workers: 0 },
  { ...GROUP, large_data_bucket: "arn:aws:s3:::bodies" },
  { ...GROUP, large_data_bucket: "s3://bodies/prefix" },
  { ...GROUP, unknown: 1 },
];

for (const settings of REFUSED) {
  Deno.test(`${JSON.stringify(settings).slice(0, 80)} is refused by the schema`, () => {
    assert.equal(awscloudwatchSchema.safeParse(settings).success, false);
  });
}

const HOSTS = [
  { settings: { log_group_arn: ARN }, hosts: ["logs.eu-central-1.amazonaws.com:443"] },
  { settings: { ...GROUP, region: "cn-north-1" }, hosts: ["logs.cn-north-1.amazonaws.com.cn:443"] },
  {
    settings: { ...GROUP, region_name: "us-east-1", fips_enabled: true, large_data_bucket: "bodies" },
    hosts: ["logs-fips.us-east-1.amazonaws.com:443", "bodies.s3-fips.us-east-1.amazonaws.com:443"],
  },
  {
    settings: { ...GROUP, endpoint: "http://127.0.0.1:4566", large_data_bucket: "bodies" },
    hosts: ["127.0.0.1:4566"],
  },
];

Deno.test("buckets of bodies are needed where bodies are read", () => {
  const net = (settings: Record<string, unknown>) => {
    const config = awscloudwatchSchema.parse({ log_group_arn: ARN, ...settings, ...KEYS });
    return awscloudwatchPermissions(config, { bodyBuckets: ["more"] }).net?.slice(1);
  };
  assert.deepEqual(net({}), []);
  assert.deepEqual(net({ large_data_bucket: "bodies" }), [
    "bodies.s3.eu-central-1.amazonaws.com:443",
    "more.s3.eu-central-1.amazonaws.com:443",
  ]);
});

for (const { settings, hosts } of HOSTS) {
  Deno.test(`${JSON.stringify(settings)} needs ${hosts.join(" and ")}`, () => {
    const permissions = awscloudwatchPermissions(awscloudwatchSchema.parse({ ...settings, ...KEYS }));
    assert.deepEqual(permissions.net, hosts);
    assert.deepEqual(permissions.read, []);
  });
}
