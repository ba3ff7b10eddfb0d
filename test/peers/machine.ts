/** What the suites with real peers need of the machine they run on. */
import { homedir } from "node:os";
import { join } from "node:path";

/** Where peers are kept between runs. */
export function cacheFolder(): string {
  return join(Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "bedrock-otel-peers");
}

export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

/** A port on loopback that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
