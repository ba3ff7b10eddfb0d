import { defineEvents, type Events as EventsOf } from "../../component/events.ts";

/** Events of the processor `bedrock`. */
export const BEDROCK_EVENTS = defineEvents({
  "record.unreadable": {
    level: "warn",
    message: "This is no invocation record: it is sent as a pipeline error",
    counter: "bedrock.pipeline_errors",
    reasons: [
      "not_json",
      "not_an_object",
      "not_an_invocation",
      "too_many_values",
      "too_large",
      "damaged",
      "not_text",
      "unmappable",
    ],
  },
  "record.excluded": {
    level: "debug",
    message: "Record left out, as exclude says",
    counter: "bedrock.excluded_records",
    reasons: ["operations", "models", "accounts"],
  },
  "record.redacted": {
    level: "debug",
    message: "A redaction rule matched: values were redacted",
    counter: "bedrock.redactions",
    reasons: "configured",
  },
  "record.unknown_version": {
    level: "warn",
    message: "This version does not know the schema version of a record: it is mapped as far as possible",
    counter: "bedrock.unknown_versions",
    oncePer: "version",
  },
  "profile.resolved": {
    level: "debug",
    message: "Bedrock told the model behind an inference profile",
    counter: "bedrock.resolved_profiles",
  },
  "profile.unresolved": {
    level: "warn",
    message:
      "The model behind an inference profile is not known: records leave without it, and it is asked for again later",
    counter: "bedrock.unresolved_profiles",
    reasons: ["missing", "forbidden", "no_model", "unavailable"],
  },
  "body.not_joined": {
    level: "warn",
    message: "A body was not joined: its record is sent with the body's path",
    counter: "bedrock.bodies_not_joined",
    reasons: [
      "bad_path",
      "other_bucket",
      "other_key",
      "missing",
      "forbidden",
      "no_bucket",
      "unavailable",
      "damaged",
      "too_large",
    ],
  },
  "body.awaited": { level: "debug", message: "A body is not in the bucket yet", counter: "bedrock.body_waits" },
  "body.retry": {
    level: "warn",
    message: "A body cannot be read now, will try again",
    counter: "bedrock.body_retries",
  },
});

/** Reports them. */
export type Events = EventsOf<keyof typeof BEDROCK_EVENTS>;
