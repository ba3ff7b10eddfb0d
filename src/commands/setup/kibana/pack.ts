/** What `setup kibana` can install: the files of `assets/elastic`, which are part of the program. */
import alertsCommon from "../../../../assets/elastic/alerts/common.json" with { type: "json" };
import alertsEcs from "../../../../assets/elastic/alerts/ecs.json" with { type: "json" };
import alertsOtel from "../../../../assets/elastic/alerts/otel.json" with { type: "json" };
import rulesEcs from "../../../../assets/elastic/rules/ecs.json" with { type: "json" };
import rulesOtel from "../../../../assets/elastic/rules/otel.json" with { type: "json" };
import dashboardsCommon from "../../../../assets/elastic/dashboards/common.json" with { type: "json" };
import dashboardsEcs from "../../../../assets/elastic/dashboards/ecs.json" with { type: "json" };
import dashboardsOtel from "../../../../assets/elastic/dashboards/otel.json" with { type: "json" };
import { isObject } from "../../../component/json.ts";
import { type Asset, type Body, type Kind, KINDS, PACK_MODES, type PackMode } from "./asset.ts";
import type { Pack } from "./setup.ts";

/** What each kind has for a mode. */
const FILES: Readonly<Record<PackMode, Readonly<Record<Kind, readonly unknown[]>>>> = {
  ecs: { rules: rulesEcs, alerts: alertsEcs, dashboards: dashboardsEcs.objects },
  otel: { rules: rulesOtel, alerts: alertsOtel, dashboards: dashboardsOtel.objects },
};

/** What is the same in every mode. */
const COMMON: Readonly<Record<Kind, readonly unknown[]>> = {
  rules: [],
  alerts: alertsCommon,
  dashboards: dashboardsCommon.objects,
};

/** Which assets are wanted. */
export interface PackChoice {
  /** Undefined: of all modes. */
  readonly mode: PackMode | undefined;
  readonly kinds: readonly Kind[];
}

/** The pack, with what is the same in every mode. */
export function packOf({ mode, kinds }: PackChoice): Pack {
  const modes = mode === undefined ? PACK_MODES : [mode];
  return Object.fromEntries(
    KINDS.filter((kind) => kinds.includes(kind)).map((kind) => [
      kind,
      [...modes.flatMap((mode) => FILES[mode][kind]), ...COMMON[kind]].filter(isObject).map(READERS[kind]),
    ]),
  );
}

const READERS: Readonly<Record<Kind, (entry: Body) => Asset>> = {
  rules: ({ rule_id, ...body }) => ({ id: String(rule_id), name: String(body["name"]), body }),
  alerts: ({ id, ...body }) => ({ id: String(id), name: String(body["name"]), body }),
  dashboards: (body) => {
    const attributes = isObject(body["attributes"]) ? body["attributes"] : {};
    return { id: String(body["id"]), name: String(attributes["name"] ?? attributes["title"]), body };
  },
};
