import assert from "node:assert/strict";
import { stringify } from "yaml";
import { COMPONENTS } from "../../../components.ts";
import { loadProgramConfig } from "../../load_config.ts";
import { parseYaml, type Tree, valueAt, withoutLoss } from "../../../config/yaml_files.ts";
import { convertPolicy } from "./convert.ts";
import { withoutSecrets } from "./secrets.ts";
import { testFile } from "../../../../test/world/folder.ts";

function convert(yaml: string) {
  return convertPolicy(withoutLoss(parseYaml(yaml, "elastic-agent.yml")), COMPONENTS);
}

/** The policy is run as it is: everything that it becomes has to be valid. */
async function load(policy: Tree, variables: Readonly<Record<string, string>> = {}) {
  using file = testFile(JSON.stringify(policy), ".yml");
  return await loadProgramConfig([], { agentPolicy: file.path, environment: (name) => variables[name] });
}

/** As the integration renders it: dotted names, an output, settings of the Agent's own. */
const POLICY = `
id: elastic-agent-standalone
revision: 3
outputs:
  default: { type: elasticsearch, hosts: ["https://es.example:9200"], api_key: "canary-output-key" }
inputs:
  - id: aws-s3-aws_bedrock
    type: aws-s3
    use_output: default
    data_stream: { namespace: prod }
    meta: { package: { name: aws_bedrock, version: 1.6.0 } }
    streams:
      - id: aws-s3-aws_bedrock.invocation-1
        data_stream.dataset: aws_bedrock.invocation
        queue_url: https://sqs.us-east-1.amazonaws.com/123456789012/bedrock
        sqs.max_receive_count: 7
        sqs.wait_time: 10s
        max_number_of_messages: 5
        access_key_id: "\${env.ACCESS_KEY}"
        secret_access_key: "\${SECRET_KEY}"
        default_region: "\${env.REGION|'us-east-1'}"
        buffer_size: 16KiB
        tags: [preserve_original_event, preserve_duplicate_custom_fields, forwarded]
        publisher_pipeline.disable_host: true
        processors:
          - add_fields: { target: labels, fields: { team: ml, cost: { center: 7 } } }
          - add_tags: { tags: [bedrock] }
          - drop_event: { when: { equals: { aws.region: x } } }
  - type: aws/metrics
    streams:
      - data_stream.dataset: aws_bedrock.runtime
        metricsets: [cloudwatch]
        period: 5m
        regions: [us-east-1]
        metrics:
          - { namespace: AWS/Bedrock, statistic: [Average], name: [InvocationLatency] }
          - { namespace: AWS/Bedrock, statistic: [Sum, Maximum], name: [InputTokenCount] }
      - data_stream.dataset: aws_bedrock.guardrails
        period: 5m
        regions: [us-east-1]
        metrics:
          - { namespace: AWS/Bedrock/Guardrails, statistic: [sum], name: [Invocations] }
  - type: system/metrics
    streams: []
  - type: aws-s3
    streams:
      - { data_stream.dataset: aws.cloudtrail, queue_url: x }
      - { data_stream.dataset: aws_bedrock.invocation, queue_url: x, enabled: false }
`;

Deno.test("a policy of the integration becomes receivers, processors and pipelines", () => {
  assert.deepEqual(convert(POLICY).config, {
    receivers: {
      awss3: {
        queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock",
        sqs: { max_receive_count: 7, wait_time: "10s" },
        access_key_id: "${env:ACCESS_KEY}",
        secret_access_key: "${env:SECRET_KEY}",
        default_region: "${env:REGION:-us-east-1}",
        number_of_workers: 5,
      },
      "awscloudwatchmetrics/1": {
        mapping: "integration",
        namespaces: ["AWS/Bedrock"],
        metrics: { InputTokenCount: ["Sum", "Maximum"] },
        period: "5m",
        regions: ["us-east-1"],
      },
      "awscloudwatchmetrics/2": {
        mapping: "integration",
        namespaces: ["AWS/Bedrock/Guardrails"],
        period: "5m",
        regions: ["us-east-1"],
      },
    },
    processors: {
      bedrock: {
        mapping: "raw",
        namespace: "prod",
        tags: ["preserve_duplicate_custom_fields", "forwarded", "bedrock"],
        preserve_original_event: true,
        fields: { "labels.team": "ml", "labels.cost.center": 7 },
      },
    },
    exporters: {
      elasticsearch: { endpoints: ["https://es.example:9200"], api_key: "canary-output-key" },
      "file/dead_letter": { path: "./dead_letter.jsonl" },
    },
    extensions: { health_check: {} },
    service: {
      dead_letter: "file/dead_letter",
      extensions: ["health_check"],
      pipelines: {
        logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["elasticsearch"] },
        "metrics/1": { receivers: ["awscloudwatchmetrics/1"], exporters: ["elasticsearch"] },
        "metrics/2": { receivers: ["awscloudwatchmetrics/2"], exporters: ["elasticsearch"] },
      },
    },
  });
});

