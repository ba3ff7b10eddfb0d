import { join } from "node:path";
import { print } from "../terminal.ts";
import { s3Event } from "../../aws/s3/s3_event.ts";
import { type Emulator, REGION } from "./emulator.ts";
import { sampleObjects } from "./samples.ts";

interface Places {
  readonly emulator: Emulator;
  readonly cloudWatch: string;
  readonly otlp: string;
  /** Where files for the examples go. */
  readonly folder: string;
}

/** Shows where everything is and how to put own objects in. */
export async function showPlaces(places: Places): Promise<void> {
  const { emulator, cloudWatch, otlp, folder } = places;
  const { bucket, queueUrl } = emulator;
  const key = "own.json";
  const files = await writeExamples({ bucket, key, queueUrl, folder });
  print(`
Still running, with more invocations every second or two and an outage of the endpoint now and then; Ctrl-C stops it.
  S3 and SQS  ${emulator.endpoint}
  bucket      ${bucket}
  queue       ${queueUrl}
  CloudWatch  ${cloudWatch}
  OTLP        ${otlp}
  config      ${join(folder, "config.yaml")}

Put an object of your own in, then tell the queue as S3 would (change ${files.log} first, if you like):
  curl -T ${files.log} ${emulator.endpoint}/${bucket}/${key}
  curl ${emulator.endpoint} -H 'content-type: application/x-amz-json-1.0' \\
    -H 'x-amz-target: AmazonSQS.SendMessage' -d @${files.sendMessage}

The same with the AWS command line:
  export AWS_DEFAULT_REGION=${REGION} AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo
  aws --endpoint-url ${emulator.endpoint} s3 cp ${files.log} s3://${bucket}/${key}
  aws --endpoint-url ${emulator.endpoint} sqs send-message --queue-url ${queueUrl} --message-body file://${files.notification}
`);
}

async function writeExamples(
  { bucket, key, queueUrl, folder }: { bucket: string; key: string; queueUrl: string; folder: string },
): Promise<{ log: string; notification: string; sendMessage: string }> {
  const [invocation] = sampleObjects(new Date()).flatMap(({ invocations }) => invocations);
  const log = JSON.stringify({ ...invocation, requestId: crypto.randomUUID() }) + "\n";
  const object = { bucket, key, sizeBytes: log.length, etag: "d41d8cd98f00b204e9800998ecf8427e" };
  const notification = JSON.stringify(s3Event([object], { region: REGION }));
  const files = {
    log: join(folder, "invocation.json"),
    notification: join(folder, "notification.json"),
    sendMessage: join(folder, "send_message.json"),
  };
  await Deno.writeTextFile(files.log, log);
  await Deno.writeTextFile(files.notification, notification);
  await Deno.writeTextFile(files.sendMessage, JSON.stringify({ QueueUrl: queueUrl, MessageBody: notification }));
  return files;
}
