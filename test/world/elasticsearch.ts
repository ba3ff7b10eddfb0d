/** Elasticsearch on loopback: data streams in memory, bulk requests, and answers for each document as a test tells. */
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest, HttpServer } from "./http_server.ts";

/** What Elasticsearch says of one document of a bulk request. */
export interface ItemAnswer {
  readonly status: number;
  readonly type?: string;
  readonly reason?: string;
  /** `used`: it is in the failure store. */
  readonly failure_store?: "used";
}

/** A document as it came. */
export interface BulkDocument {
  readonly index: string;
  readonly id: string | undefined;
  readonly source: Readonly<Record<string, unknown>>;
}

/** Refusals as Elasticsearch words them. */
export const ITEM_ANSWERS = {
  flood: {
    status: 429,
    type: "cluster_block_exception",
    reason: "index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];",
  },
  fullQueue: {
    status: 429,
    type: "es_rejected_execution_exception",
    reason: "rejected execution of primary operation [coordinating_and_primary_bytes=53000000, replica_bytes=0, " +
      "all_bytes=53000000, primary_operation_bytes=5000254, max_primary_bytes=53687091]",
  },
  writeBlock: {
    status: 403,
    type: "cluster_block_exception",
    reason: "index [x] blocked by: [FORBIDDEN/8/index write (api)];",
  },
  noPrivilege: {
    status: 403,
    type: "security_exception",
    reason: "action [indices:data/write/bulk[s]] is unauthorized for API key id [a] of user [b] on indices [x]",
  },
  unavailable: { status: 503, type: "unavailable_shards_exception", reason: "primary shard is not active" },
  shardLimit: {
    status: 400,
    type: "validation_exception",
    reason:
      "Validation Failed: 1: this action would add [2] shards, but this cluster currently has [1000]/[1000] maximum;",
  },
  noPipeline: {
    status: 400,
    type: "illegal_argument_exception",
    reason: "pipeline with id [mine] does not exist",
  },
  noDataStream: {
    status: 404,
    type: "index_not_found_exception",
    reason: "no such index [x] and [require_data_stream] request flag is [true] and [x] is not a data stream",
  },
  badValue: {
    status: 400,
    type: "document_parsing_exception",
    reason: "[1:20] failed to parse field [gen_ai.usage.input_tokens] of type [long] in document with id 'a'. " +
      "Preview of field's value: 'canary of a prompt'",
  },
  duplicateKey: { status: 400, type: "document_parsing_exception", reason: "[1:9] Duplicate field 'team'" },
  timeOutside: {
    status: 400,
    type: "timestamp_error",
    reason: "the document timestamp [2026-03-04T02:00:00.000Z] is outside of ranges of currently writable indices " +
      "[[2026-03-04T08:55:38.000Z,2026-03-04T12:55:38.000Z]]",
  },
  tooLarge: { status: 413, type: "illegal_argument_exception", reason: "the operation is too large" },
  overMemory: {
    status: 429,
    type: "es_rejected_execution_exception",
    reason:
      "rejected execution of primary operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, " +
      "primary_operation_bytes=60000254, max_primary_bytes=53687091]",
  },
  unknown: { status: 400, type: "some_new_exception", reason: "nobody knows" },
  failureStore: { status: 201, failure_store: "used" },
  /** By the processor `drop` of an ingest pipeline. */
  dropped: { status: 200 },
} as const satisfies Readonly<Record<string, ItemAnswer>>;

export class Elasticsearch implements AsyncDisposable {
  /** Stored documents by data stream and id (or a number, where they have none). */
  readonly stored = new Map<string, Map<string, BulkDocument>>();
  /** Documents in a failure store. */
  readonly failed: BulkDocument[] = [];
  /** Documents that an ingest pipeline dropped. */
  readonly dropped: BulkDocument[] = [];
  /** Dynamic templates that bulk requests named. */
  readonly dynamicTemplates = new Set<string>();
  /** Documents in each bulk request that was answered for. */
  readonly bulks: number[] = [];
  /** What becomes of a document that has no id that is stored already; undefined: it is stored. */
  item: (document: BulkDocument) => ItemAnswer | undefined = () => undefined;
  /** What goes wrong with a whole request. */
  fault: (request: HttpRequest) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  /** Whether our templates are in force. */
  hasTemplates = true;
  /** The ingest pipeline of the template in force. */
  pipeline: string | undefined;
  /** Bodies of templates that were put, by path; one of them makes {@linkcode hasTemplates} true. */
  readonly templates = new Map<string, unknown>();
  /** What a search finds besides {@linkcode documents}: what another program stored. */
  elsewhere: () => readonly BulkDocument[] = () => [];
  /** The mode of our templates; undefined: of a version that made no difference. */
  templateMode: string | undefined;
  /** The mode of the index that is written to; undefined: there is none yet. */
  indexMode: string | undefined;
  /** Whether the key may write. */
  mayWrite = true;
  version = "9.4.3";
  /** More members of the version that the root tells. */
  flavor: Readonly<Record<string, string>> = {};
  /** What `GET /_license` tells. */
  license = { status: "active", type: "basic" };
  /** Answers to `GET /_data_stream/NAME` beside the name; undefined: there is no data stream yet. */
  dataStream: Readonly<Record<string, unknown>> | undefined;
  #server: HttpServer | undefined;

