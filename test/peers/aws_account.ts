/** An account in a region of an AWS-like server, and the calls that set up what comes before the program. */
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  type PutBucketNotificationConfigurationCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";

export interface AwsAccountOptions {
  /** URL of the server. */
  readonly endpoint: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
}

export interface CreatedQueue {
  readonly url: string;
  readonly arn: string;
}

/** Keys of somebody whose signatures and permissions are checked. */
export interface AccessKey {
  readonly access_key_id: string;
  readonly secret_access_key: string;
}

export class AwsAccount implements Disposable {
  readonly accountId: string;
  readonly region: string;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly #endpoint: string;

  constructor({ endpoint, accountId, region }: AwsAccountOptions) {
    this.accountId = accountId;
    this.region = region;
    this.#endpoint = endpoint;
    // ministack takes an account's number as the access key of its root.
    const config = { endpoint, region, credentials: { accessKeyId: accountId, secretAccessKey: "test" } };
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.sqs = new SQSClient(config);
  }

  async createBucket(bucket: string): Promise<void> {
    const elsewhere = this.region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: this.region as "eu-central-1" } };
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket, ...elsewhere }));
  }

  /** A queue into which the AWS services may write. `attributes` are those of CreateQueue. */
  async createQueue(name: string, attributes: Record<string, string> = {}): Promise<CreatedQueue> {
    const arn = `arn:aws:sqs:${this.region}:${this.accountId}:${name}`;
    const policy = servicePolicy(["s3", "sns", "events"], { action: "sqs:SendMessage", resource: arn });
    await this.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy: policy, ...attributes } }));
    // The URL in the answer names the server as it knows itself.
    return { url: `${this.#endpoint}/${this.accountId}/${name}`, arn };
  }

  /** Number of messages that can be received. */
  async visibleMessages({ url }: CreatedQueue): Promise<number> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ["ApproximateNumberOfMessages"],
    });
    return Number((await this.sqs.send(command)).Attributes?.ApproximateNumberOfMessages);
  }

  /** A topic into which S3 and EventBridge may write; its ARN. */
  async createTopic(name: string): Promise<string> {
    const arn = `arn:aws:sns:${this.region}:${this.accountId}:${name}`;
    const policy = servicePolicy(["s3", "events"], { action: "sns:Publish", resource: arn });
    await this.query("sns", "CreateTopic", {
      Name: name,
      "Attributes.entry.1.key": "Policy",
      "Attributes.entry.1.value": policy,
    });
    return arn;
  }

  async subscribe(topicArn: string, { queue, raw }: { queue: CreatedQueue; raw: boolean }): Promise<void> {
    await this.query("sns", "Subscribe", {
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: queue.arn,
      "Attributes.entry.1.key": "RawMessageDelivery",
      "Attributes.entry.1.value": String(raw),
    });
  }

  /** Lets EventBridge send what S3 tells it to a queue or a topic. */
  async forwardS3Events(targetArn: string): Promise<void> {
    await this.#events("PutRule", { Name: "objects", EventPattern: JSON.stringify({ source: ["aws.s3"] }) });
    await this.#events("PutTargets", { Rule: "objects", Targets: [{ Id: "target", Arn: targetArn }] });
  }

  /** Configures where S3 announces objects; the server sends its test event at once. */
  async announce(
    bucket: string,
    configuration: NonNullable<PutBucketNotificationConfigurationCommandInput["NotificationConfiguration"]>,
  ): Promise<void> {
    await this.s3.send(
      new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration: configuration }),
    );
  }

  /** A user who may do what the statements of a policy say. */
  async createUser(name: string, statements: readonly unknown[]): Promise<AccessKey> {
    await this.query("iam", "CreateUser", { UserName: name });
    const PolicyDocument = policyOf(statements);
    await this.query("iam", "PutUserPolicy", { UserName: name, PolicyName: name, PolicyDocument });
    const answer = await this.query("iam", "CreateAccessKey", { UserName: name });
    const element = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(answer)?.[1] ?? "";
    return { access_key_id: element("AccessKeyId"), secret_access_key: element("SecretAccessKey") };
  }

  /** Makes a call of a service with the Query protocol. */
  query(service: keyof typeof API_VERSIONS, action: string, parameters: Record<string, string>): Promise<string> {
    return this.#send(service, {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ Action: action, Version: API_VERSIONS[service], ...parameters }).toString(),
    });
  }

  [Symbol.dispose](): void {
    this.s3.destroy();
    this.sqs.destroy();
  }

  #events(operation: string, input: Record<string, unknown>): Promise<string> {
    return this.#send("events", {
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSEvents.${operation}` },
      body: JSON.stringify(input),
    });
  }

  async #send(
    service: string,
    { headers, body }: { headers: Record<string, string>; body: string },
  ): Promise<string> {
    // The signature of an account's root is not checked; who it is and where it goes is taken from here.
    const authorization = `AWS4-HMAC-SHA256 Credential=${this.accountId}/20260302/${this.region}/${service}/` +
      "aws4_request, SignedHeaders=host, Signature=0";
    const response = await fetch(this.#endpoint, { method: "POST", headers: { ...headers, authorization }, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot set up ${service}: ${response.status} ${text}`);
    return text;
  }
}

const API_VERSIONS = { sns: "2010-03-31", iam: "2010-05-08", cloudformation: "2010-05-15" } as const;

/** An IAM policy document. */
export function policyOf(statements: readonly unknown[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function servicePolicy(services: readonly string[], { action, resource }: { action: string; resource: string }) {
  const Service = services.map((service) => `${service}.amazonaws.com`);
  return policyOf([{ Effect: "Allow", Principal: { Service }, Action: action, Resource: resource }]);
}
