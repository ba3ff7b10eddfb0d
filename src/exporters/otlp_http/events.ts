import { defineEvents } from "../../component/events.ts";

/** Events of the exporter `otlp_http`, beside those of all exporters. */
export const OTLP_HTTP_EVENTS = defineEvents({
  "otlp_http.zstd_refused": {
    level: "warn",
    message: "The endpoint does not take zstd (415): requests are compressed with gzip from now on",
  },
});