Deno.test("everything of a policy that is not carried over is named once, and no secret shows", () => {
  const { warnings } = convert(POLICY);
  const paths = warnings.map((warning) => warning.split(":", 1)[0]);
  assert.deepEqual(paths, [
    "inputs[2]",
    "inputs[3].streams[0]",
    "inputs[3].streams[1]",
    "inputs[0].streams[0].processors[2]",
    "inputs[0].streams[0].buffer_size",
    "inputs[1].streams[0].metrics",
    "inputs[1].streams[1].metrics",
  ]);
  assert.doesNotMatch(warnings.join("\n"), /canary/);
});

Deno.test("a policy is valid as it is, with its references from the environment", async () => {
  const policy = withoutLoss(parseYaml(POLICY, "elastic-agent.yml"));
  const config = await load(policy, { ACCESS_KEY: "id", SECRET_KEY: "secret" });
  assert.deepEqual([...config.receivers.keys()], ["awss3", "awscloudwatchmetrics/1", "awscloudwatchmetrics/2"]);
  assert.deepEqual([...config.variables].sort(), [
    "ACCESS_KEY",
    "REGION",
    "SECRET_KEY",
  ]);
  await assert.rejects(load(policy), /environment variable ACCESS_KEY is not set/);
});

Deno.test("references of the Agent become references of ours, and its dollars stay", () => {
  const endpoint = (value: string) => {
    const stream = { "data_stream.dataset": "aws_bedrock.invocation", queue_url: "https://q/1/2", endpoint: value };
    const { config, warnings } = convertPolicy({ inputs: [{ type: "aws-s3", streams: [stream] }] }, COMPONENTS);
    return [valueAt(config, ["receivers", "awss3", "endpoint"]), warnings.length];
  };
  assert.deepEqual(endpoint("${HOST}"), ["${env:HOST}", 0]);
  assert.deepEqual(endpoint("http://${env.HOST}:${env.PORT|'9000'}/$x"), [
    "http://${env:HOST}:${env:PORT:-9000}/$x",
    0,
  ]);
  assert.deepEqual(endpoint("${HOST:http://localhost}"), ["${env:HOST:-http://localhost}", 0]);
  assert.deepEqual(endpoint("$${HOST}"), ["$${HOST}", 0]);
  assert.deepEqual(endpoint("a$${b$$c$"), ["a$${b$$$c$", 0]);
  assert.deepEqual(endpoint("a$${HOST}$"), ["a$${HOST}$", 0]);
  assert.deepEqual(endpoint("a$x${HOST}"), ["a$x${env:HOST}", 0]);
  // A setting that is nothing but what cannot be known is left out.
  assert.deepEqual(endpoint("${kubernetes.pod.ip}"), [undefined, 1]);
  assert.deepEqual(endpoint("$co.elastic.secret{Zx_1-a}"), ["${env:AWSS3_ENDPOINT}", 1]);
  assert.deepEqual(endpoint("http://${kubernetes.pod.ip}"), ["http://", 1]);
  assert.deepEqual(endpoint("${kubernetes.host|env.HOST|'x$$y'}"), ["${env:HOST:-x$$y}", 1]);
  assert.deepEqual(endpoint("${kubernetes.host|'http://x'}"), ["http://x", 1]);
});

