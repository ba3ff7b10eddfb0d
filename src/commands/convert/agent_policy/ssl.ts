import { isTree, type Tree } from "../../../config/yaml_files.ts";

/**
 * `ssl` of an output as our `tls`; undefined where nothing of it is left. What has no counterpart is told to `warn`, without values.
 *
 * @see https://www.elastic.co/docs/reference/fleet/elastic-agent-ssl-configuration
 */
export function tlsOf(
  ssl: unknown,
  { path, warn }: { path: string; warn: (warning: string) => void },
): Tree | undefined {
  const tls: Record<string, string> = {};
  for (const [name, value] of Object.entries(isTree(ssl) ? ssl : {})) {
    const setting = SETTINGS.get(name);
    const [file, ...others] = Array.isArray(value) ? value.map(String) : [String(value)];
    if (NOT_NEEDED.has(`${name}: ${value}`)) continue;
    if (setting === undefined) warn(`${path}.${name}: not carried over: tls has no such setting`);
    else if (file === undefined || others.length > 0 || file.startsWith("-----BEGIN")) {
      warn(`${path}.${name}: not carried over: put it into one PEM file, and name that in tls.${setting}`);
    } else tls[setting] = file;
  }
  return Object.keys(tls).length === 0 ? undefined : tls;
}

const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["certificate_authorities", "ca_file"],
  ["certificate", "cert_file"],
  ["key", "key_file"],
]);

/** What is so here without being said. */
const NOT_NEEDED: ReadonlySet<string> = new Set(["enabled: true", "verification_mode: full"]);
