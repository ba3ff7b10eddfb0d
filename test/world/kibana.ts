/**
 * Kibana on loopback, as far as its documented API installs things: saved objects, rules of the detection engine, rules of
 * alerting, spaces. It stores what it is sent with defaults added, as Kibana does.
 *
 * @see https://www.elastic.co/docs/api/doc/kibana/
 */
import { answerUnder, type Fault, type HttpRequest, HttpServer } from "./http_server.ts";

type Body = Record<string, unknown>;

/** A saved object; ids are unique over all spaces. */
export interface SavedObject extends Body {
  readonly type: string;
  readonly id: string;
  attributes: Body;
  references: { type: string; id: string; name: string }[];
  originId?: string;
}

/** What a key may do. */
export type Privilege = "rules" | "alerts" | "savedObjects";

interface Space {
  readonly id: string;
  readonly rules: Map<string, Body>;
  readonly alerts: Map<string, Body>;
  readonly objects: Map<string, SavedObject>;
}

/** What an error of Kibana's core looks like. */
const CORE_ERRORS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
};

/** Members that a PUT of an alerting rule takes, and those of an action in it. */
const ALERT_UPDATE = ["name", "tags", "schedule", "params", "actions", "alert_delay", "flapping", "artifacts"];
const ALERT_ACTION = ["group", "id", "params", "frequency", "uuid", "alerts_filter", "use_alert_data_for_template"];

export class Kibana implements AsyncDisposable {
  version = "9.4.3";
  /** Privileges by API key; a key that is not here is not accepted. */
  readonly keys = new Map<string, ReadonlySet<Privilege>>();
  readonly spaces = new Map<string, Space>();
  /** What goes wrong with a request. */
  fault: (request: HttpRequest) => Fault | undefined = () => undefined;
  #server: HttpServer | undefined;
  #made = 0;