const QUEUE = {
  "data_stream.dataset": "aws_bedrock.invocation",
  queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/q",
};
const LISTING = { "data_stream.dataset": "aws_bedrock.invocation", bucket_arn: "arn:aws:s3:::logs" };
const SINCE = { start_timestamp: "2026-01-01T00:00:00Z" };
const GROUP = {
  "data_stream.dataset": "aws_bedrock.invocation",
  log_group_name: "/aws/bedrock",
  region_name: "us-east-1",
  start_position: "end",
};
const METRICS = { "data_stream.dataset": "aws_bedrock.runtime", period: "5m", regions: ["us-east-1"] };

/** Settings that every input has. */
const COMMON: Tree = {
  access_key_id: "id",
  secret_access_key: "secret",
  session_token: "token",
  role_arn: "arn:aws:iam::123456789012:role/reader",
  external_id: "x",
  shared_credential_file: "/etc/aws/credentials",
  credential_profile_name: "reader",
  default_region: "us-east-1",
  endpoint: "https://aws.example",
  fips_enabled: true,
  proxy_url: "http://proxy.example:3128",
  api_timeout: "60s",
};

/** What some settings are valid only with. */
const TOGETHER: Readonly<Record<string, Tree>> = {
  access_key_id: { secret_access_key: "secret" },
  secret_access_key: { access_key_id: "id" },
  session_token: { access_key_id: "id", secret_access_key: "secret" },
  external_id: { role_arn: COMMON["role_arn"] },
  fips_enabled: { endpoint: undefined },
  owning_account: { include_linked_accounts: true },
  log_stream_prefix: { log_streams: undefined },
};

interface Input {
  readonly type: string;
  readonly receiver: string;
  readonly base: Tree;
  /** Every setting of the Agent's input. */
  readonly settings: Tree;
  /** Settings that are not carried over. */
  readonly named: Tree;
}

const INPUTS: readonly Input[] = [
  {
    type: "aws-s3",
    receiver: "awss3",
    base: QUEUE,
    settings: {
      ...COMMON,
      region: "us-east-1",
      visibility_timeout: "300s",
      sqs: { max_receive_count: 3, wait_time: "5s" },
      number_of_workers: 3,
      file_selectors: [{ regex: "\\.json$", expand_event_list_from_field: "Records" }],
      max_bytes: "1MiB",
      include_s3_metadata: ["last-modified"],
      path_style: true,
      expand_event_list_from_field: "Records",
    },
    named: {
      buffer_size: "16KiB",
      content_type: "application/json",
      encoding: "plain",
      provider: "aws",
      ssl: {},
      nonsense: 1,
    },
  },
  {
    type: "aws-s3",
    receiver: "awss3",
    base: { ...LISTING, ...SINCE },
    settings: {
      bucket_list_interval: "60s",
      bucket_list_prefix: "AWSLogs/",
      start_timestamp: "2026-01-01T00:00:00Z",
      ignore_older: "48h",
      number_of_workers: 3,
    },
    named: {},
  },
  {
    type: "aws-cloudwatch",
    receiver: "awscloudwatch",
    base: GROUP,
    settings: {
      ...COMMON,
      log_streams: ["a"],
      log_stream_prefix: "a",
      start_position: "end",
      scan_frequency: "30s",
      api_sleep: "300ms",
      latency: "2m",
      number_of_workers: 2,
    },
    named: { nonsense: 1 },
  },
  {
    type: "aws/metrics",
    receiver: "awscloudwatchmetrics",
    base: METRICS,
    settings: {
      ...COMMON,
      data_granularity: "1m",
      latency: "5m",
      tags_filter: [{ key: "team", value: "ml" }],
      include_linked_accounts: true,
      owning_account: "123456789012",
    },
    named: { tags: ["mine"], nonsense: 1 },
  },
];

for (const { type, receiver, base, settings, named } of INPUTS) {
  for (const [name, value] of Object.entries(settings)) {
    Deno.test(`the setting ${name} of ${type} is carried over`, async () => {
      const stream = { ...base, ...TOGETHER[name], [name]: value };
      const policy = { inputs: [{ type, streams: [stream] }] };
      const { config, warnings } = convertPolicy(policy, COMPONENTS);
      assert.deepEqual(valueAt(config, ["receivers", receiver, name]), value);
      assert.deepEqual(warnings, []);
      await load(policy);
    });
  }
  for (const [name, value] of Object.entries(named)) {
    Deno.test(`the setting ${name} of ${type} is named in one warning`, async () => {
      const policy = { inputs: [{ type, streams: [{ ...base, [name]: value }] }] };
      const { warnings } = convertPolicy(policy, COMPONENTS);
      assert.equal(warnings.length, 1);
      assert.ok((warnings[0] ?? "").startsWith(`inputs[0].streams[0].${name}: not carried over: `));
      await load(policy);
    });
  }
}