  /** `keep`: remember the requests. */
  static async start({ keep = true } = {}): Promise<Elasticsearch> {
    const elasticsearch = new Elasticsearch();
    elasticsearch.#server = await HttpServer.start((request) => elasticsearch.#answer(request), { keep });
    return elasticsearch;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  get requests(): readonly HttpRequest[] {
    return this.#server?.requests ?? [];
  }

  /** All stored documents, in no order. */
  get documents(): BulkDocument[] {
    return [...this.stored.values()].flatMap((stream) => [...stream.values()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: HttpRequest): Promise<HttpAnswer> {
    return await answerUnder(await this.fault(request), () => {
      const { pathname } = request.url;
      if (pathname === "/") {
        return json({ version: { number: this.version, ...this.flavor } });
      }
      if (pathname === "/_security/user/_has_privileges") return json(this.#privileges(request));
      if (pathname === "/_license") return json({ license: this.license });
      const [, stream] = /^\/_data_stream\/([^/]+)$/.exec(pathname) ?? [];
      if (stream !== undefined && this.dataStream !== undefined) {
        return json({ data_streams: [{ name: decodeURIComponent(stream), ...this.dataStream }] });
      }
      if (pathname === "/_bulk") return json(this.#bulk(new TextDecoder().decode(request.body)));
      if (pathname.startsWith("/_index_template/_simulate_index/")) {
        const own = pathname.includes(".otel-")
          ? { properties: { attributes: { type: "passthrough" } } }
          : { _meta: { managed_by: "bedrock-otel", mode: this.templateMode } };
        const mappings = this.hasTemplates ? own : {};
        return json({
          template: { settings: { index: { default_pipeline: this.pipeline } }, mappings, aliases: {} },
          overlapping: [],
        });
      }
      if (/^\/_(index|component)_template/.test(pathname)) return this.#template(request);
      if (pathname.endsWith("/_search")) return json(this.#search(pathname.split("/")[1] ?? ""));
      if (pathname.endsWith("/_mapping") && this.indexMode !== undefined) {
        const index = (generation: number, mode: string) =>
          [`.ds-stream-2026.03.02-00000${generation}`, {
            mappings: { _meta: { managed_by: "bedrock-otel", mode } },
          }] as const;
        return json(Object.fromEntries([index(2, this.indexMode), index(1, "of before")]));
      }
      return json({ error: { type: "not_found" }, status: 404 }, 404);
    });
  }

  #privileges({ body }: HttpRequest): unknown {
    const { index: [{ names, privileges }] } = JSON.parse(new TextDecoder().decode(body));
    const of = Object.fromEntries(privileges.map((name: string) => [name, this.mayWrite]));
    return {
      has_all_requested: this.mayWrite,
      index: Object.fromEntries(names.map((name: string) => [name, of])),
    };
  }

  #template({ method, url: { pathname }, body }: HttpRequest): Response {
    if (method === "PUT") {
      this.templates.set(pathname, JSON.parse(new TextDecoder().decode(body)));
      this.hasTemplates = true;
      return json({ acknowledged: true });
    }
    if (pathname === "/_index_template") return json({ index_templates: [] });
    return json({ error: { type: "resource_not_found_exception", reason: "not found" }, status: 404 }, 404);
  }

  #search(index: string): unknown {
    const found = [...this.documents, ...this.elsewhere()].filter((document) => document.index === index);
    const hits = found.map(({ index, id, source }) => ({ _index: index, _id: id, _source: source }));
    return { hits: { total: { value: hits.length, relation: "eq" }, hits } };
  }

  #bulk(text: string): unknown {
    const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const documents = lines.flatMap((action, at): BulkDocument[] => {
      if (at % 2 === 1) return [];
      const { _index: index, _id: id, dynamic_templates = {} } = action.create;
      for (const name of Object.values<string>(dynamic_templates)) this.dynamicTemplates.add(name);
      return [{ index, id, source: lines[at + 1] }];
    });
    this.bulks.push(documents.length);
    const items = documents.map((document) => ({ create: this.#create(document) }));
    return { errors: items.some(({ create }) => "error" in create), items };
  }

  #create(document: BulkDocument): Record<string, unknown> {
    let stream = this.stored.get(document.index);
    if (stream === undefined) this.stored.set(document.index, stream = new Map());
    const id = document.id ?? `#${stream.size}`;
    if (stream.has(id)) {
      const reason = `[${id}]: version conflict, document already exists (current version [1])`;
      return { status: 409, error: { type: "version_conflict_engine_exception", reason } };
    }
    const answer = this.item(document);
    if (answer !== undefined && answer.type !== undefined) {
      return { status: answer.status, error: { type: answer.type, reason: answer.reason } };
    }
    if (answer?.status === 200) {
      this.dropped.push(document);
      return { status: 200 };
    }
    if (answer?.failure_store === "used") this.failed.push(document);
    else stream.set(id, document);
    return { status: 201, ...answer?.failure_store === "used" && { failure_store: "used" } };
  }
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { "x-elastic-product": "Elasticsearch" } });
}
