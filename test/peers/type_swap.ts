/** What stands for a type that the Elasticsearch of the tests lacks; the rest of the field goes with it. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  constant_keyword: { type: "keyword", ignore_above: 8191 },
  match_only_text: { type: "text" },
};

interface ComponentTemplate {
  readonly template?: { readonly mappings?: { properties?: Record<string, { type?: string }> } };
}

/**
 * A proxy in front of an Elasticsearch without some field types: in component templates it puts others in their place,
 * and the true ones back when they are asked for.
 */
export class TypeSwap implements AsyncDisposable {
  readonly url: string;
  /** Types that were swapped. */
  readonly swapped = new Set<string>();
  readonly #target: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #originals = new Map<string, { type?: string }>();

  constructor(target: string) {
    this.#target = target;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => this.#pass(request));
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async #pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const isTemplate = pathname.startsWith("/_component_template/");
    const text = await request.text();
    const answer = await fetch(this.#target + pathname + search, {
      method: request.method,
      headers: { "content-type": "application/json" },
      ...text === "" ? undefined : { body: isTemplate ? this.#withStandIns(text) : text },
    });
    const body = isTemplate && answer.ok ? this.#withOriginals(await answer.text()) : await answer.text();
    const headers = { "x-elastic-product": answer.headers.get("x-elastic-product") ?? "" };
    return new Response(body, { status: answer.status, headers });
  }

  #withStandIns(text: string): string {
    const template = JSON.parse(text) as ComponentTemplate;
    const properties = template.template?.mappings?.properties ?? {};
    for (const [name, property] of Object.entries(properties)) {
      const standIn = STAND_INS[property.type ?? ""];
      if (standIn === undefined) continue;
      this.swapped.add(property.type as string);
      this.#originals.set(name, property);
      properties[name] = standIn as { type: string };
    }
    return JSON.stringify(template);
  }

  #withOriginals(text: string): string {
    const answer = JSON.parse(text) as { component_templates?: { component_template: ComponentTemplate }[] };
    for (const { component_template: { template } } of answer.component_templates ?? []) {
      const properties = template?.mappings?.properties ?? {};
      for (const name of Object.keys(properties)) {
        const original = this.#originals.get(name);
        if (original !== undefined) properties[name] = original;
      }
    }
    return JSON.stringify(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
