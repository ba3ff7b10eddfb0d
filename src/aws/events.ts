import { defineEvents, type Events as EventsOf } from "../component/events.ts";

/** Events of all AWS clients. */
export const AWS_EVENTS = defineEvents({
  "aws.call": {
    level: "debug",
    message: "Called AWS",
    counter: "aws.calls",
    sums: { "aws.estimated_cost_usd": "usd" },
    attributes: ["service", "operation", "outcome"],
  },
});

/** Reports them. */
export type Events = EventsOf<keyof typeof AWS_EVENTS>;
