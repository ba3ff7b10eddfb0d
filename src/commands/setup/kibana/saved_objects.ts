/** Dashboards, and the data views that they show: Kibana's saved objects. */
import { isObject, listAt, memberOf, parseJson } from "../../../component/json.ts";
import { safeDetail } from "../../../http/safe_detail.ts";
import {
  type Asset,
  type Body,
  type Change,
  type Collection,
  type Installed,
  markerIn,
  membersOf,
  type Outcome,
} from "./asset.ts";
import type { KibanaClient } from "./client.ts";

const PATH = "/api/saved_objects";

/** Types of ours. */
const TYPES = ["dashboard", "index-pattern"] as const;

/** What stands in the title of each of ours, and so finds them. */
const SEARCH = '"Bedrock OTel"';

/** What users edit of a data view; which fields are looked at often is counted in it too. */
const DATA_VIEW = ["title", "name", "timeFieldName", "runtimeFieldMap"];

/** The end of a dashboard's description. */
const MARKER = / ?\(bedrock-otel ([0-9a-f]+)\.([0-9a-f]+)\)$/;

/** See <https://www.elastic.co/docs/api/doc/kibana/group/endpoint-saved-objects>. */
export class SavedObjects implements Collection {
  readonly hasSwitch = false;
  readonly privileges = "All for Dashboard, Data View Management and Saved Objects Management";
  readonly #client: KibanaClient;
  /** Ids of this space, where they are not the assets' own, as `type/id`. */
  readonly #destinations = new Map<string, string>();
  /** The assets' ids, by `type/id` of this space. */
  readonly #origins = new Map<string, string>();

  constructor(client: KibanaClient) {
    this.#client = client;
  }

  noun({ body }: Asset): string {
    return body["type"] === "dashboard" ? "dashboard" : "data view";
  }

