/** Rules of Kibana's alerting: for those who run models and this program. */
import { isObject, listAt } from "../../../component/json.ts";
import { type Asset, type Body, type Change, type Installed, type Marker, markerIn, membersOf } from "./asset.ts";
import { DEFAULT_SPACE, type Question } from "./client.ts";
import { RuleCollection } from "./rule_collection.ts";

const PATH = "/api/alerting/rule";

/** What users edit. */
const CONTENT = ["name", "schedule", "params", "alert_delay", "flapping", "artifacts"];

/** What of an action can be written; Kibana answers more. */
const ACTION = ["group", "id", "params", "frequency", "uuid", "alerts_filter", "use_alert_data_for_template"];

/** What only a new rule takes. */
const FIXED = ["consumer", "rule_type_id"];

/** The tag that has the marker: a rule has no other place that nobody sees. */
const MARKER = /^bedrock-otel:([0-9a-f]+)\.([0-9a-f]+)$/;

/** See <https://www.elastic.co/docs/api/doc/kibana/group/endpoint-alerting>. */
export class AlertRules extends RuleCollection {
  readonly noun = () => "alert";
  readonly privileges = "All for Stack Rules";

  contentOf(body: Body): Body {
    return { ...membersOf(body, CONTENT), tags: tagsOf(body) };
  }

  protected requestFor({ asset, installed, marker }: Change): Question {
    const path = this.placeOf(asset);
    const tags = [...tagsOf(asset.body), `bedrock-otel:${marker.asset}.${marker.stored}`];
    if (installed === undefined) {
      return { method: "POST", path, body: { ...asset.body, tags, actions: [], enabled: false } };
    }
    const body = Object.fromEntries(Object.entries(asset.body).filter(([name]) => !FIXED.includes(name)));
    return { method: "PUT", path, body: { ...body, tags, actions: actionsOf(installed.body) } };
  }

  protected installedOf(rule: Body): Installed {
    return {
      id: String(rule["id"]),
      content: this.contentOf(rule),
      marker: listAt(rule, "tags").map(markerOf).find((marker) => marker !== undefined),
      isEnabled: rule["enabled"] === true,
      body: rule,
    };
  }

  async enable({ id }: Installed): Promise<void> {
    await this.client.ask({ method: "POST", path: `${PATH}/${id}/_enable` }, this.privileges);
  }

  pathOf(_: Asset, { id }: Installed): string {
    return `/app/management/insightsAndAlerting/triggersActions/rule/${id}`;
  }

  /** Ids are unique over all spaces. */
  protected placeOf({ id }: Asset): string {
    const { space } = this.client;
    return `${PATH}/${space === DEFAULT_SPACE ? id : `${id}-${space}`}`;
  }
}

function tagsOf(body: Body): string[] {
  return listAt(body, "tags").map(String).filter((tag) => markerOf(tag) === undefined);
}

function markerOf(tag: unknown): Marker | undefined {
  return markerIn(String(tag), MARKER);
}

function actionsOf(body: Body): unknown[] {
  return listAt(body, "actions").filter(isObject).map((action) =>
    Object.fromEntries(Object.entries(action).filter(([name]) => ACTION.includes(name)))
  );
}