const SELECTORS: readonly (readonly [type: string, receiver: string, selector: Tree])[] = [
  ["aws-s3", "awss3", {
    access_point_arn: "arn:aws:s3:us-east-1:123456789012:accesspoint/logs",
    ...SINCE,
  }],
  ["aws-s3", "awss3", { non_aws_bucket_name: "logs", endpoint: "https://minio.example", ...SINCE }],
  ["aws-cloudwatch", "awscloudwatch", {
    log_group_arn: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/bedrock",
    start_position: "end",
  }],
  ["aws-cloudwatch", "awscloudwatch", {
    log_group_name_prefix: "/aws/",
    include_linked_accounts_for_prefix_mode: true,
    region_name: "us-east-1",
    start_position: "end",
  }],
];

for (const [type, receiver, selector] of SELECTORS) {
  Deno.test(`${Object.keys(selector)[0]} of ${type} is carried over`, async () => {
    const policy = { inputs: [{ type, streams: [{ "data_stream.dataset": "aws_bedrock.invocation", ...selector }] }] };
    const { config, warnings } = convertPolicy(policy, COMPONENTS);
    assert.deepEqual(valueAt(config, ["receivers", receiver]), selector);
    assert.deepEqual(warnings, []);
    await load(policy);
  });
}

const REPEATS: readonly (readonly [type: string, stream: Tree, named: string[]])[] = [
  ["aws-cloudwatch", { ...GROUP, start_position: "beginning" }, ["start_position"]],
  ["aws-cloudwatch", { ...GROUP, start_position: "lastSync" }, ["start_position"]],
  ["aws-cloudwatch", { ...GROUP, start_position: "" }, ["start_position"]],
  ["aws-cloudwatch", GROUP, []],
  ["aws-s3", LISTING, ["start_timestamp"]],
  ["aws-s3", { ...LISTING, ...SINCE }, []],
  ["aws-s3", QUEUE, []],
];

for (const [type, stream, expected] of REPEATS) {
  const { "data_stream.dataset": _, region_name: __, ...shown } = stream;
  Deno.test(`what the Agent delivered of ${JSON.stringify(shown)} is told to come ${expected.length > 0 ? "again" : "once"}`, async () => {
    const { named } = await ofStream(type, stream);
    assert.deepEqual(named, expected);
  });
}

/** The paths that the warnings about a stream begin with, and the configuration. */
async function ofStream(type: string, stream: Tree) {
  const { config, warnings } = convertPolicy({ inputs: [{ type, streams: [stream] }] }, COMPONENTS);
  await load({ inputs: [{ type, streams: [stream] }] });
  const start = "inputs[0].streams[0].";
  return { config, named: warnings.map((warning) => warning.split(":", 1)[0]?.replace(start, "")) };
}

Deno.test("no secret shows in what is converted for a file, not even as the default of a variable", () => {
  for (
    const secret of [
      "canary",
      "${env.KEY|'canary'}",
      "${KEY:canary}",
      "${env.KEY}canary",
      "${kubernetes_secrets.default.aws|env.KEY|'canary'}",
    ]
  ) {
    const stream = { ...QUEUE, access_key_id: "id", secret_access_key: secret };
    const { config, warnings } = convertPolicy({ inputs: [{ type: "aws-s3", streams: [stream] }] }, COMPONENTS);
    const shown = withoutSecrets(config, { table: COMPONENTS, warn: () => {} });
    assert.doesNotMatch(JSON.stringify(shown) + warnings.join(), /canary/, secret);
    assert.equal(valueAt(shown, ["receivers", "awss3", "secret_access_key"]), "${env:AWSS3_SECRET_ACCESS_KEY}");
  }
});

