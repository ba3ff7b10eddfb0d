/**
 * The stand-in for AWS as SDKs of 2020 reach it: over TLS, under AWS's host names, with SQS's query protocol and the bucket
 * in the host's name. Its host names exist behind its proxy only.
 */
import { Certificates } from "../../test/world/certificates.ts";
import { REGION } from "../../test/world/aws_service.ts";
import type { Places } from "../stub.ts";

const DOMAIN = "bench.test";

export class AwsOverTls implements AsyncDisposable {
  readonly endpoint = DOMAIN;
  readonly queueUrl: string;
  /** `http://127.0.0.1:PORT` */
  readonly proxyUrl: string;
  readonly #certificates: Certificates;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #proxy: Deno.Listener;

  constructor({ aws, queueUrl }: Places) {
    this.queueUrl = `https://sqs.${REGION}.${DOMAIN}${new URL(queueUrl).pathname}`;
    this.#certificates = new Certificates({ names: [`*.${REGION}.${DOMAIN}`, `*.s3.${REGION}.${DOMAIN}`] });
    const tls = { cert: this.#certificates.text("server.pem"), key: this.#certificates.text("server.key") };
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...tls }, (request) => {
      const url = new URL(request.url);
      const [first = ""] = url.host.split(".");
      return first === "sqs" ? answerQuery(request, { aws, queueUrl }) : fetch(`${aws}/${first}${url.pathname}`);
    });
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#proxy = listener;
    this.proxyUrl = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
    void tunnelAll(listener, this.#server.addr.port);
  }

  /** Of the authority that vouches for it. */
  get certificateFile(): string {
    return this.#certificates.file("ca.pem");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy.close();
    await this.#server.shutdown();
    this.#certificates[Symbol.dispose]();
  }
}

/** Whatever host a client asks the proxy for, it is led to the port. */
async function tunnelAll(proxy: Deno.Listener, port: number): Promise<void> {
  for await (const client of proxy) {
    void tunnel(client, port).catch(() => {
      // The client went away.
    });
  }
}

async function tunnel(client: Deno.Conn, port: number): Promise<void> {
  // Clients wait for the answer before they send more.
  await client.read(new Uint8Array(4096));
  await client.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
  const server = await Deno.connect({ hostname: "127.0.0.1", port });
  await Promise.all([client.readable.pipeTo(server.writable), server.readable.pipeTo(client.writable)]);
}

interface Message {
  readonly MessageId: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly ReceiptHandle: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

/** Asks the stand-in in JSON for what a form asks for, and answers in XML. */
async function answerQuery(request: Request, { aws, queueUrl }: Pick<Places, "aws" | "queueUrl">): Promise<Response> {
  const { Action: action = "", ...form } = Object.fromEntries(new URLSearchParams(await request.text()));
  const answer = await fetch(aws, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
    body: JSON.stringify({ ...form, QueueUrl: queueUrl }),
  });
  const { Messages: messages = [] } = await answer.json() as { Messages?: readonly Message[] };
  const result = messages.map((message) => tag("Message", messageXml(message))).join("");
  const metadata = tag("ResponseMetadata", tag("RequestId", "1"));
  const body = tag(`${action}Response`, tag(`${action}Result`, result) + metadata);
  return new Response(body, { status: answer.status, headers: { "content-type": "text/xml" } });
}

function messageXml({ Attributes: attributes, ...fields }: Message): string {
  const named = Object.entries(attributes).map(([name, value]) =>
    tag("Attribute", tag("Name", name) + tag("Value", value))
  );
  return [...Object.entries(fields).map(([name, value]) => tag(name, escaped(value))), ...named].join("");
}

function tag(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
