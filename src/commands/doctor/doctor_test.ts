import assert from "node:assert/strict";
import { Aws } from "../../../test/world/aws.ts";
import type { Config } from "../../../test/world/config.ts";
import { configFor, configWith } from "../../../test/world/config.ts";
import { Elasticsearch } from "../../../test/world/elasticsearch.ts";
import { Certificates } from "../../../test/world/certificates.ts";
import { HttpServer } from "../../../test/world/http_server.ts";
import { withEnvironment } from "../../../test/world/environment.ts";
import { TestFolder } from "../../../test/world/folder.ts";
import { OtlpEndpoint } from "../../../test/world/otlp_endpoint.ts";
import { freePort } from "../../../test/world/ports.ts";
import { runCli } from "../../../test/world/program.ts";
import { samples } from "../../../test/world/samples.ts";
import { loadProgramConfig } from "../load_config.ts";
import type { Finding } from "./check.ts";
import { examine, exitCodeOf } from "./doctor.ts";
import { type Around, elasticsearchExporter, type Mistake, MISTAKES } from "./testing.ts";

const POLICY = {
  Statement: [{
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::bedrock-logs" } },
  }],
};

/** What stands around the program with the mistake made, the configuration's file, and what a doctor must leave as it is. */
async function withMistake<T>(
  make: Mistake["make"],
  use: (config: string, around: Around) => Promise<T>,
): Promise<T> {
  await using aws = await Aws.start();
  await using endpoint = await OtlpEndpoint.start();
  await using elasticsearch = await Elasticsearch.start();
  using folder = new TestFolder();
  const queue: Around["queue"] = {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:invocations-dlq",
      maxReceiveCount: "5",
    }),
    MessageRetentionPeriod: "1209600",
    Policy: JSON.stringify(POLICY),
  };
  aws.publish("AWSLogs/a.json.gz", samples(1));
  aws.sqs.fault = ({ operation, input }) =>
    operation !== "GetQueueAttributes" || !String(input["QueueUrl"]).endsWith("/invocations") ? undefined : {
      kind: "status",
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ Attributes: { ApproximateNumberOfMessages: "1", ...queue } }),
    };
  const around = { aws, endpoint, elasticsearch, queue, folder: folder.path };
  const options = make(around) ?? {};
  const { receivers, ...others } = options;
  const config =
    (receivers === undefined ? configFor(aws, endpoint, options) : configWith(receivers, endpoint, others)) as
      & { service: { pipelines: { logs: Config } } }
      & Config;
  if (options.exporters !== undefined) config.service.pipelines.logs["exporters"] = Object.keys(options.exporters);
  return await use(await folder.writeConfig(config), around);
}

function told(findings: readonly Finding[]): string {
  return findings.map(({ status, check, text }) => `${status} ${check}: ${text}`).join("\n");
}

Deno.test("doctor finds nothing wrong where nothing is, and changes nothing", async () => {
  await withMistake(() => {}, async (file, { aws, endpoint }) => {
    const findings = await examine(await loadProgramConfig([file]));
    assert.deepEqual(findings.filter(({ status }) => status !== "ok"), [], told(findings));
    const { visible, inFlight } = aws.queueState();
    assert.deepEqual([visible.length, inFlight.length, visible[0]?.receiveCount], [1, 0, 0]);
    assert.equal(endpoint.accepted.length, 0);
    assert.deepEqual([...new Set(aws.sqs.requests.map(({ operation }) => operation))], ["GetQueueAttributes"]);
  });
});

Deno.test("doctor opens one object of a listed bucket and maps its first record", async () => {
  await withMistake(
    () => ({ receiver: { queue_url: null, bucket_arn: "arn:aws:s3:::bedrock-logs" } }),
    async (file) => {
      const findings = await examine(await loadProgramConfig([file]));
      assert.match(
        told(findings),
        /^ok awss3: object: AWSLogs\/a\.json\.gz can be read, and its first record is an invocation$/m,
      );
      assert.equal(exitCodeOf(findings, { strict: true }), 0);
    },
  );
});

const STREAM = "logs-aws_bedrock.invocation-default";
const BY_LIFECYCLE = { lifecycle: { enabled: true, data_retention: "30d" }, failure_store: { enabled: true } };

