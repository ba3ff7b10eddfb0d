/** Why a file could not be read, as the end of a sentence for people: `it does not exist`. */
export function unreadableReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not read it";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists) {
    return "a part of its path is no directory";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Why a file could not be written, in the same way. */
export function unwritableReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "its directory does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "the file or its directory may not be written";
  return unreadableReason(error);
}
