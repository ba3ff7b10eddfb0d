/** For tests: AWS settings, and a server that answers as told. */
import { z } from "zod";
import { type AwsSettings, awsShape } from "./settings.ts";

const schema = z.strictObject(awsShape);

/** Parsed settings with keys and a region, unless told otherwise. */
export function awsSettings(settings: Record<string, unknown> = {}): AwsSettings {
  return schema.parse({ region: "us-east-1", access_key_id: "KEY", secret_access_key: "SECRET", ...settings });
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** What came in, in order. */
  readonly requests: { readonly url: string; readonly headers: Headers }[];
}

/** Serves on a free port of 127.0.0.1 with `answer`. */
export function serve(answer: (request: Request) => Response | Promise<Response>): TestServer {
  const requests: TestServer["requests"] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests.push({ url: request.url, headers: new Headers(request.headers) });
    return answer(request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
