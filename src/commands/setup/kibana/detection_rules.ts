/** Rules of Kibana's detection engine. */
import { memberOf } from "../../../component/json.ts";
import { type Asset, type Body, type Change, type Installed, type Marker, membersOf } from "./asset.ts";
import type { Question } from "./client.ts";
import { RuleCollection } from "./rule_collection.ts";

const PATH = "/api/detection_engine/rules";

/** What users edit. */
const CONTENT = [
  "name",
  "description",
  "severity",
  "severity_mapping",
  "risk_score",
  "risk_score_mapping",
  "type",
  "language",
  "index",
  "data_view_id",
  "query",
  "filters",
  "threshold",
  "new_terms_fields",
  "history_window_start",
  "alert_suppression",
  "event_category_override",
  "timestamp_field",
  "tiebreaker_field",
  "from",
  "interval",
  "max_signals",
  "timestamp_override",
  "rule_name_override",
  "building_block_type",
  "tags",
  "threat",
  "references",
  "false_positives",
  "note",
  "setup",
  "investigation_fields",
];

/** What users set beside it: an update keeps it. */
const KEPT = ["enabled", "actions", "throttle", "exceptions_list"];

/** What Kibana fills in where a rule does not say. */
const DEFAULTS: Body = { max_signals: 100 };

/** The member of a rule's free `meta` that has the marker; saving a rule in Kibana's pages replaces `meta`. */
const MARKER = "bedrock_otel";

/** See <https://www.elastic.co/docs/api/doc/kibana/group/endpoint-security-detections-api>. */
export class DetectionRules extends RuleCollection {
  readonly noun = () => "rule";
  readonly privileges = "All for Security (in newer versions for its Rules)";

  contentOf(body: Body): Body {
    return membersOf({ ...DEFAULTS, ...body }, CONTENT);
  }

  protected placeOf({ id }: Asset): string {
    return `${PATH}?rule_id=${encodeURIComponent(id)}`;
  }

  protected requestFor({ asset, installed, marker }: Change): Question {
    const body = {
      ...asset.body,
      rule_id: asset.id,
      enabled: false,
      ...keptOf(installed?.body ?? {}),
      meta: { [MARKER]: marker },
    };
    return { method: installed === undefined ? "POST" : "PUT", path: PATH, body };
  }

  protected installedOf(rule: Body): Installed {
    const marker = memberOf(rule["meta"], MARKER);
    const [asset, stored] = [memberOf(marker, "asset"), memberOf(marker, "stored")];
    return {
      id: String(rule["id"]),
      content: this.contentOf(rule),
      marker: typeof asset === "string" && typeof stored === "string" ? { asset, stored } satisfies Marker : undefined,
      isEnabled: rule["enabled"] === true,
      body: rule,
    };
  }

  async enable({ body }: Installed): Promise<void> {
    await this.client.ask(
      { method: "PATCH", path: PATH, body: { rule_id: body["rule_id"], enabled: true } },
      this.privileges,
    );
  }

  pathOf(_: Asset, { id }: Installed): string {
    return `/app/security/rules/id/${id}`;
  }
}

function keptOf(body: Body): Body {
  return Object.fromEntries(KEPT.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));
}
