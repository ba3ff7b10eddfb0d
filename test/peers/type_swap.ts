import { serve, type TestServer } from "../world/serve.ts";

/** What stands for a type that the Elasticsearch of the tests lacks; the rest of the field goes with it. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  constant_keyword: { type: "keyword", ignore_above: 8191 },
  match_only_text: { type: "text" },
};

/** A setting that it lacks; it takes points of any age. */
const LOOK_BACK_TIME = "look_back_time";

interface ComponentTemplate {
  readonly template?: {
    readonly mappings?: { properties?: Record<string, { type?: string }> };
    readonly settings?: { index?: Record<string, unknown> };
  };
}

/**
 * A proxy in front of an Elasticsearch without some field types and settings: in component templates it puts others in
 * their place or leaves them out, and puts the true ones back when they are asked for.
 */
export class TypeSwap implements AsyncDisposable {
  readonly url: string;
  /** Types that were swapped, and settings that were left out. */
  readonly swapped = new Set<string>();
  readonly #target: string;
  readonly #server: TestServer;
  /** What was taken out, by the path of the template. */
  readonly #originals = new Map<string, { properties: Record<string, { type?: string }>; index: object }>();

  constructor(target: string) {
    this.#target = target;
    this.#server = serve((request) => this.#pass(request));
    this.url = this.#server.url;
  }

  async #pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const isTemplate = pathname.startsWith("/_component_template/");
    const sent = await request.bytes();
    const answer = await fetch(this.#target + pathname + search, {
      method: request.method,
      headers: headersOf(request),
      ...sent.length === 0
        ? undefined
        : { body: isTemplate ? this.#withStandIns(pathname, new TextDecoder().decode(sent)) : sent },
    });
    const body = isTemplate && answer.ok ? this.#withOriginals(pathname, await answer.text()) : await answer.text();
    const headers = { "x-elastic-product": answer.headers.get("x-elastic-product") ?? "" };
    return new Response(body, { status: answer.status, headers });
  }

  #withStandIns(path: string, text: string): string {
    const body = JSON.parse(text) as ComponentTemplate;
    const { mappings: { properties = {} } = {}, settings: { index = {} } = {} } = body.template ?? {};
    const originals = { properties: {} as Record<string, { type?: string }>, index: {} };
    this.#originals.set(path, originals);
    for (const [name, property] of Object.entries(properties)) {
      const standIn = STAND_INS[property.type ?? ""];
      if (standIn === undefined) continue;
      this.swapped.add(property.type as string);
      originals.properties[name] = property;
      properties[name] = standIn as { type: string };
    }
    if (index[LOOK_BACK_TIME] !== undefined) {
      this.swapped.add(LOOK_BACK_TIME);
      originals.index = { [LOOK_BACK_TIME]: index[LOOK_BACK_TIME] };
      delete index[LOOK_BACK_TIME];
    }
    return JSON.stringify(body);
  }

  #withOriginals(path: string, text: string): string {
    const answer = JSON.parse(text) as { component_templates?: { component_template: ComponentTemplate }[] };
    const originals = this.#originals.get(path);
    for (const { component_template: { template } } of answer.component_templates ?? []) {
      Object.assign(template?.mappings?.properties ?? {}, originals?.properties);
      Object.assign(template?.settings?.index ?? {}, originals?.index);
    }
    return JSON.stringify(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

/** What says how the body is to be read. */
function headersOf({ headers }: Request): Headers {
  const result = new Headers({ "content-type": "application/json" });
  for (const name of ["content-type", "content-encoding"]) {
    const value = headers.get(name);
    if (value !== null) result.set(name, value);
  }
  return result;
}
