import type { Conversion } from "../commands/convert/agent_policy/convert.ts";
import type { AnyFactory, ComponentTable } from "./component_table.ts";
import { type CheckContext, findComponents, type FoundComponent } from "./components_section.ts";
import {
  type Configured,
  configured,
  type ConfiguredExporter,
  type ConfiguredExtension,
  type ConfiguredProcessor,
  type ConfiguredReceiver,
  type Creates,
} from "./configured.ts";
import { type Environment, expand } from "./expand.ts";
import { Findings } from "./findings.ts";
import { checkPipelines } from "./pipelines.ts";
import { Places, SECTIONS } from "./places.ts";
import { ConfigError } from "./problems.ts";
import { parseSection } from "./section.ts";
import { type ServiceConfig, serviceSchema } from "./service.ts";
import { mergeTrees, readYamlFiles, type Tree } from "./yaml_files.ts";

export { ConfigError } from "./problems.ts";

/** A configuration without mistakes. Components are in the order of the file. */
export interface LoadedConfig {
  readonly receivers: ReadonlyMap<string, ConfiguredReceiver>;
  readonly processors: ReadonlyMap<string, ConfiguredProcessor>;
  readonly exporters: ReadonlyMap<string, ConfiguredExporter>;
  readonly extensions: ReadonlyMap<string, ConfiguredExtension>;
  readonly service: ServiceConfig;
  /** For people, each with its path. */
  readonly warnings: readonly string[];
  /** The files that it was read from. */
  readonly files: readonly string[];
  /** Names of the environment variables that the files refer to. */
  readonly variables: readonly string[];
}

export interface LoadOptions {
  /** The components that a configuration can name. Default: all of the program. */
  readonly components?: ComponentTable;
  /** Default: the process's own. */
  readonly environment?: Environment;
  /** An Elastic Agent policy's file: it is converted, and the configuration's files are merged over what it gives. */
  readonly agentPolicy?: string;
}

/**
 * Reads a configuration from YAML files, later ones merged over earlier ones.
 * @throws {ConfigError} naming every mistake with its path; no secret and no environment variable's value shows.
 */
export async function loadConfig(files: readonly string[], options: LoadOptions = {}): Promise<LoadedConfig> {
  const overrides = await readYamlFiles(files);
  const table = options.components ?? (await import("../components.ts")).COMPONENTS;
  const policy = options.agentPolicy === undefined ? undefined : await readPolicy(options.agentPolicy, table);
  const written = mergeTrees(policy?.config ?? {}, overrides);
  const expansion = expand(written, options.environment ?? ((name) => Deno.env.get(name)));
  const tree = expansion.tree as Tree;
  const findings = new Findings(written, expansion);
  const warnings: string[] = [...policy?.warnings ?? []];
  const context: CheckContext = { table, findings, places: new Places(table, written), warnings };

  checkSections(tree, context);
  const receivers = findComponents("receivers", tree["receivers"], context);
  const processors = findComponents("processors", tree["processors"], context);
  const exporters = findComponents("exporters", tree["exporters"], context);
  const extensions = findComponents("extensions", tree["extensions"], context);
  const service = parseSection(
    { path: ["service"], schema: serviceSchema, settings: tree["service"] ?? {} },
    findings,
    context.places,
  ).config;
  const found = { receivers, processors, exporters, extensions };
  if (service !== undefined) warnings.push(...checkPipelines(service, found, findings));
  if (service === undefined || findings.problems.length > 0) throw new ConfigError(findings.problems);
  return {
    receivers: bind(receivers),
    processors: bind(processors),
    exporters: bind(exporters),
    extensions: bind(extensions),
    service,
    warnings,
    files: options.agentPolicy === undefined ? files : [options.agentPolicy, ...files],
    variables: [...expansion.variables.keys()],
  };
}

async function readPolicy(file: string, table: ComponentTable): Promise<Conversion> {
  const { convertPolicy } = await import("../commands/convert/agent_policy/convert.ts");
  const policy = await readYamlFiles([file]);
  try {
    return convertPolicy(policy, table);
  } catch (error) {
    throw new ConfigError([{ path: file, message: error instanceof Error ? error.message : String(error) }]);
  }
}

/** Adds what is wrong at the top of the file. */
function checkSections(tree: Tree, { findings, places }: CheckContext): void {
  for (const name of Object.keys(tree)) {
    if ((SECTIONS as readonly string[]).includes(name)) continue;
    findings.add([name], places.advice(name, { section: [], known: SECTIONS }));
  }
}

function bind<Context, Instance>(
  components: ReadonlyMap<string, FoundComponent<AnyFactory & Creates<Context, Instance>>>,
): Map<string, Configured<Context, Instance>> {
  const bound = [...components.values()].flatMap(({ id, factory, config }) =>
    factory === undefined ? [] : [[id, configured(factory, { id, config })] as const]
  );
  return new Map(bound);
}