Deno.test("a header's value and a URL's password are secrets too, and become variables", () => {
  const output = {
    type: "elasticsearch",
    hosts: ["https://es.example", "https://user:canary@es.example"],
    headers: { "X-Key": "canary", "X-Open": "${env.OPEN}", Authorization: "ApiKey ${env.KEY}" },
  };
  const stream = { ...QUEUE, endpoint: "https://user:canary@s3.example" };
  const inputs = [{ type: "aws-s3", streams: [stream] }];
  const { config, warnings } = convertPolicy({ outputs: { default: output }, inputs }, COMPONENTS);
  const said: string[] = [];
  const shown = withoutSecrets(config, { table: COMPONENTS, warn: (warning) => said.push(warning) });
  assert.doesNotMatch(JSON.stringify(shown) + warnings.join() + said.join(), /canary/);
  assert.equal(valueAt(shown, ["receivers", "awss3", "endpoint"]), "${env:AWSS3_ENDPOINT}");
  assert.deepEqual(valueAt(shown, ["exporters", "elasticsearch", "endpoints"]), [
    "https://es.example:9200",
    "${env:ELASTICSEARCH_ENDPOINTS_1}",
  ]);
  assert.deepEqual(valueAt(shown, ["exporters", "elasticsearch", "headers"]), {
    "X-Key": "${env:ELASTICSEARCH_HEADERS_X_KEY}",
    "X-Open": "${env:OPEN}",
    Authorization: "ApiKey ${env:KEY}",
  });
});

Deno.test("a secret that Fleet keeps becomes a variable, and a warning says what to set", async () => {
  const stream = { ...QUEUE, access_key_id: "id", secret_access_key: "$co.elastic.secret{Zx_1-a}" };
  const policy = {
    outputs: { default: { type: "elasticsearch", hosts: ["https://es.example"] } },
    inputs: [{ type: "aws-s3", streams: [stream] }],
  };
  const { config, warnings } = convertPolicy(policy, COMPONENTS);
  assert.equal(valueAt(config, ["receivers", "awss3", "secret_access_key"]), "${env:AWSS3_SECRET_ACCESS_KEY}");
  assert.deepEqual(warnings, [
    "outputs.default.api_key: is not in the policy: set the environment variable ELASTIC_API_KEY",
    "inputs[0].streams[0].secret_access_key: is a secret that Fleet keeps: set the environment variable " +
    "AWSS3_SECRET_ACCESS_KEY",
  ]);
  await load(policy, { ELASTIC_API_KEY: "a2V5", AWSS3_SECRET_ACCESS_KEY: "secret" });
});

Deno.test("each stream goes to the output that its input uses", async () => {
  const output = (host: string) => ({ type: "elasticsearch", hosts: [`https://${host}`], api_key: "id:key" });
  const policy = {
    outputs: { default: output("a.example"), "4f1c-b2": output("b.example"), other: { type: "kafka" } },
    inputs: [
      { type: "aws-s3", use_output: "4f1c-b2", streams: [QUEUE] },
      { type: "aws/metrics", streams: [METRICS] },
    ],
  };
  const { config, warnings } = convertPolicy(policy, COMPONENTS);
  assert.deepEqual(valueAt(config, ["service", "pipelines", "logs", "exporters"]), ["elasticsearch/4f1c-b2"]);
  assert.deepEqual(valueAt(config, ["service", "pipelines", "metrics", "exporters"]), ["elasticsearch"]);
  const endpoints = valueAt(config, ["exporters", "elasticsearch/4f1c-b2", "endpoints"]);
  assert.deepEqual(endpoints, ["https://b.example:9200"]);
  assert.deepEqual(warnings, ["outputs.other (kafka): left out, as no input of Amazon Bedrock uses it"]);
  await load(policy);
});

Deno.test("the key of the only output is asked for by the name that all examples have", () => {
  const shown = withoutSecrets(convert(POLICY).config, { table: COMPONENTS, warn: () => {} });
  assert.equal(valueAt(shown, ["exporters", "elasticsearch", "api_key"]), "${env:ELASTIC_API_KEY}");
});