  async find(assets: readonly Asset[]): Promise<ReadonlyMap<string, Installed>> {
    const body = { type: TYPES, search: SEARCH, excludeExportDetails: true };
    const { text } = await this.#client.ask({ method: "POST", path: `${PATH}/_export`, body }, this.privileges);
    const objects = text.split("\n").map(parseJson).filter(isObject);
    const found = new Map<string, Body>();
    for (const asset of assets) {
      const object = objectOf(asset, objects);
      if (object === undefined) continue;
      this.#place({ type: asset.body["type"], id: asset.id }, String(object["id"]));
      found.set(asset.id, object);
    }
    return new Map([...found].map(([id, object]) => [id, this.#installedOf(object)]));
  }

  /** What is new in one request that replaces nothing, what is to be replaced in another. */
  async write(changes: readonly Change[]): Promise<readonly Outcome[]> {
    const created = changes.filter(({ installed }) => installed === undefined);
    const replaced = changes.filter(({ installed }) => installed !== undefined);
    const problems = new Map([
      ...await this.#import(created, { overwrite: false }),
      ...await this.#import(replaced, { overwrite: true }),
    ]);
    const found = await this.find(changes.map(({ asset }) => asset));
    return changes.map(({ asset }) => {
      const installed = found.get(asset.id);
      const problem = problems.get(asset.id);
      return problem === undefined && installed !== undefined
        ? { asset, installed }
        : { asset, problem: problem ?? "it is not there after the import" };
    });
  }

  /** Problems by the asset's id. */
  async #import(changes: readonly Change[], { overwrite }: { overwrite: boolean }): Promise<Map<string, string>> {
    if (changes.length === 0) return new Map();
    const lines = changes.map((change) => `${JSON.stringify(this.#objectOf(change))}\n`);
    const body = new FormData();
    body.append("file", new Blob(lines, { type: "application/ndjson" }), "bedrock-otel.ndjson");
    const path = `${PATH}/_import${overwrite ? "?overwrite=true" : ""}`;
    const { json } = await this.#client.ask({ method: "POST", path, body }, this.privileges);
    for (const result of listAt(json, "successResults")) {
      const destination = memberOf(result, "destinationId");
      if (typeof destination === "string") {
        this.#place({ type: memberOf(result, "type"), id: memberOf(result, "id") }, destination);
      }
    }
    const problems = new Map(
      listAt(json, "errors").map((error) => [String(memberOf(error, "id")), problemOf(error)] as const),
    );
    if (problems.size === 0) return problems;
    // While one object has an error Kibana may make none of them, or all others: then they are ours to replace.
    const others = changes.filter(({ asset }) => !problems.has(asset.id));
    if (others.length === changes.length) throw new Error("Cannot set up Kibana: it names errors of other objects");
    return new Map([...problems, ...await this.#import(others, { overwrite: true })]);
  }

  #objectOf({ asset: { body }, marker }: Change): Body {
    const references = this.#referencesOf(body, (key) => this.#destinations.get(key));
    if (body["type"] !== "dashboard") return { ...body, references };
    const { description = "", ...attributes } = body["attributes"] as Body;
    const marked = `${description} (bedrock-otel ${marker.asset}.${marker.stored})`.trim();
    return { ...body, attributes: { ...attributes, description: marked }, references };
  }

  /** Nothing to switch on. */
  enable(): Promise<void> {
    return Promise.resolve();
  }

  async remove({ body }: Asset, { id }: Installed): Promise<void> {
    const path = `${PATH}/${body["type"]}/${id}?force=true`;
    await this.#client.ask({ method: "DELETE", path }, this.privileges);
  }

  pathOf({ body }: Asset, { id }: Installed): string | undefined {
    return body["type"] === "dashboard" ? `/app/dashboards#/view/${id}` : undefined;
  }

  #installedOf(object: Body): Installed {
    // A data view has no text for a marker.
    const marker = markerIn(descriptionOf(object), MARKER);
    return { id: String(object["id"]), content: this.contentOf(object), marker, isEnabled: undefined, body: object };
  }

  /** References as the pack has them, whatever the ids in this space. */
  contentOf(body: Body): Body {
    const attributes = isObject(body["attributes"]) ? body["attributes"] : {};
    if (body["type"] !== "dashboard") return membersOf(attributes, DATA_VIEW);
    const description = descriptionOf(body).replace(MARKER, "");
    const references = this.#referencesOf(body, (key) => this.#origins.get(key));
    return { attributes: { ...attributes, description }, references };
  }

  #referencesOf(body: Body, idOf: (key: string) => string | undefined): unknown[] {
    return listAt(body, "references").filter(isObject).map((reference) => ({
      ...reference,
      id: idOf(keyOf(reference)) ?? reference["id"],
    }));
  }

  /** Remembers which id an asset has in this space. */
  #place(asset: { readonly type: unknown; readonly id: unknown }, destination: string): void {
    this.#destinations.set(keyOf(asset), destination);
    this.#origins.set(keyOf({ type: asset.type, id: destination }), String(asset.id));
  }
}

/** The object that is an asset: by its id, or made from it where another space has that id. */
function objectOf({ id, body: { type } }: Asset, objects: readonly Body[]): Body | undefined {
  const candidates = objects.filter((object) => object["type"] === type);
  return candidates.find((object) => object["id"] === id) ?? candidates.find((object) => object["originId"] === id);
}

function keyOf(object: unknown): string {
  return `${memberOf(object, "type")}/${memberOf(object, "id")}`;
}

function descriptionOf(object: Body): string {
  const description = memberOf(object, "attributes", "description");
  return typeof description === "string" ? description : "";
}

/** What is said of an object that Kibana did not import. */
function problemOf(entry: unknown): string {
  const error = memberOf(entry, "error");
  switch (memberOf(error, "type")) {
    case "conflict":
      return "something else has its id there: --force replaces it";
    case "ambiguous_conflict":
      return "several copies of it are there: delete all but one";
    case "missing_references": {
      const missing = listAt(error, "references").map(keyOf).join(", ");
      return `it needs ${missing}, which this space does not have: install with --force, or without --only`;
    }
    case "unsupported_type":
      return "this Kibana does not know its type: a newer one does";
    default:
      return `Kibana did not import it: ${safeDetail(String(memberOf(error, "message") ?? memberOf(error, "type")))}`;
  }
}
