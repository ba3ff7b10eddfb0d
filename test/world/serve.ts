export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** What came in, in order. */
  readonly requests: { readonly url: string; readonly headers: Headers }[];
}

/**
 * Serves on a free port of 127.0.0.1 with `answer`, which sees when the client goes away and can stream. For faults of a
 * network use `HttpServer`.
 */
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
