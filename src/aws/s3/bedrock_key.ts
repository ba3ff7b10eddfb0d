/**
 * The keys that Bedrock gives its invocation logs, below whatever prefix the bucket's owner set:
 * `AWSLogs/<account>/BedrockModelInvocationLogs/<region>/YYYY/MM/DD/HH/<name>.json.gz`.
 */

/** The logs of one account and region in a bucket. */
export interface BedrockArea {
  /** Up to and with the slash behind the region. */
  readonly prefix: string;
  readonly account: string;
  readonly region: string;
}

const AREA = /^((?:.*\/)?AWSLogs\/([^/]+)\/BedrockModelInvocationLogs\/([^/]+)\/)(\d{4}\/\d\d\/\d\d\/\d\d)\//s;
const HOUR_MS = 3_600_000;

/** The area that a key is in; undefined for a key of any other form. */
export function areaOf(key: string): BedrockArea | undefined {
  const [, prefix, account, region] = AREA.exec(key) ?? [];
  return prefix === undefined || account === undefined || region === undefined
    ? undefined
    : { prefix, account, region };
}

/** The beginning of the hour that a key names, in ms since 1970; undefined for a key of any other form. */
export function hourOf(key: string): number | undefined {
  const hour = AREA.exec(key)?.[4];
  if (hour === undefined) return undefined;
  const [year, month, day, hours] = hour.split("/").map(Number) as [number, number, number, number];
  const hourMs = Date.UTC(year, month - 1, day, hours);
  return hourPath(hourMs) === hour ? hourMs : undefined;
}

/** The folder of an area that holds the hour in which a time (ms since 1970) is: `…/<region>/2026/03/02/05/`. */
export function hourFolder({ prefix }: Pick<BedrockArea, "prefix">, timeMs: number): string {
  return `${prefix}${hourPath(Math.floor(timeMs / HOUR_MS) * HOUR_MS)}/`;
}

function hourPath(hourMs: number): string {
  return new Date(hourMs).toISOString().slice(0, 13).replaceAll("-", "/").replace("T", "/");
}
