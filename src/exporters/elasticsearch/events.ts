import { defineEvents } from "../../component/events.ts";

/** Events of the exporter `elasticsearch`, beside those of all exporters. */
export const ELASTICSEARCH_EVENTS = defineEvents({
  "elasticsearch.node_unreachable": {
    level: "warn",
    message: "A node cannot be reached: requests go to the others, and try it again in a minute",
  },
  "elasticsearch.node_back": { level: "info", message: "A node answers again" },
  "elasticsearch.template_unknown": {
    level: "warn",
    message: "The API key may not look up which template is in force: documents are sent without that check",
    oncePer: "destination",
  },
});
