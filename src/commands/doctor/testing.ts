/** Mistakes of a first hour, each as it is made and how `doctor` has to name it. */
import type { Config, ConfigOptions } from "../../../test/world/config.ts";
import type { Aws } from "../../../test/world/aws.ts";
import type { Elasticsearch } from "../../../test/world/elasticsearch.ts";
import type { OtlpEndpoint } from "../../../test/world/otlp_endpoint.ts";
import { awsError } from "../../../test/world/aws_service.ts";
import { restError } from "../../../test/world/bedrock.ts";
import { type Answer, status } from "../../../test/world/otlp_endpoint.ts";
import { SOURCE_MISTAKES } from "./testing_sources.ts";

/** What stands around the program; a mistake is made in it, or in the settings that it returns. */
export interface Around {
  readonly aws: Aws;
  readonly endpoint: OtlpEndpoint;
  readonly elasticsearch: Elasticsearch;
  /** Attributes of the queue that SQS tells; undefined removes one. */
  readonly queue: Record<string, string | undefined>;
  readonly folder: string;
}

export interface Mistake {
  /** `receivers` stand in place of the queue. */
  readonly make: (around: Around) => ConfigOptions & { readonly receivers?: Config } | void;
  readonly named: RegExp;
  /** Default: failed. */
  readonly status?: "failed" | "unknown";
}

const LISTING = { queue_url: null, bucket_arn: "arn:aws:s3:::bedrock-logs" } as const;
export const elasticsearchExporter = ({ elasticsearch }: Around, more: Config = {}) => ({
  exporters: { elasticsearch: { endpoint: elasticsearch.url, api_key: "a2V5OnNlY3JldA==", ...more } },
});
/** Where nobody listens. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function sqs(aws: Aws, code: string, { status = 400 } = {}): void {
  aws.sqs.fault = () => awsError(code, `says ${code}`, { status });
}

/** Attributes of the queue. */
function inQueue(attributes: Around["queue"]): Mistake["make"] {
  return ({ queue }) => void Object.assign(queue, attributes);
}

/** What the endpoint answers. */
function answering(answer: Answer): Mistake["make"] {
  return ({ endpoint }) => void (endpoint.rule = () => answer);
}

const RAW = { processor: { mapping: "raw" } };

/** The exporter of an Elasticsearch that is otherwise than it should be. */
function withElasticsearch(changes: Partial<Elasticsearch>, options: ConfigOptions = {}): Mistake["make"] {
  return (around) => {
    Object.assign(around.elasticsearch, changes);
    return { ...elasticsearchExporter(around), ...options };
  };
}

