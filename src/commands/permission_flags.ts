import type { Permissions } from "../component/component.ts";
import { KINDS } from "../config/component_table.ts";
import { type LoadedConfig, usedOf } from "../config/load.ts";
import { needsStorage } from "../service/graph.ts";
import { telemetryHosts } from "../config/telemetry.ts";

const ALLOWED = ["net", "read", "write", "env", "sys"] as const satisfies readonly (keyof Permissions)[];

/**
 * Flags for `deno run`. Environment variables that are not named count as not set: libraries look at many, and would
 * fail otherwise.
 */
export function permissionFlags(config: LoadedConfig): string[] {
  const flags = ALLOWED.flatMap((name) => {
    const values = valuesOf(name, config);
    return values.length === 0 ? [] : [`--allow-${name}=${values.map(quoted).join(",")}`];
  });
  return [...flags, "--ignore-env", "--no-prompt"];
}

/** Each permission by itself: how Deno is asked for it, and the flag that gives it. */
export function permissionsNeeded(config: LoadedConfig): { flag: string; descriptor: Deno.PermissionDescriptor }[] {
  return ALLOWED.flatMap((name) =>
    valuesOf(name, config).map((value) => ({
      flag: `--allow-${name}=${quoted(value)}`,
      descriptor: descriptorOf(name, value),
    }))
  );
}

function descriptorOf(name: typeof ALLOWED[number], value: string): Deno.PermissionDescriptor {
  switch (name) {
    case "net":
      return { name, host: value };
    case "env":
      return { name, variable: value };
    case "sys":
      return { name, kind: value as "osRelease" };
    default:
      return { name, path: value };
  }
}

function valuesOf(name: typeof ALLOWED[number], config: LoadedConfig): string[] {
  const storage = needsStorage(config) ? [config.service.storage.directory] : [];
  const needed: Permissions[] = [
    { read: [...config.files, ...storage], write: storage, env: config.variables },
    { net: telemetryHosts(config.service.telemetry) },
    ...componentPermissions(config),
  ];
  return [...new Set(needed.flatMap((permissions) => permissions[name] ?? []))].sort();
}

function componentPermissions(config: LoadedConfig): Permissions[] {
  const bodyBuckets = usedOf("processors", config).flatMap((processor) => {
    const { factory } = processor;
    return "bodyBuckets" in factory ? factory.bodyBuckets?.(processor.config) ?? [] : [];
  });
  return KINDS.flatMap((kind) => usedOf(kind, config)).map((component) =>
    component.factory.permissions(component.config, { bodyBuckets })
  );
}

/** Deno doubles commas in a path; the shell needs quotes around what is no plain word. */
function quoted(value: string): string {
  const escaped = value.replaceAll(",", ",,");
  return /^[\w./:*@%+=,[\]~-]+$/.test(escaped) ? escaped : `'${escaped.replaceAll("'", "'\\''")}'`;
}
