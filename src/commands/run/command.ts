import { print } from "../terminal.ts";
import { type AddCommand, type ConfigOptions, DONE, FAILED, loadOptions, takesConfig } from "../command.ts";

/** `run`: moves records until a signal stops it, or with `--once` until what is there now is delivered. */
export const addRun: AddCommand = (program, exit) => {
  takesConfig(program.command("run"))
    .description("receive, map and deliver until stopped")
    .option("--once", "take what is there now, deliver it and exit; 1 when anything was left undelivered", false)
    .option("--json", "print what the run came to as one line of JSON on standard output, for a script", false)
    .action(async ({ once, json, ...options }: ConfigOptions & { once: boolean; json: boolean }) => {
      const config = await loadOptions(options);
      const { runService } = await import("../../service/run.ts");
      const { EVENTS } = await import("../../components.ts");
      const isGood = await runService(config, {
        once,
        definitions: EVENTS,
        ...json && { onSummary: (summary) => print(`${JSON.stringify(summary)}\n`) },
      });
      exit(isGood ? DONE : FAILED);
    });
};
