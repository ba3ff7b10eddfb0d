/**
 * `deno task sbom [FILE]`: what the program is made of, as CycloneDX 1.6 in JSON: the npm packages that its modules reach,
 * as deno.lock pins them, with their hashes and licenses. Without a file it goes to standard output.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { VERSION } from "../src/version.ts";

const ROOT = join(import.meta.dirname as string, "..");

/** As `deno info --json` tells them. */
interface Package {
  readonly name: string;
  readonly version: string;
  /** Ids of packages. */
  readonly dependencies: readonly string[];
  /** Where it lies in Deno's cache. */
  readonly localPath: string;
}

interface Info {
  readonly modules: readonly { readonly kind?: string; readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, Package>>;
}

interface Component {
  readonly type: "library";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: "SHA-512"; readonly content: string }[];
  readonly licenses?: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
}

export interface Sbom {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly version: 1;
  readonly metadata: { readonly component: Readonly<Record<string, string>> };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** @throws {Error} the packages are not installed (`deno ci`), or one is not in deno.lock. */
export async function sbom(): Promise<Sbom> {
  const { modules, npmPackages } = await info();
  const { npm } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.lock")));
  const direct = [
    ...new Set(modules.flatMap(({ kind, npmPackage }) => kind === "npm" && npmPackage ? [npmPackage] : [])),
  ];
  const reached = reachedFrom(direct, npmPackages);
  const self = `pkg:generic/bedrock-otel@${VERSION}`;
  const refs = (ids: readonly string[]) => [...new Set(ids.map((id) => purlOf(packageOf(id, npmPackages))))].sort();
  const components = await Promise.all(
    [...reached].sort().map((id) => componentOf(packageOf(id, npmPackages), npm[id]?.integrity)),
  );
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": self, name: "bedrock-otel", version: VERSION, purl: self },
    },
    components,
    dependencies: [
      { ref: self, dependsOn: refs(direct) },
      ...[...reached].sort().map((id) => {
        const one = packageOf(id, npmPackages);
        return { ref: purlOf(one), dependsOn: refs(one.dependencies) };
      }),
    ],
  };
}

async function info(): Promise<Info> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "src/main.ts"], cwd: ROOT });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(`deno info: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function packageOf(id: string, packages: Info["npmPackages"]): Package {
  const found = packages[id];
  if (found === undefined) throw new Error(`${id} is not installed: run deno ci`);
  return found;
}

function reachedFrom(direct: readonly string[], packages: Info["npmPackages"]): Set<string> {
  const reached = new Set(direct);
  // The set grows while it is walked.
  for (const id of reached) for (const other of packageOf(id, packages).dependencies) reached.add(other);
  return reached;
}

async function componentOf(one: Package, integrity: string | undefined): Promise<Component> {
  if (integrity === undefined) throw new Error(`${one.name}@${one.version} has no hash in deno.lock`);
  const [group, name] = one.name.startsWith("@") ? one.name.split("/") as [string, string] : [undefined, one.name];
  const { license } = JSON.parse(await Deno.readTextFile(join(one.localPath, "package.json")));
  return {
    type: "library",
    "bom-ref": purlOf(one),
    ...group !== undefined && { group },
    name,
    version: one.version,
    purl: purlOf(one),
    hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex") }],
    ...typeof license === "string" && {
      licenses: [/\b(?:AND|OR|WITH)\b/.test(license) ? { expression: license } : { license: { id: license } }],
    },
  };
}

/** https://github.com/package-url/purl-spec: the scope's @ is encoded. */
function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

if (import.meta.main) {
  const text = JSON.stringify(await sbom(), null, 2) + "\n";
  const [file] = Deno.args;
  if (file === undefined) Deno.stdout.writeSync(new TextEncoder().encode(text));
  else await Deno.writeTextFile(file, text);
}
