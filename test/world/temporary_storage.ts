/** For tests: storage in a directory that goes with it. */
import { z } from "zod";
import type { CheckpointStore } from "../../src/component/checkpoints.ts";
import { openStorage, type Storage } from "../../src/storage/open.ts";
import { StorageError } from "../../src/storage/storage_error.ts";

/** A real database in a directory of its own; dispose of it to remove both. */
export interface TemporaryStorage extends Omit<Storage, typeof Symbol.dispose>, Disposable {
  readonly directory: string;
  /** A collection of any values. */
  collection(receiver: string, collection: string): CheckpointStore<unknown>;
  /** Called before each write; what it throws is what comes of it. */
  beforeWrite: () => void;
}

export function temporaryStorage(): TemporaryStorage {
  const directory = Deno.makeTempDirSync({ prefix: "bedrock-otel-state-" });
  const storage = openStorage({ directory });
  const { table } = storage;
  const [write, deleteIn] = [table.write.bind(table), table.deleteIn.bind(table)];
  const temporary: TemporaryStorage = {
    directory,
    table,
    of: (receiver) => storage.of(receiver),
    collection: (receiver, collection) => storage.of(receiver).checkpoints(collection, z.unknown()),
    beforeWrite() {},
    summary: () => storage.summary(),
    compact: () => storage.compact(),
    flush: () => storage.flush(),
    [Symbol.dispose]() {
      temporary.beforeWrite = () => {};
      storage[Symbol.dispose]();
      Deno.removeSync(directory, { recursive: true });
    },
  };
  table.write = (changes) => {
    temporary.beforeWrite();
    write(changes);
  };
  table.deleteIn = (id, range) => {
    temporary.beforeWrite();
    return deleteIn(id, range);
  };
  return temporary;
}

/** What a write to a full disk throws. */
export function diskIsFull(): never {
  throw new StorageError("Cannot write state: the disk is full", { fault: "full" });
}
