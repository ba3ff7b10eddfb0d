import { InvalidArgumentError, Option } from "commander";
import { formatHostPort, type HostPort, parseHostPort } from "../../http/host_port.ts";
import { type AddCommand, DONE, FAILED } from "../command.ts";
import { askHealth } from "./ask.ts";
import { healthTable } from "./table.ts";
import { note, print } from "../terminal.ts";

const DEFAULT: HostPort = { host: "localhost", port: 13133 };

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
        const { isHealthy, body } = await askHealth(endpoint);
        print(json ? body : healthTable(body) ?? body);
        exit(isHealthy ? DONE : FAILED);
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) throw error;
        note(`Cannot ask ${formatHostPort(endpoint)}: ${reasonOf(error)}\n`);
        exit(FAILED);
      }
    });
};

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return "nothing answers there: start the program with the extension health_check, or name its --endpoint";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Who listens on every address is asked on this machine. */
function addressToAsk(text: string): HostPort {
  const address = parseHostPort(text);
  if (address === undefined) throw new InvalidArgumentError("expected host:port, such as localhost:13133");
  const { host, port } = address;
  return { host: host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host, port };
}
