import { typeOf } from "../component/component_id.ts";
import type { Kind } from "./component_table.ts";
import type { Path } from "./problems.ts";

const AUTH = "leave it out: credentials are set by headers or header_files of the exporter";

/** What is done here for what users of the Collector know as a component that this program does not have. */
const HABITS: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  receivers: {
    otlp: "nothing is received over OTLP here: this program reads AWS and sends to a Collector",
    filelog: "files are read by file",
    file_log: "files are read by file",
    awscloudwatchlogs: "log groups are read by awscloudwatch",
  },
  processors: {
    batch: "leave it out: exporters batch themselves (sending_queue.batch of otlp_http)",
    memory_limiter: "leave it out: service.max_in_flight_bytes bounds what is held in memory",
    attributes: "static attributes are set by fields of the processor bedrock",
    resource: "static attributes are set by fields of the processor bedrock",
    redaction: "the processor bedrock redacts: content: redacted",
    filter: "records are left out by exclude of the processor bedrock",
    transform: "records are mapped by the processor bedrock (mapping, fields, exclude)",
    k8sattributes: "leave it out: records come from AWS; static attributes are set by fields of the processor bedrock",
    resourcedetection:
      "leave it out: records come from AWS; static attributes are set by fields of the processor bedrock",
  },
  exporters: {
    otlp: "OTLP over gRPC is not spoken: use otlp_http, usually with port 4318 instead of 4317",
    otlp_grpc: "OTLP over gRPC is not spoken: use otlp_http, usually with port 4318 instead of 4317",
    otlphttp: "it is called otlp_http here, as in newer Collectors",
    logging: "it is called debug here, as in newer Collectors",
    prometheus: "the program's own metrics are served by service.telemetry.metrics.readers",
  },
  extensions: {
    file_storage: "leave it out: what receivers remember is kept in service.storage.directory",
    memory_limiter: "leave it out: service.max_in_flight_bytes bounds what is held in memory",
    healthcheckv2: "it is called health_check here",
    basicauth: AUTH,
    bearertokenauth: AUTH,
    oauth2client: AUTH,
    headers_setter: AUTH,
    zpages: "what the program does is on the page of status_page",
    pprof: "leave it out: Deno profiles with --cpu-prof",
  },
};

const NO_QUEUE = "leave it out: no queue is kept, and nothing is acknowledged before it was delivered";

/** The same for settings, by the map that they stand in. */
const SETTING_HABITS: Readonly<Record<string, string>> = {
  "sending_queue.enabled": NO_QUEUE,
  "sending_queue.queue_size": NO_QUEUE,
  "sending_queue.storage": NO_QUEUE,
  "sending_queue.sizer": NO_QUEUE,
  "sending_queue.wait_for_result": NO_QUEUE,
  "sending_queue.block_on_overflow": NO_QUEUE,
  "tls.insecure": "leave it out: an http:// endpoint is without TLS",
};

/** What to do instead of a setting that the Collector has; undefined for any other. */
export function settingHabit(path: Path): string | undefined {
  const name = path.slice(-2).join(".");
  return Object.hasOwn(SETTING_HABITS, name) ? `unknown setting; ${SETTING_HABITS[name]}` : undefined;
}

/** What to do instead of using a component that other programs have; undefined for any other. */
export function habitHint(kind: Kind, id: string): string | undefined {
  const hints = HABITS[kind];
  const type = typeOf(id);
  return Object.hasOwn(hints, type) ? hints[type] : undefined;
}