Deno.test("doctor tells version, license, privileges, template, lifecycle and failure store of Elasticsearch", async () => {
  await withMistake((around) => {
    Object.assign(around.elasticsearch, { templateMode: "ecs", indexMode: "ecs", dataStream: BY_LIFECYCLE });
    return elasticsearchExporter(around);
  }, async (file, { elasticsearch }) => {
    const lines = told(await examine(await loadProgramConfig([file])));
    for (
      const line of [
        "ok elasticsearch: version: 9.4.3",
        "ok elasticsearch: license: basic, active",
        "ok elasticsearch: privileges: may write into its data streams",
        `ok elasticsearch: template of ${STREAM}: is in force, for mode ecs`,
        `ok elasticsearch: lifecycle of ${STREAM}: documents are kept: 30d (data stream lifecycle)`,
        `ok elasticsearch: failure store of ${STREAM}: is on: what Elasticsearch refuses is kept there, prompts among it`,
      ]
    ) assert.ok(lines.split("\n").includes(line), `${line}\n${lines}`);
    assert.deepEqual(elasticsearch.documents, []);
    const changing = elasticsearch.requests.filter(({ method, url }) =>
      method !== "GET" && !/_simulate_index|_has_privileges/.test(url.pathname)
    );
    assert.deepEqual(changing, []);
  });
});

Deno.test("doctor looks at the data streams of the program's own telemetry where it goes through the exporter", async () => {
  await withMistake((around) => ({
    ...elasticsearchExporter(around),
    service: {
      telemetry: {
        logs: { processors: [{ batch: { exporter: { elasticsearch: {} } } }] },
        metrics: { readers: [{ periodic: { exporter: { elasticsearch: { namespace: "ops" } } } }] },
      },
    },
  }), async (file, { elasticsearch }) => {
    const lines = told(await examine(await loadProgramConfig([file])));
    for (const stream of ["logs-bedrock_otel.otel-default", "metrics-bedrock_otel.otel-ops"]) {
      assert.ok(lines.includes(`ok elasticsearch: template of ${stream}: is in force, for mode otel`), lines);
    }
    elasticsearch.mayWrite = false;
    const { text } = (await examine(await loadProgramConfig([file]))).find(({ check }) =>
      check.endsWith("privileges")
    ) ?? {};
    assert.match(text ?? "", /lacks .* on logs-bedrock_otel\.otel-default, .* on metrics-bedrock_otel\.otel-ops$/);
  });
});

Deno.test("doctor says of Serverless that it is untested, and what a key that may only write cannot see", async () => {
  await withMistake((around) => {
    around.elasticsearch.flavor = { build_flavor: "serverless" };
    around.elasticsearch.fault = ({ url }) =>
      url.pathname === "/" || url.pathname === "/_security/user/_has_privileges"
        ? undefined
        : { kind: "status", status: 403 };
    return elasticsearchExporter(around);
  }, async (file) => {
    const findings = await examine(await loadProgramConfig([file]));
    const lines = told(findings);
    assert.match(lines, /^ok elasticsearch: version: Elasticsearch Serverless: this program was not tested with it$/m);
    for (const what of ["license", `template of ${STREAM}`, `lifecycle of ${STREAM}`, `failure store of ${STREAM}`]) {
      assert.match(lines, new RegExp(`^unknown elasticsearch: ${what}: .*it takes `, "m"));
    }
    assert.equal(exitCodeOf(findings, { strict: false }), 0);
  });
});

for (const [name, { make, named, status = "failed" }] of Object.entries(MISTAKES)) {
  Deno.test(`doctor names ${name}`, async () => {
    await withMistake(make, async (file) => {
      const findings = await examine(await loadProgramConfig([file]));
      const lines = told(findings.filter((finding) => finding.status === status));
      assert.match(lines, named, told(findings));
    });
  });
}

Deno.test({ name: "doctor names what is wrong with TLS", ignore: !Certificates.available() }, async () => {
  using certificates = new Certificates();
  await using server = await HttpServer.start(() => new Response("{}"), {
    tls: { cert: certificates.text("server.pem"), key: certificates.text("server.key") },
  });
  for (
    const { endpoint, named } of [
      { endpoint: server.url, named: /certificate.*tls\.ca_file/ },
      { endpoint: server.url.replace("https:", "http:"), named: /https|TLS/ },
    ]
  ) {
    await withMistake(() => ({ exporter: { endpoint } }), async (file) => {
      const findings = await examine(await loadProgramConfig([file]));
      const [finding] = findings.filter(({ status }) => status === "failed");
      assert.match(finding?.text ?? "", named, told(findings));
    });
  }
});

Deno.test("doctor looks at an Elasticsearch behind a Collector too, with the key of ELASTIC_API_KEY", async () => {
  await withMistake(() => {}, async (file, { elasticsearch }) => {
    const env = { ELASTIC_API_KEY: "a2V5OnNlY3JldA==" };
    const args = ["doctor", "--config", file, "--elasticsearch-url", elasticsearch.url];
    const well = await runCli(args, { env });
    assert.equal(well.code, 0, well.stdout);
    assert.match(well.stdout, /^✓ --elasticsearch-url: version: /m);
    assert.ok(
      elasticsearch.requests.every(({ headers }) => headers.get("authorization") === "ApiKey a2V5OnNlY3JldA=="),
    );
    elasticsearch.hasTemplates = false;
    const { code, stdout } = await runCli(args, { env });
    assert.equal(code, 1);
    assert.match(stdout, /^✗ --elasticsearch-url: template of logs-aws_bedrock\.invocation-default: No template/m);
  });
});