  static async start(...spaces: readonly string[]): Promise<Kibana> {
    const kibana = new Kibana();
    for (const id of ["default", ...spaces]) {
      kibana.spaces.set(id, { id, rules: new Map(), alerts: new Map(), objects: new Map() });
    }
    kibana.#server = await HttpServer.start((request) =>
      answerUnder(kibana.fault(request), () => kibana.#answer(request))
    );
    return kibana;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  get requests(): readonly HttpRequest[] {
    return this.#server?.requests ?? [];
  }

  /** Requests that change something, since this was asked last. */
  takeWrites(): string[] {
    const requests = this.#server?.requests ?? [];
    const writes = requests.filter(({ method, url }) => method !== "GET" && !url.pathname.endsWith("/_export"))
      .map(({ method, url }) => `${method} ${url.pathname}`);
    requests.length = 0;
    return writes;
  }

  space(id = "default"): Space {
    const space = this.spaces.get(id);
    if (space === undefined) throw new Error(`There is no space ${id}`);
    return space;
  }

  /** What is in all spaces, by a name for each. */
  get contents(): string[] {
    return [...this.spaces.values()].flatMap(({ id, rules, alerts, objects }) =>
      [...rules.keys(), ...alerts.keys(), ...objects.keys()].map((name) => `${id}: ${name}`)
    );
  }

  /** Saves a rule of the detection engine as its page does: `meta` is replaced. */
  editRule(ruleId: string, change: Body, space?: string): void {
    const rule = this.space(space).rules.get(ruleId) as Body;
    Object.assign(rule, change, {
      meta: { from: "1m", kibana_siem_app_url: this.url },
      revision: Number(rule["revision"]) + 1,
    });
  }

  editAlert(id: string, change: Body, space?: string): void {
    const rule = this.space(space).alerts.get(id) as Body;
    Object.assign(rule, change, { revision: Number(rule["revision"]) + 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: HttpRequest): Promise<Response> {
    const { method, url, headers } = request;
    const privileges = this.keys.get(headers.get("authorization")?.replace(/^ApiKey /, "") ?? "");
    if (url.pathname === "/api/status") return this.#status(privileges !== undefined);
    if (privileges === undefined) return coreError(401, "[security_exception]: unable to authenticate");
    if (method !== "GET" && !headers.has("kbn-xsrf")) return coreError(400, "Request must contain a kbn-xsrf header.");
    const [, spaceId = "default", path] = /^(?:\/s\/([^/]+))?(\/.*)$/.exec(url.pathname) as RegExpExecArray;
    const space = this.spaces.get(spaceId);
    const asked = /^\/api\/spaces\/space\/(.+)$/.exec(path as string)?.[1];
    if (asked !== undefined) {
      return this.spaces.has(asked)
        ? json({ id: asked, name: asked, disabledFeatures: [] })
        : coreError(404, "Not Found");
    }
    if (space === undefined) return coreError(404, "Not Found");
    return await this.#inSpace(request, { path: path as string, space, privileges });
  }

  #status(isKnown: boolean): Response {
    const status = { overall: { level: "available" } };
    return json(isKnown ? { name: "kibana", version: { number: this.version }, status } : { status });
  }

  async #inSpace(
    request: HttpRequest,
    { path, space, privileges }: { path: string; space: Space; privileges: ReadonlySet<Privilege> },
  ): Promise<Response> {
    const routes: readonly (readonly [string, Privilege, () => Response | Promise<Response>])[] = [
      ["/api/detection_engine/rules", "rules", () => this.#detection(request, space)],
      ["/api/alerting/rule/", "alerts", () => this.#alerting(request, { path, space })],
      ["/api/saved_objects/", "savedObjects", () => this.#savedObjects(request, { path, space })],
    ];
    const route = routes.find(([prefix]) => path.startsWith(prefix));
    if (route === undefined) return coreError(404, "Not Found");
    const [, privilege, answer] = route;
    if (privileges.has(privilege)) return await answer();
    return coreError(
      403,
      `API [${request.method} ${path}] is unauthorized for user, this action is granted by the Kibana privileges [x]`,
    );
  }

  #detection(request: HttpRequest, { rules }: Space): Response {
    const body = bodyOf(request);
    const id = String(request.url.searchParams.get("rule_id") ?? body["rule_id"]);
    const rule = rules.get(id);
    if (request.method === "POST") {
      if (rule !== undefined) return detectionError(409, `rule_id: "${id}" already exists`);
      rules.set(id, this.#detectionRule({ id: `so-${++this.#made}`, revision: 0 }, body));
    } else if (rule === undefined) return detectionError(404, `rule_id: "${id}" not found`);
    else if (request.method === "PUT") {
      rules.set(id, this.#detectionRule({ id: rule["id"], revision: Number(rule["revision"]) + 1 }, body));
    } else if (request.method === "PATCH") Object.assign(rule, body);
    else if (request.method === "DELETE") rules.delete(id);
    return json(rules.get(id) ?? rule);
  }

  #detectionRule(own: Body, body: Body): Body {
    if (typeof body["name"] !== "string" || typeof body["type"] !== "string") {
      throw new Error("a rule needs name and type");
    }
    const threat = (body["threat"] as Body[] | undefined ?? []).map((entry) => ({
      ...entry,
      technique: (entry["technique"] as Body[] | undefined ?? []).map((technique) => ({
        subtechnique: [],
        ...technique,
      })),
    }));
    const defaults = { author: [], severity_mapping: [], risk_score_mapping: [], references: [], setup: "", to: "now" };
    const more = { max_signals: 100, exceptions_list: [], actions: [], related_integrations: [], immutable: false };
    return { ...defaults, ...more, ...body, threat, ...own, updated_at: new Date().toISOString() };
  }

  #alerting({ method, body: bytes }: HttpRequest, { path, space }: { path: string; space: Space }): Response {
    const [id = "", action] = path.slice("/api/alerting/rule/".length).split("/");
    const rule = space.alerts.get(id);
    const body = bodyOf({ body: bytes });
    if (method === "POST" && action === undefined) {
      if ([...this.spaces.values()].some(({ alerts }) => alerts.has(id))) {
        return coreError(409, `Saved object [alert/${id}] conflict`);
      }
      for (const name of ["name", "rule_type_id", "consumer", "schedule", "params"]) {
        if (body[name] === undefined) {
          return coreError(400, `[request body.${name}]: expected value, but got [undefined]`);
        }
      }
      space.alerts.set(id, { enabled: true, revision: 0, mute_all: false, ...body, id });
    } else if (rule === undefined) return coreError(404, `Saved object [alert/${id}] not found`);
    else if (action === "_enable") rule["enabled"] = true;
    else if (method === "PUT") {
      const unknown = unknownIn(body);
      if (unknown !== undefined) return coreError(400, `[request body.${unknown}]: definition for this key is missing`);
      Object.assign(rule, { artifacts: {} }, body, { revision: Number(rule["revision"]) + 1 });
    } else if (method === "DELETE") space.alerts.delete(id);
    return method === "DELETE" || action !== undefined
      ? new Response(null, { status: 204 })
      : json(space.alerts.get(id));
  }

  async #savedObjects(request: HttpRequest, { path, space }: { path: string; space: Space }): Promise<Response> {
    const [, , , operation = "", id = ""] = path.split("/");
    if (operation === "_export") return this.#export(bodyOf(request), space);
    if (operation === "_import") return await this.#import(request, space);
    const key = `${operation}/${decodeURIComponent(id)}`;
    if (request.method === "DELETE" && space.objects.delete(key)) return json({});
    return coreError(404, `Saved object [${key}] not found`);
  }

  #export({ type, search }: Body, { objects }: Space): Response {
    const phrase = String(search).replaceAll('"', "").toLowerCase();
    const found = [...objects.values()].filter((object) =>
      (type as string[]).includes(object.type) && JSON.stringify(object.attributes).toLowerCase().includes(phrase)
    );
    return new Response(found.map((object) => JSON.stringify(object)).join("\n"), {
      headers: { "content-type": "application/ndjson" },
    });
  }

  async #import({ url, headers, body }: HttpRequest, space: Space): Promise<Response> {
    const type = headers.get("content-type") ?? "";
    const form = await new Response(body, { headers: { "content-type": type } }).formData();
    const text = await (form.get("file") as File).text();
    const objects = text.trimEnd().split("\n").map((line) => JSON.parse(line) as SavedObject);
    const isOverwriting = url.searchParams.get("overwrite") === "true";
    const placed = objects.map((object) => ({ object, ...this.#placeOf(object, space) }));
    const errors = placed.flatMap(({ object, existing }) => {
      const error = importError({ object, existing, isOverwriting, imported: objects, space });
      return error === undefined ? [] : [{ ...summaryOf(object), error }];
    });
    // Nothing is made while something is to be decided.
    if (errors.length > 0) return json({ success: false, successCount: 0, errors });
    const renamed = new Map(placed.map(({ object, id }) => [`${object.type}/${object.id}`, id]));
    for (const { object, id } of placed) {
      space.objects.set(`${object.type}/${id}`, storedObject(object, { id, renamed }));
    }
    const successResults = placed.map(({ object, id }) => ({
      ...summaryOf(object),
      ...id !== object.id && { destinationId: id },
    }));
    return json({ success: true, successCount: placed.length, successResults });
  }

  /** Where an object goes: to itself, to what was made of it before, or to a new id where another space has its own. */
  #placeOf({ type, id }: SavedObject, space: Space): { id: string; existing: SavedObject[] } {
    const own = space.objects.get(`${type}/${id}`);
    if (own !== undefined) return { id, existing: [own] };
    const made = [...space.objects.values()].filter((object) => object.type === type && object.originId === id);
    if (made.length > 0) return { id: (made[0] as SavedObject).id, existing: made };
    const isTaken = [...this.spaces.values()].some(({ objects }) => objects.has(`${type}/${id}`));
    return { id: isTaken ? `made-${++this.#made}` : id, existing: [] };
  }
}

function importError({ object, existing, isOverwriting, imported, space }: {
  object: SavedObject;
  existing: readonly SavedObject[];
  isOverwriting: boolean;
  imported: readonly SavedObject[];
  space: Space;
}): Body | undefined {
  if (existing.length > 1) return { type: "ambiguous_conflict", destinations: existing.map(({ id }) => ({ id })) };
  if (existing.length === 1 && !isOverwriting) return { type: "conflict", destinationId: existing[0]?.id };
  const references = object.references.filter(({ type, id }) =>
    !space.objects.has(`${type}/${id}`) && !imported.some((other) => other.type === type && other.id === id)
  );
  return references.length === 0 ? undefined : { type: "missing_references", references };
}

/** As a newer version keeps it: migrated, with the ids of this space. */
function storedObject(
  object: SavedObject,
  { id, renamed }: { id: string; renamed: ReadonlyMap<string, string> },
): SavedObject {
  const references = object.references.map((reference) => ({
    ...reference,
    id: renamed.get(`${reference.type}/${reference.id}`) ?? reference.id,
  }));
  const more = object.type === "dashboard" ? { version: 3 } : { fieldAttrs: "{}" };
  const origin = id === object.id ? {} : { originId: object.id };
  return { ...object, ...origin, id, attributes: { ...more, ...object.attributes }, references };
}

function summaryOf({ type, id, attributes }: SavedObject): Body {
  return { type, id, meta: { title: attributes["title"], icon: "x" } };
}

function unknownIn(body: Body): string | undefined {
  const action = (body["actions"] as Body[] | undefined ?? []).flatMap(Object.keys).find((name) =>
    !ALERT_ACTION.includes(name)
  );
  return Object.keys(body).find((name) => !ALERT_UPDATE.includes(name)) ?? (action && `actions.${action}`);
}

function bodyOf({ body }: { readonly body: Uint8Array }): Body {
  return body.length === 0 ? {} : JSON.parse(new TextDecoder().decode(body));
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "kbn-name": "kibana" } });
}

function coreError(statusCode: number, message: string): Response {
  return json({ statusCode, error: CORE_ERRORS[statusCode], message }, statusCode);
}

function detectionError(status_code: number, message: string): Response {
  return json({ message, status_code }, status_code);
}
