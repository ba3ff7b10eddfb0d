/** Mistakes of where records come from, beyond those of queues and buckets in `testing.ts`. */
import { ACCOUNT, awsError } from "../../../test/world/aws_service.ts";
import { restError } from "../../../test/world/bedrock.ts";
import type { Config } from "../../../test/world/config.ts";
import type { Fault } from "../../../test/world/http_server.ts";
import { status } from "../../../test/world/otlp_endpoint.ts";
import type { Around, Mistake } from "./testing.ts";

const HOUR_MS = 3_600_000;

/** Settings of a receiver of AWS that is no `awss3`. */
function awsReceiver({ aws }: Around, settings: Config): Config {
  return {
    region: "us-east-1",
    endpoint: aws.endpoint,
    access_key_id: "test",
    secret_access_key: "test",
    ...settings,
  };
}

function logGroup(around: Around, settings: Config) {
  around.aws.bedrock.loggingConfig = { cloudWatchConfig: { logGroupName: "/aws/bedrock/invocations" } };
  return { receivers: { awscloudwatch: awsReceiver(around, settings) } };
}

function metrics(around: Around) {
  const { region: _, ...settings } = awsReceiver(around, { regions: ["us-east-1"] });
  return {
    receivers: { awscloudwatchmetrics: settings },
    service: { pipelines: { metrics: { receivers: ["awscloudwatchmetrics"], exporters: ["otlp_http"] } } },
  };
}

function files(settings: Config) {
  return { receivers: { file: settings } };
}

/** What STS answers in its older protocol. */
function stsError(code: string): Fault {
  const body =
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  return status(403, { headers: { "content-type": "text/xml" }, body });
}

function redrive(queue: Around["queue"], name: string): void {
  const deadLetterTargetArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  queue["RedrivePolicy"] = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
}

