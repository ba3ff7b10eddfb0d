import { InvalidArgumentError, Option } from "commander";
import { formatHostPort, type HostPort, parseHostPort } from "../../http/host_port.ts";
import { abortable } from "../../async/abortable.ts";
import { type AddCommand, DONE, FAILED } from "../command.ts";
import { healthTable } from "./table.ts";
import { note, print } from "../terminal.ts";

const DEFAULT: HostPort = { host: "localhost", port: 13133 };
const OTHER_PROGRAM =
  "another program answers there, perhaps a Collector: give extensions.health_check another endpoint";
/** Longest wait for the answer. */
const TIMEOUT_MS = 4000;

/** `health`: asks a running program how it is; for a container's health check, where no other client is at hand. */
export const addHealth: AddCommand = (program, exit) => {
  program.command("health")
    .description("ask the extension health_check of a running program; exits 1 when it is unhealthy or does not answer")
    .addOption(
      new Option("--endpoint <host:port>", "address of the extension").default(DEFAULT, formatHostPort(DEFAULT))
        .env("BEDROCK_OTEL_HEALTH_ENDPOINT").argParser(addressToAsk),
    )
    .option("--json", "print the answer as it is", false)
    .action(async ({ endpoint, json }: { endpoint: HostPort; json: boolean }) => {
      try {
        const { isHealthy, body } = await ask(endpoint);
        const table = healthTable(body);
        if (table === undefined) throw new Error(OTHER_PROGRAM);
        print(json ? body : table);
        exit(isHealthy ? DONE : FAILED);
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        note(`Cannot ask ${formatHostPort(endpoint)}: ${reason}\n`);
        exit(FAILED);
      }
    });
};

/** Who listens on every address is asked on this machine. */
function addressToAsk(text: string): HostPort {
  const address = parseHostPort(text);
  if (address === undefined) throw new InvalidArgumentError("expected host:port, such as localhost:13133");
  const { host, port } = address;
  return { host: host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host, port };
}

/**
 * Not by fetch: that would go through the proxy of HTTP_PROXY, where there is one.
 *
 * @throws {Error} it does not answer, or not in HTTP.
 */
async function ask({ host, port }: HostPort): Promise<{ isHealthy: boolean; body: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  using connection = await Deno.connect({ hostname: host, port, signal });
  const request = `GET / HTTP/1.0\r\nHost: ${formatHostPort({ host, port })}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await abortable(new Response(connection.readable).text(), signal);
  const [, status, body = ""] = /^HTTP\/1\.[01] (\d{3}) .*?\r\n\r\n(.*)$/s.exec(answer) ?? [];
  if (status === undefined) throw new Error("the answer is not HTTP");
  return { isHealthy: status === "200", body };
}