Deno.test("settings inside of others that are not known here are named, the others carried over", async () => {
  const { config, named } = await ofStream("aws-s3", {
    ...QUEUE,
    sqs: { max_receive_count: 3, notification_parsing_script: { source: "x" } },
    file_selectors: [{ regex: "a", parsers: [], buffer_size: "16KiB" }, { regex: "b" }],
  });
  assert.deepEqual(valueAt(config, ["receivers", "awss3", "sqs"]), { max_receive_count: 3 });
  assert.deepEqual(valueAt(config, ["receivers", "awss3", "file_selectors"]), [{ regex: "a" }, { regex: "b" }]);
  assert.deepEqual(named, [
    "sqs.notification_parsing_script",
    "file_selectors[0].parsers",
    "file_selectors[0].buffer_size",
  ]);
});

Deno.test("what was not filled in is left out, and what cannot be known is named", async () => {
  const { config, named } = await ofStream("aws-s3", {
    ...QUEUE,
    default_region: "${kubernetes.node.region}",
    proxy_url: "",
    file_selectors: [],
    tags: ["a", "${kubernetes.labels.team}"],
    processors: [{ add_fields: { fields: { names: ["a", "b"] } } }, { add_fields: { fields: { name: "a" } } }],
  });
  assert.deepEqual(valueAt(config, ["receivers", "awss3"]), { queue_url: QUEUE.queue_url });
  assert.deepEqual(valueAt(config, ["processors", "bedrock"]), {
    mapping: "raw",
    tags: ["a"],
    fields: { "fields.name": "a" },
  });
  assert.deepEqual(named, ["processors[0]", "default_region", "tags[1]"]);
});

Deno.test("metrics that name no namespace, or a statistic and no metric, are named", async () => {
  const { config, named } = await ofStream("aws/metrics", {
    ...METRICS,
    metrics: [{ statistic: ["Sum"] }, { namespace: "AWS/Bedrock", statistic: ["Sum"] }],
  });
  assert.deepEqual(valueAt(config, ["receivers", "awscloudwatchmetrics", "namespaces"]), ["AWS/Bedrock"]);
  assert.deepEqual(named, ["metrics[0]", "metrics[1].statistic"]);
});

Deno.test("the metrics of the integration of AgentCore are read into its data stream", async () => {
  const { config, named } = await ofStream("aws/metrics", {
    ...METRICS,
    "data_stream.dataset": "aws_bedrock_agentcore.metrics",
    metrics: [
      { namespace: "AWS/Bedrock-AgentCore", statistic: ["Sum"], name: ["Sessions", "TargetType.MCP"] },
      { namespace: "AWS/Bedrock-AgentCore", statistic: ["Average"], name: ["Latency"] },
    ],
  });
  const receiver = valueAt(config, ["receivers", "awscloudwatchmetrics"]) as Record<string, unknown>;
  assert.deepEqual([receiver["namespaces"], receiver["metrics"]], [["AWS/Bedrock-AgentCore"], undefined]);
  assert.deepEqual(named, ["metrics"]);
});

Deno.test("names that every object of JavaScript has are names like others", () => {
  const stream =
    parseYaml(`{ ${JSON.stringify(QUEUE).slice(1, -1)}, constructor: 1, __proto__: { a: 1 } }`, "p.yml").tree;
  const inputs = [{ type: "constructor" }, { type: "aws-s3", streams: [stream] }];
  const { warnings } = convertPolicy({ inputs }, COMPONENTS);
  assert.match(warnings.join("\n"), /^inputs\[0\]: left out, as the type constructor is none of .*$/m);
  assert.match(
    warnings.join("\n"),
    /^inputs\[1\]\.streams\[0\]\.constructor: not carried over: awss3 has no such setting$/m,
  );
});

Deno.test("what is no policy, or has nothing of Bedrock in it, is a clear mistake", async () => {
  await assert.rejects(
    load({ receivers: {} }),
    /Cannot use the policy: \S+ has no inputs: expected elastic-agent\.yml/,
  );
  await assert.rejects(
    load({ inputs: [{ type: "logfile" }] }),
    /it has no enabled stream of Amazon Bedrock\ninputs\[0\]: left out, as the type logfile is none of/,
  );
});

