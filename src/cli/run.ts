import { type AddCommand, type ConfigOptions, takesConfig } from "./command.ts";

/** `run`: moves records until a signal stops it, or with `--once` until what is there now is delivered. */
export const addRun: AddCommand = (program, exit) => {
  takesConfig(program.command("run"))
    .description("receive, map and deliver until stopped")
    .option("--once", "take what is there now, deliver it and exit; 1 when anything was left undelivered", false)
    .action(async ({ config, once }: ConfigOptions & { once: boolean }) => {
      const { loadConfig } = await import("../config/load.ts");
      const loaded = await loadConfig(config);
      const { runService } = await import("../service/run.ts");
      exit(await runService(loaded, { once }));
    });
};
