/** Checks that nothing passes a pipeline as it was read, and that no processor which withholds content is forgotten. */
import type { Signal } from "../component/batch.ts";
import { typeOf } from "../component/component_id.ts";
import type { CheckContext, Found } from "./components_section.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { anyOf } from "./messages.ts";
import type { ServiceConfig } from "./service.ts";
import { isTree } from "./yaml_files.ts";

export type Pipeline = ServiceConfig["pipelines"][string];

interface PipelineContext extends Pick<CheckContext, "table" | "diagnostics"> {
  readonly id: string;
  readonly pipeline: Pipeline;
  readonly found: Found;
}

/**
 * What receivers deliver as it was read has to be mapped, once: unmapped it would leave with its prompts, and without the time, the
 * id and the data stream that make it findable; mapped twice it would be no record any more.
 */
export function checkMapped(signal: Signal, { id, pipeline, found, table, diagnostics }: PipelineContext): void {
  const path = ["service", "pipelines", id, "processors"];
  if (diagnostics.knows(path)) return;
  const mapping = pipeline.processors.filter((processor) =>
    found.processors.get(processor)?.factory?.maps?.includes(signal)
  );
  const [first, second] = mapping;
  if (second !== undefined) {
    const index = pipeline.processors.indexOf(second);
    diagnostics.add([...path, index], `${first} maps ${signal} already; give ${second} a pipeline of its own`);
  }
  const receivers = pipeline.receivers.filter((receiver) =>
    found.receivers.get(receiver)?.factory?.unmapped?.includes(signal)
  );
  if (receivers.length === 0 || mapping.length > 0) return;
  const types = table.processors.filter(({ maps }) => maps?.includes(signal)).map(({ type }) => type);
  const defined = [...found.processors.keys()].filter((processor) => types.includes(typeOf(processor)));
  const remedy = defined.length > 0
    ? `name ${anyOf(defined)} here`
    : `define ${anyOf(types)} in processors, and name it here`;
  diagnostics.add(
    path,
    `expected a processor that maps ${signal}: ${receivers.join(", ")} would send records as they were read, ` +
      `prompts included; ${remedy}`,
  );
}

/** A processor that is to withhold content and is in no pipeline withholds nothing. */
export function checkWithholding(
  { pipelines }: ServiceConfig,
  { found, diagnostics }: { found: Found; diagnostics: Diagnostics },
): void {
  const ids = Object.keys(pipelines);
  if (ids.some((id) => diagnostics.knows(["service", "pipelines", id, "processors"]))) return;
  const used = new Set(Object.values(pipelines).flatMap(({ processors }) => processors));
  for (const [id, { factory, config }] of found.processors) {
    const setting = config === undefined || used.has(id) ? undefined : factory?.withholdsBy?.(config);
    if (setting === undefined) continue;
    const path = ["processors", id, setting];
    const value = isTree(config) ? String(config[setting]) : "set";
    diagnostics.add(
      path,
      `is ${diagnostics.written(path, value)}, but no pipeline uses ${id}; name it in the processors of a pipeline, ` +
        "or remove it",
    );
  }
}
