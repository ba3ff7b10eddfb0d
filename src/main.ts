import { runCommandLine } from "./commands/command_line.ts";

Deno.exit(await runCommandLine(Deno.args));
