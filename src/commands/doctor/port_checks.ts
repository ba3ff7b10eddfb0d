import type { LoadedConfig } from "../../config/load.ts";
import { settingOf, usedIds } from "../../config/pipelines.ts";
import { formatHostPort, type HostPort, parseHostPort } from "../../http/host_port.ts";
import { PROMETHEUS_SETTING } from "../../telemetry/prometheus.ts";
import { askHealth } from "../health/ask.ts";
import { failed, type Finding, ok, unknown } from "./check.ts";

/** Where the program is to listen. */
interface Place {
  readonly check: string;
  readonly address: HostPort;
  /** What says so. */
  readonly setting: string;
}

/** The program can listen where it is to. What is free is taken for a moment. */
export async function portChecks(config: LoadedConfig): Promise<readonly Finding[]> {
  const places = placesOf(config);
  const taken = places.map(({ address }) => problemOf(address));
  const isRunning = taken.some((problem) => problem !== undefined) && await anyIsOurs(places);
  return places.map(({ check, address, setting }, index) => {
    const [problem, place] = [taken[index], formatHostPort(address)];
    if (problem === undefined) return ok(check, `${place} is free`);
    return isRunning
      ? unknown(
        check,
        `${place} is taken, and a bedrock-otel runs: unless it has this configuration, change ${setting}`,
      )
      : failed(check, `cannot listen on ${place} (${problem}): end the program that has it, or change ${setting}`);
  });
}

function placesOf({ service, extensions }: LoadedConfig): Place[] {
  const ofExtensions = [...usedIds(service, "extensions")].flatMap((id) => {
    const address = parseHostPort(settingOf(extensions.get(id), "endpoint") ?? "");
    return address === undefined ? [] : [{ check: `${id}: port`, address, setting: `extensions.${id}.endpoint` }];
  });
  const { level, readers } = service.telemetry.metrics;
  const ofMetrics = readers.flatMap(({ pull }) => {
    if (pull === undefined || level === "none") return [];
    return [{ check: "metrics: port", address: pull.exporter.prometheus, setting: PROMETHEUS_SETTING }];
  });
  // Port 0 is any free one.
  return [...ofExtensions, ...ofMetrics].filter(({ address }) => address.port > 0);
}

function problemOf({ host, port }: HostPort): string | undefined {
  try {
    Deno.listen({ hostname: host, port }).close();
    return undefined;
  } catch (error) {
    // Deno's permissions are a check of their own.
    if (error instanceof Deno.errors.NotCapable) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

async function anyIsOurs(places: readonly Place[]): Promise<boolean> {
  const asked = places.filter(({ check }) => check.startsWith("health_check"));
  const answers = await Promise.allSettled(asked.map(({ address }) => askHealth(address)));
  return answers.some(({ status }) => status === "fulfilled");
}
