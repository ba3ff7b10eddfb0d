import type { AddCommand } from "../command.ts";

/** `demo`: the whole path on sample logs and metrics, in this process. */
export const addDemo: AddCommand = (program, exit) => {
  program.command("demo")
    .description("show the whole path on sample invocation logs and their metrics; needs no account and no server")
    .option("--keep", "keep it running and print the addresses", false)
    .action(async ({ keep }: { keep: boolean }) => {
      const { runDemo } = await import("./demo.ts");
      exit(await runDemo({ keep }));
    });
};
