export interface Endpoint {
  readonly url: string;
  readonly server: Deno.HttpServer;
  /** Whether it refuses everything for now. */
  isDown: boolean;
}

/** An OTLP/HTTP endpoint in this process that takes everything and keeps nothing. */
export function startEndpoint(): Endpoint {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || !/^\/v1\/(logs|metrics)$/.test(pathname)) {
      return new Response("This endpoint takes POST /v1/logs and /v1/metrics\n", { status: 404 });
    }
    await request.bytes();
    if (endpoint.isDown) return new Response("The demo plays an outage\n", { status: 503 });
    // What OTLP answers a request without rejected records: an empty message.
    return new Response(new Uint8Array(), { headers: { "content-type": "application/x-protobuf" } });
  });
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`,
    server,
    isDown: false,
  };
  return endpoint;
}
