/** For tests: storage in a directory that goes with it. */
import type { Storage } from "../../src/storage/storage.ts";
import { openStorage } from "../../src/storage/open.ts";

/** A real database in a directory of its own; dispose of it to remove both. */
export function temporaryStorage(): Storage & { readonly directory: string } {
  const directory = Deno.makeTempDirSync({ prefix: "bedrock-otel-state-" });
  const storage = openStorage({ directory });
  return {
    directory,
    of: (receiver) => storage.of(receiver),
    summary: () => storage.summary(),
    compact: () => storage.compact(),
    [Symbol.dispose]() {
      storage[Symbol.dispose]();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}
