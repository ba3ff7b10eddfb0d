let isHeld = false;

/**
 * Runs with variables of the environment set. Test files that run side by side share one environment: only one of them runs so
 * at a time.
 */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> {
  if (isHeld) return await withVariables(variables, run);
  using file = await Deno.open(new URL(import.meta.url));
  // Until the file is closed.
  await file.lock(true);
  isHeld = true;
  try {
    return await withVariables(variables, run);
  } finally {
    isHeld = false;
  }
}

async function withVariables<T>(variables: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    return await run();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}
