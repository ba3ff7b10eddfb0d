/** The value of an environment variable; undefined where it is empty, or Deno may not look. */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}