export const SOURCE_MISTAKES: Readonly<Record<string, Mistake>> = {
  "a dead-letter queue that does not exist": {
    make: ({ queue }) => redrive(queue, "deleted"),
    named: /dead-letter queue: deleted does not exist: make it/,
  },
  "who looks may not see the dead-letter queue": {
    make: ({ queue, aws }) => {
      redrive(queue, "secret");
      const { fault } = aws.sqs;
      aws.sqs.fault = (request) =>
        String(request.input["QueueUrl"]).endsWith("/secret")
          ? awsError("AccessDenied", "no", { status: 403 })
          : fault(request);
    },
    named: /dead-letter queue: AWS does not allow to look: it takes sqs:GetQueueAttributes on arn:\S+:secret/,
    status: "unknown",
  },
  "a queue with the key of SQS, which S3 may not use": {
    make: ({ queue }) => void (queue["KmsMasterKeyId"] = "alias/aws/sqs"),
    named: /key of the queue: S3 may not use alias\/aws\/sqs/,
  },
  "a key of the queue that only a message tries": {
    make: ({ queue }) => void (queue["KmsMasterKeyId"] = "alias/mine"),
    named: /key of the queue: .*alias\/mine .*kms:Decrypt/,
    status: "unknown",
  },
  "a queue that takes another bucket's notifications only": {
    make: ({ aws }) => void (aws.bedrock.loggingConfig = { s3Config: { bucketName: "renamed-logs" } }),
    named: /who may send: S3 may for other buckets only, not for renamed-logs/,
  },
  "a key of the objects that may not be used": {
    make: ({ aws }) => {
      const body = "<Error><Code>AccessDenied</Code>" +
        "<Message>not authorized to perform: kms:Decrypt on the resource</Message></Error>";
      aws.s3.fault = ({ key }) =>
        key === "" ? undefined : status(403, { headers: { "content-type": "application/xml" }, body });
    },
    named: /object: .*allow kms:Decrypt for its key/,
  },
  "a profile that does not exist": {
    make: () => ({
      receiver: { access_key_id: null, secret_access_key: null, credential_profile_name: "no-such-profile" },
    }),
    named: /credentials: .*no-such-profile/,
  },
  "keys that AWS does not know": {
    make: ({ aws }) => {
      aws.cloudWatch.fault = ({ operation }) =>
        operation === "GetCallerIdentity" ? stsError("InvalidClientTokenId") : undefined;
    },
    named: /credentials: .*InvalidClientTokenId.*: renew the credentials, or correct the profile, the key or the role/,
  },
  "a clock that AWS does not agree with": {
    make: ({ aws }) => void (aws.cloudWatch.nowMs = () => Date.now() + HOUR_MS),
    named: /clock: is 3\d{3} s off from AWS's: set it right/,
  },
  "a clock that the endpoint does not agree with": {
    make: ({ endpoint }) => {
      const date = new Date(Date.now() - HOUR_MS).toUTCString();
      endpoint.rule = () => status(200, { headers: { date, "content-type": "application/x-protobuf" } });
    },
    named: /otlp_http: clock: is 3\d{3} s off from the endpoint's/,
  },
  "a log group that does not exist": {
    make: (around) => logGroup(around, { log_group_name: "/typo" }),
    named: /log group: .* does not exist: correct the group's name or region/,
  },
  "a log group that may not be read": {
    make: (around) => {
      around.aws.logs.fault = () => awsError("AccessDeniedException", "no");
      return logGroup(around, { log_group_name: "/aws/bedrock/invocations" });
    },
    named: /log group: AWS refuses it: allow logs:FilterLogEvents/,
  },
  "log groups that may not be listed": {
    make: (around) => {
      around.aws.logs.fault = () => awsError("AccessDeniedException", "no");
      return logGroup(around, { log_group_name_prefix: "/aws" });
    },
    named: /log group: AWS refuses it: allow logs:DescribeLogGroups/,
  },
  "a prefix that no log group has": {
    make: (around) => logGroup(around, { log_group_name_prefix: "/typo" }),
    named: /log group: no group begins with \/typo/,
  },
  "Bedrock logs to another log group": {
    make: (around) => {
      around.aws.logs.memory.create("/other");
      return logGroup(around, { log_group_name: "/other" });
    },
    named: /Bedrock's logging: goes to the group \/aws\/bedrock\/invocations, and \/other is read/,
  },
  "Bedrock logs to no log group": {
    make: (around) => {
      const made = logGroup(around, { log_group_name: "/aws/bedrock/invocations" });
      around.aws.bedrock.loggingConfig = { s3Config: { bucketName: "bedrock-logs" } };
      return made;
    },
    named: /Bedrock's logging: goes to no log group/,
  },
  "metrics that may not be listed": {
    make: (around) => {
      around.aws.cloudWatch.fault = ({ operation }) =>
        operation === "ListMetrics" ? awsError("AccessDenied", "no", { status: 403 }) : undefined;
      return metrics(around);
    },
    named: /metrics in us-east-1: AWS refuses it: allow cloudwatch:ListMetrics/,
  },
  "a region without metrics": {
    make: metrics,
    named: /metrics in us-east-1: CloudWatch has none of AWS\/Bedrock/,
    status: "unknown",
  },
  "files that are not there": {
    make: ({ folder }) => files({ include: [`${folder}/typo/*.gz`] }),
    named: /file: files: \S+\/typo does not exist: correct include/,
  },
  "a folder where no file fits": {
    make: ({ folder }) => files({ include: [`${folder}/*.gz`] }),
    named: /file: files: none is there yet/,
    status: "unknown",
  },
  "inference profiles that may not be asked for": {
    make: ({ aws, folder }) => {
      aws.bedrock.fault = () => restError("AccessDeniedException", { status: 403 });
      const settings = { region: "us-east-1", endpoint: aws.endpoint, access_key_id: "a", secret_access_key: "s" };
      return {
        processor: { resolve_inference_profiles: true, aws: settings },
        service: { storage: { directory: `${folder}/state` } },
      };
    },
    named: /bedrock: inference profiles: AWS refuses it: allow bedrock:GetInferenceProfile/,
  },
  "APM Server where another target is set": {
    make: ({ endpoint }) => {
      endpoint.rule = ({ path }) => path === "/" ? status(200, { body: '{"publish_ready":true}' }) : { kind: "accept" };
    },
    named: /otlp_http: target: what answers is APM Server: set target: apm/,
  },
  "Elasticsearch where another target is set": {
    make: ({ endpoint }) => {
      const headers = { "x-elastic-product": "Elasticsearch" };
      endpoint.rule = ({ path }) => path === "/" ? status(200, { headers, body: "{}" }) : { kind: "accept" };
    },
    named: /otlp_http: target: what answers is Elasticsearch: set target: elastic/,
  },
  "a file to write below a file": {
    make: ({ folder }) => {
      Deno.writeTextFileSync(`${folder}/plain`, "");
      return { exporters: { file: { path: `${folder}/plain/out.jsonl` } } };
    },
    named: /file: file: \S+\/plain (lies below a file|is no directory)/,
  },
};
