import { UsageError } from "../command.ts";
import { loadProgramConfig } from "../load_config.ts";
import type { Mode } from "../../mappings/field.ts";
import type { BedrockConfig } from "../../processors/bedrock/config.ts";
import { bedrockFactory } from "../../processors/bedrock/factory.ts";

/** Settings of the command line; they go before those of the configuration. */
export interface MapSettings {
  readonly mode?: Mode | undefined;
  readonly content?: BedrockConfig["content"] | undefined;
}

/**
 * The processor that the command `map` shows: that of the configuration, where there is one, else with defaults.
 *
 * @throws {ConfigError} the configuration has mistakes.
 * @throws {UsageError} it has no processor or several.
 */
export async function mapConfig(
  files: readonly string[] | undefined,
  { mode, content }: MapSettings,
): Promise<BedrockConfig> {
  const config = files === undefined ? bedrockFactory.schema.parse({}) : await processorOf(files);
  // It shows without AWS what becomes of records.
  return { ...config, resolve_inference_profiles: false, ...mode && { mapping: mode }, ...content && { content } };
}

async function processorOf(files: readonly string[]): Promise<BedrockConfig> {
  const { processors } = await loadProgramConfig(files);
  const found = [...processors.values()].filter(({ factory }) => factory.type === bedrockFactory.type);
  const [processor] = found;
  if (processor === undefined || found.length > 1) {
    const ids = found.map(({ id }) => id).join(", ");
    throw new UsageError(`Cannot map: expected one processor bedrock in the configuration, it has ${ids || "none"}`);
  }
  return processor.config as BedrockConfig;
}
