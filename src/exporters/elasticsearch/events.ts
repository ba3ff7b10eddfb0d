import { defineEvents } from "../../component/events.ts";

/** Events of the exporter `elasticsearch`, beside those of all exporters. */
export const ELASTICSEARCH_EVENTS = defineEvents({
  "elasticsearch.template_unknown": {
    level: "warn",
    message: "The API key may not look up which template is in force: documents are sent without that check",
    oncePer: "destination",
  },
});