Deno.test("numbers of accounts keep their leading zeros, and leave in quotes", () => {
  const { config } = convert(`
inputs:
  - type: aws/metrics
    streams:
      - data_stream.dataset: aws_bedrock.runtime
        data_stream.namespace: 0815
        owning_account: 012345678901
        api_timeout: 030s
        processors: [{ add_fields: { target: labels, fields: { account: 012345678901, version: 1.10, n: 7, on: yes } } }]
  - type: aws-s3
    streams:
      - { data_stream.dataset: aws_bedrock.invocation, queue_url: https://sqs.us-east-1.amazonaws.com/123456789012/q, number_of_workers: 05, tags: [007, 2026-01-01] }
`);
  const receiver = valueAt(config, ["receivers", "awscloudwatchmetrics"]) as Tree;
  assert.equal(receiver["owning_account"], "012345678901");
  assert.equal(receiver["namespace"], "0815");
  assert.deepEqual(receiver["fields"], {
    "labels.account": "012345678901",
    "labels.version": "1.10",
    "labels.n": 7,
    "labels.on": "yes",
  });
  assert.equal(valueAt(config, ["receivers", "awss3", "number_of_workers"]), 5);
  assert.deepEqual(valueAt(config, ["processors", "bedrock", "tags"]), ["007", "2026-01-01"]);
  assert.match(stringify(config, { compat: "yaml-1.1" }), /labels\.on: "yes"\n *owning_account: "012345678901"/);
});

Deno.test("what the Agent takes and we do not is made valid, or left out with a reason", () => {
  const queue_url = "https://sqs.us-east-1.amazonaws.com/012345678901/q";
  const stream = (settings: Record<string, unknown>, data_stream = {}) => ({
    type: "aws-s3",
    data_stream: { dataset: "aws_bedrock.invocation", ...data_stream },
    queue_url,
    ...settings,
  });
  const { config, warnings } = convertPolicy({
    inputs: [
      stream({ endpoint: "amazonaws.com" }, { namespace: "Prod" }),
      stream({ endpoint: "example.org" }, { namespace: "a-b" }),
      stream({ endpoint: "minio.example.com:9000", visibility_timeout: 300, api_timeout: "90", fips_enabled: "yes" }),
      ...["https://amazonaws.com", "amazonaws.com.cn"].map((endpoint) => stream({ endpoint, path_style: "false" })),
      stream({ endpoint: "https://minio.example.com", number_of_workers: "3", sqs: { wait_time: 5 } }),
      stream({ processors: [{ add_fields: { fields: { a: "b" }, when: { equals: { x: 1 } } } }] }),
      {
        type: "aws/metrics",
        data_stream: { dataset: "aws_bedrock.runtime" },
        metrics: [{ namespace: "AWS/EC2", resource_type: "ec2" }, { namespace: "AWS/Bedrock" }],
      },
    ],
  }, COMPONENTS);

  const { receivers, processors } = config as Record<string, Record<string, Record<string, unknown>>>;
  assert.deepEqual(receivers?.["awss3/1"], { queue_url });
  assert.deepEqual(receivers?.["awss3/2"], { queue_url });
  assert.deepEqual(receivers?.["awss3/3"], {
    queue_url,
    visibility_timeout: "300s",
    api_timeout: "90s",
    fips_enabled: true,
  });
  for (const id of ["awss3/4", "awss3/5"]) assert.deepEqual(receivers?.[id], { queue_url, path_style: false });
  assert.deepEqual(receivers?.["awss3/6"], {
    queue_url,
    endpoint: "https://minio.example.com",
    number_of_workers: 3,
    sqs: { wait_time: "5s" },
  });
  assert.deepEqual(receivers?.["awscloudwatchmetrics"]?.["namespaces"], ["AWS/Bedrock"]);
  assert.equal(processors?.["bedrock/1"]?.["namespace"], "prod");
  assert.equal(processors?.["bedrock/2"]?.["namespace"], undefined);
  const told = warnings.join("\n");
  assert.match(told, /^inputs\[0\]\.data_stream\.namespace: written as prod/m);
  assert.match(told, /^inputs\[1\]\.endpoint: not carried over: expected a URL/m);
  assert.match(told, /^inputs\[1\]\.data_stream\.namespace: not carried over, so that it is default: expected/m);
  assert.match(told, /^inputs\[6\]\.processors\[0\]: not carried over: add_fields has a condition/m);
  assert.match(told, /metrics\[0\]: not carried over: the namespace AWS\/EC2 is none of/);
});