/** By what was mistaken. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  "a queue that does not exist": {
    make: ({ aws }) => ({ receiver: { queue_url: `${aws.queueUrl}-typo` } }),
    named: /queue: .*does not exist: correct queue_url or the region/,
  },
  "a queue that may not be read": {
    make: ({ aws }) => sqs(aws, "AccessDenied", { status: 403 }),
    named: /queue: .*sqs:GetQueueAttributes/,
  },
  "an expired token": {
    make: ({ aws }) => sqs(aws, "ExpiredToken", { status: 403 }),
    named: /queue: .*ExpiredToken.*: renew the credentials/,
  },
  "no redrive policy": {
    make: inQueue({ RedrivePolicy: undefined }),
    named: /redrive policy: there is none/,
  },
  "a redrive policy that gives up at once": {
    make: inQueue({
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: "arn:aws:sqs:us-east-1:1:d",
        maxReceiveCount: 1,
      }),
    }),
    named: /redrive policy: maxReceiveCount is 1/,
  },
  "messages that are forgotten soon": {
    make: inQueue({ MessageRetentionPeriod: "300" }),
    named: /retention: messages are deleted after 300 s/,
  },
  "a queue that delays": {
    make: inQueue({ DelaySeconds: "60" }),
    named: /visibility: the queue hides new messages for 60 s/,
  },
  "too short a visibility timeout": {
    make: () => ({ receiver: { visibility_timeout: "5s" } }),
    named: /visibility: visibility_timeout is 5 s/,
  },
  "a queue without a policy": {
    make: inQueue({ Policy: undefined }),
    named: /who may send: the queue has no policy/,
  },
  "a queue that is open to everybody": {
    make: inQueue({ Policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "sqs:*" } }) }),
    named: /who may send: everybody may/,
  },
  "a policy for somebody else": {
    make: inQueue({
      Policy: JSON.stringify({
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sqs:SendMessage" }],
      }),
    }),
    named: /who may send: neither S3, SNS nor EventBridge/,
  },
  "an AWS that is not there": {
    make: () => ({ receiver: { endpoint: "http://127.0.0.1:9" } }),
    named: /credentials: no answer from 127\.0\.0\.1:9.*: correct the region, endpoint or AWS_ENDPOINT_URL/,
  },
  "a bucket that does not exist": {
    make: () => ({ receiver: { ...LISTING, bucket_arn: "arn:aws:s3:::typo" } }),
    named: /bucket: NoSuchBucket.*: correct the bucket's name/,
  },
  "a bucket that may not be listed": {
    make: ({ aws }) => {
      aws.s3.fault = ({ key }) => key === "" ? s3Denied() : undefined;
      return { receiver: LISTING };
    },
    named: /bucket: .*s3:ListBucket/,
  },
  "objects that may not be read": {
    make: ({ aws }) => {
      aws.s3.fault = ({ key }) => key !== "" ? s3Denied() : undefined;
      return { receiver: LISTING };
    },
    named: /object: .*s3:GetObject/,
  },
  "a bucket of something else": {
    make: ({ aws }) => {
      aws.putLogs("z/other.json", '{"a":1}\n');
      return { receiver: LISTING };
    },
    named: /object: z\/other\.json can be read, and its first record is no invocation/,
  },
  "a prefix where nothing lies": {
    make: () => ({ receiver: { ...LISTING, bucket_list_prefix: "typo/" } }),
    named: /bucket: .*has no objects there/,
    status: "unknown",
  },
  "Bedrock does not log": {
    make: ({ aws }) => void (aws.bedrock.loggingConfig = undefined),
    named: /Bedrock's logging: is off in this region/,
  },
  "Bedrock logs elsewhere": {
    make: ({ aws }) => {
      aws.bedrock.loggingConfig = { s3Config: { bucketName: "other" } };
      return { receiver: LISTING };
    },
    named: /Bedrock's logging: goes to the bucket other/,
  },
  "Bedrock logs to no bucket": {
    make: ({ aws }) => void (aws.bedrock.loggingConfig = { cloudWatchConfig: { logGroupName: "/g" } }),
    named: /Bedrock's logging: goes to no bucket/,
  },
  "Bedrock leaves out texts": {
    make: ({ aws }) =>
      void (aws.bedrock.loggingConfig = { s3Config: { bucketName: "bedrock-logs" }, textDataDeliveryEnabled: false }),
    named: /Bedrock's logging: leaves out texts/,
  },
  "who looks may not ask Bedrock": {
    make: ({ aws }) => void (aws.bedrock.loggingFault = restError("AccessDeniedException", { status: 403 })),
    named: /Bedrock's logging: .*bedrock:GetModelInvocationLoggingConfiguration/,
    status: "unknown",
  },
  "an endpoint where nobody listens": {
    make: () => ({ exporter: { endpoint: `http://127.0.0.1:${closedPort()}` } }),
    named:
      /otlp_http: logs: Cannot reach http:\/\/127\.0\.0\.1:.*refused.*: start what listens there, or correct the port/,
  },
  "a host that does not exist": {
    make: () => ({ exporter: { endpoint: "http://no-such-host.invalid:4318" } }),
    named: /otlp_http: logs: Cannot reach http:\/\/no-such-host\.invalid.*: correct the host's name/,
  },
  "TLS to a plain port": {
    make: ({ endpoint }) => ({ exporter: { endpoint: endpoint.url.replace("http:", "https:") } }),
    named: /otlp_http: logs: .*without TLS/,
  },
  "a wrong key": {
    make: answering(status(401)),
    named: /does not accept the credentials/,
  },
  "a key without rights": {
    make: answering(status(403)),
    named: /forbids the request/,
  },
  "a wrong path": {
    make: answering(status(404)),
    named: /has nothing there: endpoint is a base URL/,
  },
  "an encoding that is not taken": {
    make: answering(status(415)),
    named: /does not take this encoding/,
  },
  "an endpoint out of order": {
    make: answering(status(503)),
    named: /is out of order/,
  },
  "an endpoint that redirects": {
    make: answering(status(302, { headers: { location: "http://x" } })),
    named: /redirects elsewhere/,
  },
  "a login page": {
    make: answering(status(200, { headers: { "content-type": "text/html" }, body: "<html>" })),
    named: /answers with a web page/,
  },
  "a CA file that is not there": {
    make: ({ folder }) => ({ exporter: { tls: { ca_file: `${folder}/no.pem` } } }),
    named: /otlp_http: files: Cannot read tls\.ca_file.*: correct the path/,
  },
  "an Elasticsearch without templates": {
    make: withElasticsearch({ hasTemplates: false }),
    named: /template of logs-aws_bedrock\.invocation-default: No template of bedrock-otel is in force/,
  },
  "templates of another mode": {
    make: withElasticsearch({ templateMode: "integration" }),
    named: /template of \S+: .*takes documents of mode integration, not of ecs: .*--mode ecs --change-mode/,
  },
  "the integration's template for documents that need none of its pipeline": {
    make: withElasticsearch({ hasTemplates: false, pipeline: "logs-aws_bedrock.invocation-1.6.0" }),
    named: /template of \S+: .*takes documents of mode raw, .*--mode ecs --override-integration/,
  },
  "our template for documents that need the integration's pipeline": {
    make: withElasticsearch({}, RAW),
    named: /template of logs-\S+: .*without the ingest pipeline .* mode raw .*--override-integration metrics/,
  },
  "an index without the integration's pipeline, which needs a rollover": {
    make: withElasticsearch(
      { hasTemplates: false, pipeline: "logs-aws_bedrock.invocation-1.6.0", indexMode: "ecs" },
      RAW,
    ),
    named: /template of \S+: .*still takes documents of mode ecs, not of raw.*\/_rollover/,
  },
  "an index of another mode, which needs a rollover": {
    make: withElasticsearch({ indexMode: "integration" }),
    named: /template of \S+: .*still takes documents of mode integration.*\/_rollover/,
  },
  "a license that has ended": {
    make: withElasticsearch({ license: { status: "expired", type: "platinum" } }),
    named: /license: platinum is expired: renew it/,
  },
  "OpenSearch": {
    make: withElasticsearch({ flavor: { distribution: "opensearch" } }),
    named: /version: what answers is OpenSearch, which is not supported/,
  },
  "an Elasticsearch that refuses the key": {
    make: withElasticsearch({ fault: () => status(401) }),
    named: /elasticsearch: version: .*does not accept the API key/,
  },
  "a key that may not write": {
    make: withElasticsearch({ mayWrite: false }),
    named: /privileges: the key lacks auto_configure and create_doc on logs-aws_bedrock\.invocation-default/,
  },
  "an old Elasticsearch": {
    make: withElasticsearch({ version: "7.17.0" }),
    named: /version: is Elasticsearch 7\.17\.0: 8\.13 or later/,
  },
  "something that is not Elasticsearch": {
    make: (around) => elasticsearchExporter(around, { endpoint: around.endpoint.url }),
    named: /elasticsearch: version: /,
  },
  "a state directory that is a file": {
    make: ({ folder }) => {
      Deno.writeTextFileSync(`${folder}/file`, "");
      return { receiver: LISTING, service: { storage: { directory: `${folder}/file` } } };
    },
    named: /state directory: .* is no directory/,
  },
  "an Elasticsearch where nobody listens": {
    make: (around) => elasticsearchExporter(around, { endpoint: `http://127.0.0.1:${closedPort()}` }),
    named: /elasticsearch: Elasticsearch: Cannot reach .*refused.*: start what listens there, or correct the port$/,
  },
  "a node among several where nobody listens": {
    make: (around) => {
      const endpoints = [`http://127.0.0.1:${closedPort()}`, around.elasticsearch.url];
      around.elasticsearch.mayWrite = false;
      return elasticsearchExporter(around, { endpoint: null, endpoints });
    },
    // The other one is asked all the same.
    named: /^failed elasticsearch: Elasticsearch: Cannot reach .*refused.*\n(?:.*\n)*.*privileges: the key lacks/m,
  },
  "a proxy where nobody listens": {
    make: (around) => elasticsearchExporter(around, { proxy_url: `http://user:canary@127.0.0.1:${closedPort()}` }),
    named: /Elasticsearch: Cannot reach http:\S+ through proxy 127\.0\.0\.1:\d+: .*refused/,
  },
  "a file in a directory that does not exist": {
    make: ({ folder }) => ({ exporters: { file: { path: `${folder}/no/records.jsonl` } } }),
    named: /file: file: .*\/no does not exist: make it, or correct path/,
  },
  "a file that is a directory": {
    make: ({ folder }) => ({ exporters: { file: { path: folder } } }),
    named: /file: file: .* is a directory: name a file in it/,
  },
  ...SOURCE_MISTAKES,
};

function s3Denied() {
  const body = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
  return { kind: "status", status: 403, headers: { "content-type": "application/xml" }, body } as const;
}
