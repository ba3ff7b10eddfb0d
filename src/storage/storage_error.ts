/** Why the state cannot be used. */
export type StorageFault =
  | "in_use"
  | "damaged"
  | "newer"
  | "older"
  | "full"
  | "read_only"
  | "unavailable";

/** The state cannot be opened, read or written. Nothing was changed. */
export class StorageError extends Error {
  override readonly name: string = "StorageError";
  readonly fault: StorageFault;

  constructor(message: string, options: { fault: StorageFault; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.fault = options.fault;
  }
}

/** The value of one entry is not what its collection holds; all others can be used. */
export class UnreadableEntryError extends StorageError {
  override readonly name = "UnreadableEntryError";

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, fault: "damaged" });
  }
}
