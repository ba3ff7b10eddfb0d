import { runCommandLine } from "./commands/command_line.ts";
import { withholdTextsOfCrashes } from "./commands/crash.ts";

withholdTextsOfCrashes();
Deno.exit(await runCommandLine(Deno.args));
