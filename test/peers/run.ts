/** Runs a program to its end; undefined when it succeeded, else the last line that it said. */
export async function run(
  program: string,
  args: readonly string[],
  { env = {} }: { env?: Readonly<Record<string, string>> } = {},
): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args: [...args], env: { ...env }, stdout: "null", stderr: "piped" });
    const { success, stderr } = await command.output();
    return success ? undefined : new TextDecoder().decode(stderr).trim().split("\n").at(-1) || `${program} failed`;
  } catch (error) {
    return String(error);
  }
}
