import type { ComponentTable } from "../config/component_table.ts";
import type { Environment } from "../config/expand.ts";
import { type BaseConfig, loadConfig, type LoadedConfig } from "../config/load.ts";

export interface ProgramConfigOptions {
  /** An Elastic Agent policy's file: it is converted, and the configuration's files are merged over what it gives. */
  readonly agentPolicy?: string | undefined;
  /** Default: the process's own. */
  readonly environment?: Environment;
}

/**
 * Reads a configuration of this program.
 * @throws {ConfigError} naming every mistake.
 */
export async function loadProgramConfig(
  files: readonly string[],
  { agentPolicy, ...options }: ProgramConfigOptions = {},
): Promise<LoadedConfig> {
  const base = agentPolicy === undefined ? {} : { base: await convertedPolicy(agentPolicy) };
  return await loadConfig(files, { ...options, ...base, components });
}

/** Loading them takes the permissions of all of them: the files are read first. */
async function components(): Promise<ComponentTable> {
  return (await import("../components.ts")).COMPONENTS;
}

async function convertedPolicy(file: string): Promise<BaseConfig> {
  const { readPolicy } = await import("./convert/agent_policy/read_policy.ts");
  const policy = await readPolicy(file);
  const { convertPolicy } = await import("./convert/agent_policy/convert.ts");
  return { file, ...convertPolicy(policy, await components()) };
}
