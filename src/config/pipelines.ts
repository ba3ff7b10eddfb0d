/** Checks across components: what the pipelines connect, and whether it fits together. */
import { type Signal, SIGNALS } from "../component/batch.ts";
import type { KeptModes } from "../component/component.ts";
import { type AnyFactory, type Kind, KINDS, PIPELINE_KINDS } from "./component_table.ts";
import type { FoundComponent } from "./components_section.ts";
import type { Findings } from "./findings.ts";
import { anyOf } from "./messages.ts";
import { typeOf } from "../component/component_id.ts";
import { nearest } from "./places.ts";
import type { Path } from "./problems.ts";
import type { ServiceConfig } from "./service.ts";
import { isTree } from "./yaml_files.ts";

/** All components of the configuration by kind and id. */
export type Found = Readonly<Record<Kind, ReadonlyMap<string, FoundComponent<AnyFactory>>>>;

type Pipeline = ServiceConfig["pipelines"][string];

/** Adds what is wrong with the pipelines; returns warnings. */
export function checkPipelines(service: ServiceConfig, found: Found, findings: Findings): string[] {
  const ids = Object.keys(service.pipelines);
  expectSome(["service", "pipelines"], "pipeline", { having: ids, findings });
  for (const [id, pipeline] of Object.entries(service.pipelines)) {
    const signal = signalOf(id, findings);
    if (signal === undefined) continue;
    for (const kind of PIPELINE_KINDS) {
      const path = ["service", "pipelines", id, kind];
      checkReferences({ path, kind, ids: pipeline[kind], components: found[kind], findings }, id);
    }
    expectSome(["service", "pipelines", id, "receivers"], "receiver", { having: pipeline.receivers, findings });
    expectSome(["service", "pipelines", id, "exporters"], "exporter", { having: pipeline.exporters, findings });
    checkModes(signal, { pipeline, found, findings });
  }
  checkDeadLetter(service, found, findings);
  const { extensions } = found;
  const path = ["service", "extensions"];
  checkReferences({ path, kind: "extensions", ids: service.extensions, components: extensions, findings });
  return unused(service, found);
}

function expectSome(
  path: Path,
  what: string,
  { having, findings }: { having: readonly string[]; findings: Findings },
): void {
  if (having.length === 0 && !findings.knows(path)) findings.add(path, `expected at least one ${what}`);
}

function signalOf(id: string, findings: Findings): Signal | undefined {
  const signal = SIGNALS.find((known) => known === typeOf(id));
  if (signal === undefined) {
    findings.add(["service", "pipelines", id], `unknown signal ${typeOf(id)}; known signals: ${SIGNALS.join(", ")}`);
  }
  return signal;
}

interface References {
  /** Of the list of ids. */
  readonly path: Path;
  readonly kind: Kind;
  readonly ids: readonly string[];
  readonly components: ReadonlyMap<string, FoundComponent<AnyFactory>>;
  readonly findings: Findings;
}

/** `pipelineId`: the pipeline whose signal the components have to take. */
function checkReferences({ path: list, kind, ids, components, findings }: References, pipelineId?: string): void {
  for (const [index, id] of ids.entries()) {
    const path = [...list, index];
    const shown = findings.written(path, id);
    const component = components.get(id);
    if (component === undefined) {
      findings.add(path, `${shown} is not defined in ${kind}${definedOnes(id, [...components.keys()])}`);
    } else if (ids.indexOf(id) < index) findings.add(path, `${shown} is named twice`);
    else if (
      pipelineId !== undefined && component.factory !== undefined &&
      !component.factory.signals.includes(typeOf(pipelineId) as Signal)
    ) {
      findings.add(
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
  { pipeline, found, findings }: { pipeline: Pipeline; found: Found; findings: Findings },
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
      const shown = findings.written(["exporters", exporterId, setting], settingOf(exporter, setting) ?? "");
      findings.add(
        path,
        `${setting} ${shown} of exporters.${exporterId} cannot keep mode ${findings.written(path, mode)}; it keeps ${
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

function checkDeadLetter({ dead_letter: id }: ServiceConfig, found: Found, findings: Findings): void {
  if (id === undefined) return;
  const path = ["service", "dead_letter"];
  const files = [...found.exporters.keys()].filter((exporter) => typeOf(exporter) === "file");
  const shown = findings.written(path, id);
  if (!found.exporters.has(id)) findings.add(path, `${shown} is not defined in exporters${definedOnes(id, files)}`);
  else if (typeOf(id) !== "file") findings.add(path, `${shown} is no file exporter${definedOnes(id, files)}`);
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
