/** Checks across components: what the pipelines connect, and whether it fits together. */
import { type Signal, SIGNALS } from "../component/batch.ts";
import type { KeptModes } from "../component/component.ts";
import { type AnyFactory, type Kind, KINDS, PIPELINE_KINDS } from "./component_table.ts";
import type { CheckContext, Found, FoundComponent } from "./components_section.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { checkMapped, checkWithholding, type Pipeline } from "./mapped.ts";
import { anyOf } from "./messages.ts";
import { typeOf } from "../component/component_id.ts";
import { nearest } from "./nearest.ts";
import { habitHint } from "./foreign_components.ts";
import type { Path } from "./problems.ts";
import type { ServiceConfig } from "./service.ts";
import { telemetryExporters } from "./telemetry.ts";
import { isTree } from "./yaml_files.ts";

/** Adds what is wrong with the pipelines; returns warnings. */
export function checkPipelines(
  service: ServiceConfig,
  found: Found,
  { table, diagnostics }: Pick<CheckContext, "table" | "diagnostics">,
): string[] {
  const ids = Object.keys(service.pipelines);
  expectSome(["service", "pipelines"], "pipeline", { having: ids, diagnostics });
  for (const [id, pipeline] of Object.entries(service.pipelines)) {
    const signal = signalOf(id, diagnostics);
    if (signal === undefined) continue;
    for (const kind of PIPELINE_KINDS) {
      const path = ["service", "pipelines", id, kind];
      checkReferences({ path, kind, ids: pipeline[kind], components: found[kind], diagnostics }, id);
    }
    expectSome(["service", "pipelines", id, "receivers"], "receiver", { having: pipeline.receivers, diagnostics });
    expectSome(["service", "pipelines", id, "exporters"], "exporter", { having: pipeline.exporters, diagnostics });
    checkMapped(signal, { id, pipeline, found, table, diagnostics });
    checkModes(signal, { pipeline, found, diagnostics });
  }
  checkWithholding(service, { found, diagnostics });
  checkDeadLetter(service, found, diagnostics);
  checkTelemetry(service, found, diagnostics);
  const { extensions } = found;
  const path = ["service", "extensions"];
  checkReferences({ path, kind: "extensions", ids: service.extensions, components: extensions, diagnostics });
  return unused(service, found);
}

function expectSome(
  path: Path,
  what: string,
  { having, diagnostics }: { having: readonly string[]; diagnostics: Diagnostics },
): void {
  if (having.length === 0 && !diagnostics.knows(path)) diagnostics.add(path, `expected at least one ${what}`);
}

function signalOf(id: string, diagnostics: Diagnostics): Signal | undefined {
  const signal = SIGNALS.find((known) => known === typeOf(id));
  if (signal === undefined) {
    diagnostics.add(["service", "pipelines", id], `unknown signal ${typeOf(id)}; known signals: ${SIGNALS.join(", ")}`);
  }
  return signal;
}

interface References {
  /** Of the list of ids. */
  readonly path: Path;
  readonly kind: Kind;
  readonly ids: readonly string[];
  readonly components: ReadonlyMap<string, FoundComponent<AnyFactory>>;
  readonly diagnostics: Diagnostics;
}

/** `pipelineId`: the pipeline whose signal the components have to take. */
function checkReferences({ path: list, kind, ids, components, diagnostics }: References, pipelineId?: string): void {
  for (const [index, id] of ids.entries()) {
    const path = [...list, index];
    const shown = diagnostics.written(path, id);
    const component = components.get(id);
    if (component === undefined) {
      const habit = habitHint(kind, id);
      const hint = habit === undefined ? definedOnes(id, [...components.keys()]) : `; ${habit}`;
      diagnostics.add(path, `${shown} is not defined in ${kind}${hint}`);
    } else if (ids.indexOf(id) < index) diagnostics.add(path, `${shown} is named twice`);
    else if (
      pipelineId !== undefined && component.factory !== undefined &&
      !component.factory.signals.includes(typeOf(pipelineId) as Signal)
    ) {
      diagnostics.add(
        path,
        `${shown} does not take ${typeOf(pipelineId)}; it takes ${anyOf(component.factory.signals) || "no signal"}`,
      );
    }
  }
}

