import type { ReceiverFactory } from "../../component/component.ts";
import { bodyFolderOf } from "../../decode/file_companion.ts";
import { FileCheckpoints } from "./checkpoint.ts";
import { type FileReceiverConfig, fileReceiverProblems, fileReceiverSchema } from "./config.ts";
import { basesOf, filesNamedBy } from "./globs.ts";
import { fileReceiver } from "./receiver.ts";
import { FILE_EVENTS } from "./events.ts";

/** The receiver `file`: invocation logs, or a dead letter, from files. */
export const fileReceiverFactory: ReceiverFactory<FileReceiverConfig> = {
  type: "file",
  description: "Reads invocation logs or a dead letter from files, plain, gzip or zstd",
  signals: ["logs"],
  unmapped: ["logs"],
  events: FILE_EVENTS,
  schema: fileReceiverSchema,
  check: fileReceiverProblems,
  place: ({ include }) => include.join("+"),
  usesStorage: () => true,
  permissions: ({ include, delete_after_read }) => ({
    // Below a directory the bodies are readable already.
    read: [...basesOf(include), ...filesNamedBy(include).map(bodyFolderOf)],
    write: delete_after_read ? basesOf(include) : [],
  }),
  create(context) {
    const { config, consumers, flowControl, events, once, storage } = context;
    if (consumers.logs === undefined) throw new Error("Cannot create file: no logs pipeline uses it");
    if (storage === undefined) throw new Error("Cannot create file: it has no storage");
    const checkpoints = new FileCheckpoints(storage);
    return fileReceiver({ config, consumer: consumers.logs, flowControl, events, once, checkpoints });
  },
};
