import { dirname } from "node:path";
import { unwritableReason } from "../component/file_reasons.ts";

/** Makes the directories above a file, and writes it. @throws {Error} which file, and why not. */
export async function writeInto(path: string, text: string): Promise<void> {
  await writing(path, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  });
}

/** Does what writes a file. @throws {Error} which file, and why not. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new Error(`Cannot write ${path}: ${unwritableReason(error)}`, { cause: error });
  }
}
