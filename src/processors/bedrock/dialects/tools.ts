import { isObject, jsonValueOf, nonEmpty, objectOf, textOf, valueAt } from "../read/json.ts";

/** A tool in the form of OpenTelemetry's GenAI conventions; `parameters` is the schema as logged. */
export interface ToolDefinition {
  type: string;
  name: string;
  description?: string;
  parameters?: unknown;
}

/** Members around a definition (Converse and Nova, OpenAI's chat completions), and the type of a tool in one. */
const WRAPPERS = { toolSpec: "function", function: "function", systemTool: "system", custom: "custom" };
/** Where a definition has its schema: Anthropic, OpenAI, Cohere, Converse and Nova. */
const SCHEMAS = ["input_schema", "parameters", "parameter_definitions", "inputSchema.json"];

/** The definitions in a list of tools, however a dialect spells them; undefined when there are none. */
export function toolsOf(tools: unknown): ToolDefinition[] | undefined {
  return Array.isArray(tools) ? nonEmpty(tools.map(toolOf).filter((tool) => tool !== undefined)) : undefined;
}

function toolOf(value: unknown): ToolDefinition | undefined {
  const tool = objectOf(value);
  const [wrapper, wrapped] = Object.entries(WRAPPERS).find(([name]) => isObject(tool[name])) ?? [];
  const definition = wrapper === undefined ? tool : objectOf(tool[wrapper]);
  const { name = tool["type"], description } = definition;
  // A checkpoint of a cache may stand among tools. Tools of OpenAI's own have a type for their name.
  if (wrapper === undefined && textOf(name) === undefined) return undefined;
  const schema = SCHEMAS.map((path) => valueAt(definition, path)).find((found) => found !== undefined);
  const parameters = jsonValueOf(schema);
  return {
    type: wrapped ?? (schema === undefined ? textOf(tool["type"]) : undefined) ?? "function",
    name: textOf(name) ?? "",
    ...typeof description === "string" ? { description } : undefined,
    // Anything else is no JSON schema.
    ...isObject(parameters) || typeof parameters === "boolean" ? { parameters } : undefined,
  };
}

/** Which tools a model is to use. */
export interface ToolChoice {
  /** In the provider's words: `auto`, `any`, `required`, `none`, or what kind of tool is named. */
  readonly type: string;
  /** The one tool that is to be used. */
  readonly name: string | undefined;
}

/** A choice as OpenAI and Anthropic spell it (a word, or an object with a type) or Converse (an object with one member). */
export function toolChoiceOf(choice: unknown): ToolChoice | undefined {
  if (!isObject(choice)) return textOf(choice) === undefined ? undefined : { type: choice as string, name: undefined };
  const type = textOf(choice["type"]) ?? Object.keys(choice)[0];
  if (type === undefined) return undefined;
  const { name } = objectOf(choice["function"] ?? choice["tool"] ?? choice);
  return { type, name: textOf(name) };
}
