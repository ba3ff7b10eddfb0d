import { abortable } from "../../async/abortable.ts";
import { SERVER } from "../../extensions/health_check/extension.ts";
import { formatHostPort, type HostPort } from "../../http/host_port.ts";

/** Longest wait for the answer. */
const TIMEOUT_MS = 4000;

/**
 * What the extension `health_check` of a running program answers. Not by fetch: that would go through the proxy of
 * HTTP_PROXY, where there is one.
 *
 * @throws {Error} it does not answer, or what answers is another program.
 */
export async function askHealth({ host, port }: HostPort): Promise<{ isHealthy: boolean; body: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  using connection = await Deno.connect({ hostname: host, port, signal });
  const request = `GET / HTTP/1.0\r\nHost: ${formatHostPort({ host, port })}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await abortable(new Response(connection.readable).text(), signal);
  const [, status, head = "", body = ""] = /^HTTP\/1\.[01] (\d{3}) (.*?)\r\n\r\n(.*)$/s.exec(answer) ?? [];
  if (status === undefined) throw new Error("the answer is not HTTP");
  if (!head.toLowerCase().split("\r\n").includes(`server: ${SERVER}`)) {
    throw new Error(
      "another program answers there, perhaps a Collector: give extensions.health_check another endpoint",
    );
  }
  return { isHealthy: status === "200", body };
}
