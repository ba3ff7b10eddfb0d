import { Option } from "commander";
import { type AddCommand, DONE, FAILED } from "./command.ts";
import { note, print } from "./terminal.ts";

/** Longest wait for the answer. */
const TIMEOUT_MS = 5000;

/** `health`: asks a running program how it is; for a container's health check, where no other client is at hand. */
export const addHealth: AddCommand = (program, exit) => {
  program.command("health")
    .description("ask the extension health_check of a running program; exits 1 when it is unhealthy or does not answer")
    .addOption(
      new Option("--endpoint <host:port>", "where it answers").default("localhost:13133")
        .env("BEDROCK_OTEL_HEALTH_ENDPOINT"),
    )
    .action(async ({ endpoint }: { endpoint: string }) => {
      const url = `http://${endpoint}/`;
      try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
        print(await answer.text());
        exit(answer.ok ? DONE : FAILED);
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) throw error;
        note(`Cannot ask ${url}: ${error instanceof Error ? error.message : String(error)}\n`);
        exit(FAILED);
      }
    });
};
