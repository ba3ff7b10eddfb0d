/** How long data streams keep their documents, and whether what they refuse goes to a failure store. */
import { z } from "zod";

/** The answer to a GET; undefined for what Elasticsearch does not tell. */
export type Look = (path: string) => Promise<unknown>;

const lifecycleSchema = z.looseObject({
  enabled: z.boolean().default(true),
  data_retention: z.string().optional(),
  effective_retention: z.string().optional(),
});

const streamSchema = z.looseObject({
  name: z.string(),
  ilm_policy: z.string().optional(),
  prefer_ilm: z.boolean().default(true),
  lifecycle: lifecycleSchema.optional(),
  failure_store: z.looseObject({ enabled: z.boolean(), lifecycle: lifecycleSchema.optional() }).optional(),
});

const streamsSchema = z.object({ data_streams: z.array(streamSchema) });

const templateSchema = z.object({
  template: z.looseObject({
    settings: z.looseObject({
      index: z.looseObject({
        lifecycle: z.looseObject({
          name: z.string().optional(),
          prefer_ilm: z.union([z.boolean(), z.string()]).default(true),
        }).optional(),
      }).optional(),
    }).optional(),
    lifecycle: lifecycleSchema.optional(),
  }),
});

const policiesSchema = z.record(
  z.string(),
  z.looseObject({
    policy: z.looseObject({
      phases: z.looseObject({ delete: z.looseObject({ min_age: z.string().optional() }).optional() }),
    }),
  }),
);

/** What decides over a data stream's age. */
interface Management {
  readonly ilm_policy?: string | undefined;
  readonly prefer_ilm: boolean;
  readonly lifecycle?: z.infer<typeof lifecycleSchema> | undefined;
}

/** How a data stream stands. */
export interface DataStreamState {
  readonly name: string;
  /** For people: how long documents are kept, and what decides that. */
  readonly retention: string;
  readonly hasFailureStore: boolean | undefined;
  /** The same of its failure store; undefined where it has none, or Elasticsearch does not tell. */
  readonly failuresRetention: string | undefined;
}

/** The data streams of a name or pattern; none where there are none yet, undefined where Elasticsearch does not tell. */
export async function dataStreamsOf(look: Look, pattern: string): Promise<DataStreamState[] | undefined> {
  const { data } = streamsSchema.safeParse(await look(`/_data_stream/${pattern}`));
  if (data === undefined) return undefined;
  return await Promise.all(data.data_streams.map(async (stream) => ({
    name: stream.name,
    retention: await retentionOf(look, stream),
    hasFailureStore: stream.failure_store?.enabled,
    failuresRetention: failuresRetention(stream),
  })));
}

/** How long the next data stream will keep its documents, by its simulated template. */
export async function retentionByTemplate(look: Look, simulated: unknown): Promise<string> {
  const { settings, lifecycle } = templateSchema.safeParse(simulated).data?.template ?? {};
  const { name, prefer_ilm = true } = settings?.index?.lifecycle ?? {};
  return await retentionOf(look, { ilm_policy: name, prefer_ilm: String(prefer_ilm) === "true", lifecycle });
}

function failuresRetention({ failure_store }: z.infer<typeof streamSchema>): string | undefined {
  if (failure_store?.enabled !== true || failure_store.lifecycle === undefined) return undefined;
  return retentionByLifecycle(failure_store.lifecycle);
}

/** Where both are set, an index lifecycle policy goes before the data stream's own, unless told otherwise. */
async function retentionOf(look: Look, { ilm_policy, prefer_ilm, lifecycle }: Management): Promise<string> {
  const hasLifecycle = lifecycle?.enabled === true;
  if (ilm_policy !== undefined && (prefer_ilm || !hasLifecycle)) return await retentionByPolicy(look, ilm_policy);
  return retentionByLifecycle(lifecycle);
}

function retentionByLifecycle(lifecycle: z.infer<typeof lifecycleSchema> | undefined): string {
  if (lifecycle?.enabled !== true) return "for ever (nothing deletes them)";
  const kept = lifecycle.effective_retention ?? lifecycle.data_retention;
  return `${kept ?? "for ever"} (data stream lifecycle)`;
}

async function retentionByPolicy(look: Look, name: string): Promise<string> {
  const { data } = policiesSchema.safeParse(await look(`/_ilm/policy/${encodeURIComponent(name)}`));
  const policy = data?.[name]?.policy;
  if (policy === undefined) return `for as long as the index lifecycle policy ${name} says (it takes read_ilm to look)`;
  const { delete: end } = policy.phases;
  if (end === undefined) return `for ever (index lifecycle policy ${name} has no delete phase)`;
  return `${end.min_age ?? "0ms"} after their index was rolled over (index lifecycle policy ${name})`;
}
