/** Fake components and files for tests of the configuration. */
import { z } from "zod";
import type {
  ExporterFactory,
  ExtensionFactory,
  ProcessorFactory,
  ReceiverFactory,
} from "../../src/component/component.ts";
import type { ComponentTable } from "../../src/config/component_table.ts";
import { ConfigError, loadConfig, type LoadedConfig } from "../../src/config/load.ts";
import { duration, secret, size } from "../../src/config/settings.ts";
import { TestFolder } from "./folder.ts";

function neverCreated(): never {
  throw new Error("A fake component cannot run");
}

const common = { description: "A fake.", signals: ["logs"], permissions: () => ({}) } as const;

const queueSchema = z.strictObject({
  queue_url: z.string().optional(),
  bucket_arn: z.string().optional(),
  visibility_timeout: duration({ min: "1s" }).prefault("300s"),
  secret_access_key: secret().optional(),
  sqs: z.strictObject({ wait_time: duration().prefault("20s"), max_receive_count: z.int().min(1).default(5) }).prefault(
    {},
  ),
  allowed_buckets: z.array(z.string()).optional(),
});

const queue: ReceiverFactory<z.output<typeof queueSchema>> = {
  ...common,
  type: "queue",
  unmapped: ["logs"],
  schema: queueSchema,
  ignoredSettings: { buffer_size: "objects are streamed" },
  check: ({ queue_url, bucket_arn }) =>
    (queue_url === undefined) === (bucket_arn === undefined)
      ? [{ path: "", message: `expected exactly one of queue_url and bucket_arn (queue_url is ${queue_url})` }]
      : [],
  permissions: () => ({ net: ["sqs.example:443"], env: ["AWS_REGION"], sys: ["osRelease"] }),
  create: neverCreated,
};

const mapSchema = z.strictObject({
  mapping: z.enum(["ecs", "integration", "otel", "raw"]).default("ecs"),
  content: z.enum(["full", "metadata_only"]).default("full"),
  tags: z.array(z.string()).default([]),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const map: ProcessorFactory<z.output<typeof mapSchema>> = {
  ...common,
  type: "map",
  maps: ["logs"],
  withholdsBy: ({ content }) => content === "full" ? undefined : "content",
  schema: mapSchema,
  create: neverCreated,
};

const sendSchema = z.strictObject({
  endpoint: z.string().default("http://localhost:4318"),
  target: z.enum(["collector", "apm", "elastic"]).default("collector"),
  headers: z.record(z.string(), secret()).default({}),
  max_request_bytes: size().prefault("4MiB"),
  timeout: duration().prefault("30s"),
});

const KEPT_MODES = { collector: ["ecs", "integration", "otel", "raw"], apm: ["raw"], elastic: ["otel"] };

const send: ExporterFactory<z.output<typeof sendSchema>> = {
  ...common,
  type: "send",
  schema: sendSchema,
  keptModes: ({ target }) => ({ modes: KEPT_MODES[target], setting: "target" }),
  permissions: ({ endpoint }) => ({ net: [new URL(endpoint).host] }),
  create: neverCreated,
};

const fileSchema = z.strictObject({ path: z.string() });
const file: ExporterFactory<z.output<typeof fileSchema>> = {
  ...common,
  type: "file",
  schema: fileSchema,
  permissions: ({ path }) => ({ read: [path], write: [path] }),
  create: neverCreated,
};

const silent: ExporterFactory<Record<string, never>> = {
  ...common,
  type: "silent",
  signals: [],
  schema: z.strictObject({}),
  create: neverCreated,
};

const watchSchema = z.strictObject({ address: z.string().default("localhost:13133") });
const watch: ExtensionFactory<z.output<typeof watchSchema>> = {
  ...common,
  type: "watch",
  signals: [],
  schema: watchSchema,
  permissions: ({ address }) => ({ net: [address] }),
  create: neverCreated,
};

export const FAKES: ComponentTable = {
  receivers: [queue],
  processors: [map],
  exporters: [send, file, silent],
  extensions: [watch],
};

/** Loads texts as files of a directory of their own. */
export async function loadTexts(
  texts: readonly string[],
  variables: Record<string, string> = {},
): Promise<LoadedConfig> {
  using folder = TestFolder.of(Object.fromEntries(texts.map((text, index) => [`${index}.yaml`, text])));
  const files = texts.map((_, index) => folder.file(`${index}.yaml`));
  return await loadConfig(files, { components: () => FAKES, environment: (name) => variables[name] });
}

/** The mistakes of a text, as `path: message`. */
export async function mistakesOf(text: string, variables: Record<string, string> = {}): Promise<string[]> {
  try {
    await loadTexts([text], variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}