function definedOnes(id: string, defined: readonly string[]): string {
  const near = nearest(id, defined);
  if (near !== undefined) return `; did you mean ${near}`;
  return defined.length === 0 ? "" : `; defined: ${defined.join(", ")}`;
}

/** Where the mode of the mapping stands: metrics have theirs from the receiver. */
const MAPPED_BY = { logs: "processors", metrics: "receivers" } as const satisfies Record<Signal, Kind>;

/** Refuses a mode of the mapping that the target of an exporter behind it cannot keep. */
function checkModes(
  signal: Signal,
  { pipeline, found, diagnostics }: { pipeline: Pipeline; found: Found; diagnostics: Diagnostics },
): void {
  const kind = MAPPED_BY[signal];
  for (const id of pipeline[kind]) {
    const mode = settingOf(found[kind].get(id), "mapping");
    for (const exporterId of pipeline.exporters) {
      const exporter = found.exporters.get(exporterId);
      const kept = keptModes(exporter, signal);
      if (mode === undefined || kept === undefined || kept.modes.includes(mode)) continue;
      const path = [kind, id, "mapping"];
      const { setting } = kept;
      const shown = diagnostics.written(["exporters", exporterId, setting], settingOf(exporter, setting) ?? "");
      diagnostics.add(
        path,
        `${setting} ${shown} of exporters.${exporterId} cannot keep mode ${diagnostics.written(path, mode)}; it keeps ${
          anyOf(kept.modes)
        }`,
      );
    }
  }
}

function keptModes(exporter: FoundComponent<AnyFactory> | undefined, signal: Signal): KeptModes | undefined {
  const { factory, config } = exporter ?? {};
  if (factory === undefined || config === undefined || !("keptModes" in factory)) return undefined;
  return factory.keptModes?.(config, signal);
}

/** A setting of a component that is text, as parsed. */
export function settingOf(component: { readonly config: unknown } | undefined, name: string): string | undefined {
  const value = isTree(component?.config) ? component.config[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function checkDeadLetter({ dead_letter: id }: ServiceConfig, found: Found, diagnostics: Diagnostics): void {
  if (id === undefined) return;
  const path = ["service", "dead_letter"];
  const files = [...found.exporters.keys()].filter((exporter) => typeOf(exporter) === "file");
  const shown = diagnostics.written(path, id);
  if (!found.exporters.has(id)) diagnostics.add(path, `${shown} is not defined in exporters${definedOnes(id, files)}`);
  else if (typeOf(id) !== "file") diagnostics.add(path, `${shown} is no file exporter${definedOnes(id, files)}`);
}

/** Those through which the program's own telemetry goes have to be in use: permissions and health are theirs. */
function checkTelemetry(service: ServiceConfig, { exporters }: Found, diagnostics: Diagnostics): void {
  const used = usedIds(service, "exporters");
  const takes = (id: string) => {
    const factory = exporters.get(id)?.factory;
    return factory !== undefined && "ownTelemetry" in factory && used.has(id);
  };
  for (const { id, path } of telemetryExporters(service.telemetry)) {
    if (takes(id) || (exporters.has(id) && exporters.get(id)?.factory === undefined)) continue;
    const known = definedOnes(id, [...exporters.keys()].filter(takes));
    diagnostics.add(path, `${diagnostics.written(path, id)} is no elasticsearch exporter of a pipeline${known}`);
  }
}

function unused(service: ServiceConfig, found: Found): string[] {
  return KINDS.flatMap((kind) => {
    const used = usedIds(service, kind);
    return [...found[kind].keys()].filter((id) => !used.has(id)).map((id) =>
      `${kind}.${id}: is defined but in no ${kind === "extensions" ? "list of service.extensions" : "pipeline"}`
    );
  });
}

/** Ids of the components of a kind that the service creates. */
export function usedIds(service: ServiceConfig, kind: Kind): Set<string> {
  if (kind === "extensions") return new Set(service.extensions);
  const used = new Set(Object.values(service.pipelines).flatMap((pipeline) => pipeline[kind]));
  if (kind === "exporters" && service.dead_letter !== undefined) used.add(service.dead_letter);
  return used;
}
