/** For tests: the receiver in front of log groups in memory. */
import { REGION } from "../../../test/world/aws_service.ts";
import { MemoryLogs } from "../../../test/world/memory_logs.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import type { LogRecord } from "../../component/batch.ts";
import { TestSink } from "../../../test/world/test_sink.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { temporaryStorage } from "../../../test/world/temporary_storage.ts";
import { awscloudwatchSchema } from "./config.ts";
import { ownGroup } from "./log_group.ts";
import { RunLoop } from "../run_loop.ts";
import { logsLoop } from "./receiver.ts";

/** A receiver of the group `bedrock` with what it stands between. */
export function createStage(settings: Record<string, unknown> = {}) {
  const logs = new MemoryLogs();
  logs.create("bedrock");
  const storage = temporaryStorage();
  const sink = new TestSink<LogRecord>();
  const { events, lines } = quietEvents();
  const flowControl = createFlowControl({ maxInFlightBytes: 64 * 1024 * 1024 });
  return {
    logs,
    storage,
    sink,
    events,
    lines,
    flowControl,
    /** A receiver that goes on where the one before ended. */
    receiver: (options: { once?: boolean; settings?: Record<string, unknown> } = {}) =>
      new RunLoop(logsLoop({
        logs,
        largeData: undefined,
        close: () => logs.close(),
        storage: storage.of("awscloudwatch"),
        consumer: sink,
        flowControl,
        events: events.of("awscloudwatch"),
        once: options.once ?? false,
        config: awscloudwatchSchema.parse({
          ...("log_group_name_prefix" in settings ? {} : { log_group_name: "bedrock" }),
          api_sleep: "0s",
          ...settings,
          ...options.settings,
        }),
      })),
    /** Ids of what was delivered, sorted; what was delivered twice is here twice. */
    deliveredIds: () => sink.delivered.map(({ origin }) => origin.id).toSorted(),
    rememberedIds: (
      group = "bedrock",
    ) => [...storage.collection("awscloudwatch", `events ${ownGroup(group, { region: REGION }).id}`).keys()],
    position: (group = "bedrock") =>
      storage.collection("awscloudwatch", "groups").get(ownGroup(group, { region: REGION }).id)?.value,
    [Symbol.dispose]: () => storage[Symbol.dispose](),
  };
}

export type Stage = ReturnType<typeof createStage>;