Deno.test("doctor takes no credentials in --elasticsearch-url, and shows neither them nor a key that is none", async () => {
  await withMistake(() => {}, async (file) => {
    for (
      const [url, key, says] of [
        ["http://elastic:canary@127.0.0.1:9200", "", /--elasticsearch-url: expected no credentials/],
        ["http://127.0.0.1:9200/?token=canary", "", /--elasticsearch-url: expected no credentials/],
        ["canary", "", /--elasticsearch-url: expected http:\/\/ or https:\/\/ and a host\n$/],
        ["http://127.0.0.1:9200", "canary\nkey", /ELASTIC_API_KEY: expected an API key in one line/],
      ] as const
    ) {
      const args = ["doctor", "--config", file, "--elasticsearch-url", url];
      const { code, stdout, stderr } = await runCli(args, { env: { ELASTIC_API_KEY: key } });
      assert.equal(code, 2, stdout + stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stdout + stderr, /canary/);
    }
  });
});

Deno.test("doctor names permissions of Deno that are too tight", async () => {
  await withMistake(() => {}, async (file, { endpoint }) => {
    const { stdout: printed } = await runCli(["permissions", "--config", file]);
    const host = new URL(endpoint.url).host;
    const flags = printed.trim().split(" ").filter((flag) => flag !== "--no-prompt");
    const tight = flags.map((flag) => {
      const [name = "", values] = flag.split("=");
      return values === undefined ? name : `${name}=${values.split(",").filter((value) => value !== host).join(",")}`;
    });
    assert.notDeepEqual(tight, flags);
    const { code, stdout, stderr } = await runCli(["doctor", "--config", file], { flags: tight });
    assert.equal(code, 1, stderr);
    assert.ok(stdout.includes(`✗ Deno's permissions: are too tight: start Deno with --allow-net=${host} `), stdout);
    const { stdout: enough } = await runCli(["doctor", "--config", file], { flags });
    assert.match(enough, /^✓ Deno's permissions: suffice$/m);
  });
});

const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "",
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
};

Deno.test("doctor says once that there are no credentials, and asks AWS nothing more", async () => {
  const none = { access_key_id: null, secret_access_key: null };
  for (
    const [receiver, named] of [
      [
        { ...none, credential_profile_name: "no-such-profile" },
        /: renew the credentials, or correct the profile[^\n]*$/,
      ],
      // It says itself what to do.
      [none, /: no AWS credentials found: set (?!.*renew)[^\n]*$/],
    ] as const
  ) {
    await withMistake(() => ({ receiver }), async (file) => {
      const findings = await withEnvironment(
        NO_CREDENTIALS,
        async () => await examine(await loadProgramConfig([file])),
      );
      const lines = told(findings.filter(({ check }) => check.startsWith("awss3")));
      assert.match(lines, /^failed awss3: credentials: [^\n]*$/);
      assert.match(lines, named);
    });
  }
});

Deno.test("doctor looks at the ports of the extensions in use", async () => {
  await withMistake(() => {}, async (file) => {
    const config = JSON.parse(await Deno.readTextFile(file)) as { service: Config };
    const both = { health_check: { endpoint: `127.0.0.1:${await freePort()}` }, status_page: {} };
    config.service["extensions"] = ["health_check"];
    await Deno.writeTextFile(file, JSON.stringify({ ...config, extensions: both }));
    const ports = (await examine(await loadProgramConfig([file]))).filter(({ check }) => check.endsWith(": port"));
    assert.deepEqual(ports.map(({ check, status }) => [check, status]), [["health_check: port", "ok"]]);
  });
});

Deno.test("what cannot be looked at counts only when it is asked for", () => {
  const findings: Finding[] = [{ check: "a", status: "unknown", text: "" }];
  assert.deepEqual([exitCodeOf(findings, { strict: false }), exitCodeOf(findings, { strict: true })], [0, 1]);
});

Deno.test("doctor prints a line a check and exits 1 for a mistake; --json tells the same; validate --connect is its short form", async () => {
  await withMistake(({ endpoint }) => void (endpoint.rule = () => ({ kind: "status", status: 401 })), async (file) => {
    const { code, stdout } = await runCli(["doctor", "--config", file]);
    assert.equal(code, 1);
    assert.match(stdout, /^✓ awss3: credentials: are arn:/m);
    assert.match(stdout, /^✗ otlp_http: logs: .*does not accept the credentials/m);
    const json = JSON.parse((await runCli(["doctor", "--json", "--config", file])).stdout) as Finding[];
    assert.equal(json.filter(({ status }) => status === "failed").length, 1);
    const connect = await runCli(["validate", "--connect", "--config", file]);
    assert.equal(connect.code, 1);
    assert.match(connect.stdout, /^✗ otlp_http: logs: /m);
  });
});
