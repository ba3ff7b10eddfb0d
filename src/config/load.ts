import type { AnyFactory, ComponentTable, Kind } from "./component_table.ts";
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
import { Diagnostics } from "./diagnostics.ts";
import { checkPipelines, usedIds } from "./pipelines.ts";
import { SECTIONS, SettingIndex } from "./setting_index.ts";
import { ConfigError, formatPath } from "./problems.ts";
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

/** The components of a kind that the service creates. */
export function usedOf(kind: Kind, config: LoadedConfig): Configured<never, unknown>[] {
  return [...usedIds(config.service, kind)].flatMap((id) => config[kind].get(id) ?? []);
}

export interface LoadOptions {
  /** Loads the components that a configuration can name, once its files are read. */
  readonly components: () => ComponentTable | Promise<ComponentTable>;
  /** Default: the process's own. */
  readonly environment?: Environment;
  /** What the files are merged over: settings that come from elsewhere. */
  readonly base?: BaseConfig;
}

/** A configuration that another file was converted to. */
export interface BaseConfig {
  /** The file that it was made from. */
  readonly file: string;
  /** As it would stand in a configuration's file. */
  readonly config: Tree;
  readonly warnings: readonly string[];
}

/**
 * Reads a configuration from YAML files, later ones merged over earlier ones.
 * @throws {ConfigError} naming every mistake with its path; no secret and no environment variable's value shows.
 */
export async function loadConfig(files: readonly string[], options: LoadOptions): Promise<LoadedConfig> {
  const { tree: overrides, texts } = await readYamlFiles(files);
  const { base } = options;
  const table = await options.components();
  const written = mergeTrees(base?.config ?? {}, overrides);
  const expansion = expand(written, options.environment ?? ((name) => Deno.env.get(name)));
  const tree = expansion.tree as Tree;
  const diagnostics = new Diagnostics(written, { texts, expansion });
  const warnings: string[] = [...base?.warnings ?? []];
  const context: CheckContext = { table, diagnostics, index: new SettingIndex(table, written), warnings };

  checkSections(tree, context);
  const receivers = findComponents("receivers", tree["receivers"], context);
  const processors = findComponents("processors", tree["processors"], context);
  const exporters = findComponents("exporters", tree["exporters"], context);
  const extensions = findComponents("extensions", tree["extensions"], context);
  const service = parseSection(
    { path: ["service"], schema: serviceSchema, settings: tree["service"] ?? {} },
    diagnostics,
    context.index,
  ).config;
  const found = { receivers, processors, exporters, extensions };
  if (service !== undefined) warnings.push(...checkPipelines(service, found, context));
  for (const { path, name } of expansion.empty) {
    warnings.push(
      `${formatPath(path)}: environment variable ${name} is empty; write \${env:${name}:-} if that is meant`,
    );
  }
  for (const path of expansion.unexpanded) {
    warnings.push(
      // What follows the $ may be a part of a password.
      `${
        formatPath(path)
      }: a $ before a name stays as it is: write \${env:NAME} for a variable, $$ for a $ that is meant`,
    );
  }
  if (service === undefined || diagnostics.problems.length > 0) throw new ConfigError(diagnostics.problems);
  return {
    receivers: bind(receivers),
    processors: bind(processors),
    exporters: bind(exporters),
    extensions: bind(extensions),
    service,
    warnings,
    files: base === undefined ? files : [base.file, ...files],
    variables: [...expansion.variables.keys()],
  };
}

/** Adds what is wrong at the top of the file. */
function checkSections(tree: Tree, { diagnostics, index }: CheckContext): void {
  for (const name of Object.keys(tree)) {
    if ((SECTIONS as readonly string[]).includes(name)) continue;
    diagnostics.add([name], index.suggest(name, { section: [], known: SECTIONS }));
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
