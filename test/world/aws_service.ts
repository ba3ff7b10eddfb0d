/** What the stand-ins for AWS's services share: how requests name them, and how they answer. */
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest } from "./http_server.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

/** One service, which {@linkcode Aws} asks for its requests. */
export interface AwsService {
  isFor(request: HttpRequest): boolean;
  answer(request: HttpRequest): Promise<HttpAnswer>;
}

/** The operation that a request names in its target (`Service.Operation`), or in a form's `Action`. */
export function targetOf({ headers, body }: HttpRequest): { service: string; operation: string } {
  const [service = "", operation = ""] = headers.get("x-amz-target")?.split(".") ?? [];
  if (operation !== "") return { service, operation };
  const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") === true;
  return { service: "", operation: isForm ? new URLSearchParams(textOf(body)).get("Action") ?? "" : "" };
}

/** What a request of a JSON protocol asks. */
export function inputOf({ body }: HttpRequest): Record<string, unknown> {
  return body.length === 0 ? {} : JSON.parse(textOf(body));
}

/** The region in the scope of a request's signature; empty without one. */
export function regionOf({ headers }: HttpRequest): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.get("authorization") ?? "")?.[1] ?? "";
}

/** An error as the services with a JSON protocol write it: the code of the older Query protocol is in a header. */
export function awsError(code: string, message: string, { status = 400, queryCode = code } = {}): Fault {
  return {
    kind: "status",
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-query-error": `${queryCode};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.service#${code}`, message }),
  };
}

/** An error as the AWS SDK throws it; `queryCode` is its name in the Query protocol, where that differs. */
export class SdkError extends Error {
  readonly queryCode: string;

  constructor(name: string, message: string, { queryCode = name } = {}) {
    super(message);
    this.name = name;
    this.queryCode = queryCode;
  }
}

/** An error as the AWS SDK throws it. */
export function sdkError(name: string, message: string): Error {
  return new SdkError(name, message);
}

/** What `answer` resolves with; an error of the SDK's that it throws becomes the answer that the SDK reads it from. */
export async function orError(answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    const { name, message, queryCode } = error;
    return await answerUnder(awsError(name, message, { queryCode }), () => new Response());
  }
}

export function jsonAnswer(body: unknown): Response {
  return answerOf(JSON.stringify(body), { "content-type": "application/x-amz-json-1.0" });
}

/** A successful answer that says how long it is. */
export function answerOf(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Response {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return new Response(bytes, { headers: { ...headers, "content-length": String(bytes.length) } });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
