import type { Terminal } from "../../terminal.ts";
import { AlertRules } from "./alert_rules.ts";
import {
  type Asset,
  type Change,
  type Collection,
  fingerprint,
  type Installed,
  type Kind,
  type Marker,
  type Outcome,
} from "./asset.ts";
import { DEFAULT_SPACE, type KibanaClient, RefusedError } from "./client.ts";
import { DetectionRules } from "./detection_rules.ts";
import { SavedObjects } from "./saved_objects.ts";

/** What is to be installed or removed, by kind. */
export type Pack = Readonly<Partial<Record<Kind, readonly Asset[]>>>;

export interface SetupOptions extends Terminal {
  /** Say what would be done. */
  readonly dryRun: boolean;
  /** Replace what users edited. */
  readonly force: boolean;
  /** Switch rules on. */
  readonly enable: boolean;
}

/** How an asset stands to what Kibana has of it. */
type State = "missing" | "outdated" | "edited" | "same";

const DONE: Readonly<Record<State, string>> = {
  missing: "created",
  outdated: "changed",
  edited: "replaced",
  same: "unchanged",
};

interface Finding {
  readonly asset: Asset;
  readonly installed: Installed | undefined;
  readonly state: State;
  /** What is to be remembered beside it. */
  readonly marker: Marker;
}

/**
 * Installs a pack, says of each asset what became of it, and prints where they are. What is there already is left alone,
 * and so is what a user edited.
 *
 * @return whether Kibana took all of it
 */
export async function setUpKibana(client: KibanaClient, pack: Pack, options: SetupOptions): Promise<boolean> {
  const { dryRun, print } = options;
  await greet(client, options);
  const results: Result[] = [];
  for (const [collection, assets] of collectionsOf(client, pack)) {
    results.push(...await install(collection, assets, options));
  }
  const isChange = results.some(({ isChange }) => isChange);
  print(!isChange ? "Nothing to change\n" : dryRun ? "Nothing was changed (--dry-run)\n" : "");
  if (dryRun) {
    const needed = collectionsOf(client, pack).map(([{ privileges }]) => privileges);
    print(`Needs in the space ${client.space}: ${needed.join("; ")}\n`);
  }
  const links = results.flatMap(({ link }) => link === undefined ? [] : [client.pageAt(link)]);
  if (links.length > 0) print(`\n${links.join("\n")}\n`);
  return !results.some(({ isProblem }) => isProblem);
}

/** What became of an asset. */
interface Result {
  readonly isChange: boolean;
  readonly isProblem: boolean;
  /** Where it is seen, below Kibana's URL. */
  readonly link?: string | undefined;
}

async function install(
  collection: Collection,
  assets: readonly Asset[],
  options: SetupOptions,
): Promise<Result[]> {
  const { dryRun, print, note } = options;
  const findings = await findingsOf(collection, assets);
  const wanted = findings.filter(({ state }) => isWanted(state, options));
  const outcomes = dryRun ? new Map<string, Outcome>() : await write(collection, wanted);
  const results: Result[] = [];
  for (const finding of findings) {
    const { asset } = finding;
    const called = `${collection.noun(asset)} ${asset.name}`;
    const outcome = outcomes.get(asset.id);
    if (outcome !== undefined && "problem" in outcome) {
      note(`${called}: not installed: ${outcome.problem}\n`);
      results.push({ isChange: false, isProblem: true });
      continue;
    }
    const installed = outcome?.installed ?? finding.installed;
    const isSwitched = await switchOn(collection, installed, options);
    print(`${called}: ${wordsOf(finding, { ...options, hasSwitch: collection.hasSwitch, isSwitched })}\n`);
    results.push({
      isChange: wanted.includes(finding) || isSwitched,
      isProblem: false,
      link: installed === undefined ? undefined : collection.pathOf(asset, installed),
    });
  }
  return results;
}

/**
 * Takes a pack away, edited or not. What is not there is no problem.
 *
 * @return whether Kibana let all of it go
 */
export async function removeFromKibana(
  client: KibanaClient,
  pack: Pack,
  options: Pick<SetupOptions, "dryRun" | "print" | "note">,
): Promise<boolean> {
  const { dryRun, print } = options;
  await greet(client, options);
  const counts = { found: 0, kept: 0 };
  for (const [collection, assets] of collectionsOf(client, pack)) {
    // Dashboards before the data views that they show.
    for (const finding of (await findingsOf(collection, assets)).reverse()) {
      if (finding.installed === undefined) continue;
      counts.found++;
      if (!await remove(collection, { ...finding, installed: finding.installed }, options)) counts.kept++;
    }
  }
  print(counts.found === 0 ? "Nothing to remove\n" : dryRun ? "Nothing was changed (--dry-run)\n" : "");
  return counts.kept === 0;
}

async function remove(
  collection: Collection,
  { asset, installed, state }: Finding & { readonly installed: Installed },
  { dryRun, print, note }: Pick<SetupOptions, "dryRun" | "print" | "note">,
): Promise<boolean> {
  const called = `${collection.noun(asset)} ${asset.name}`;
  try {
    if (!dryRun) await collection.remove(asset, installed);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    note(`${called}: not removed: ${error.message}\n`);
    return false;
  }
  print(`${called}: ${dryRun ? "would be removed" : "removed"}${state === "edited" ? " (it was edited)" : ""}\n`);
  return true;
}

async function greet(client: KibanaClient, { print }: Pick<SetupOptions, "print">): Promise<void> {
  const version = await client.version();
  if (client.space !== DEFAULT_SPACE) await client.checkSpace();
  print(`Kibana ${version}, space ${client.space}\n`);
}

function collectionsOf(client: KibanaClient, pack: Pack): (readonly [Collection, readonly Asset[]])[] {
  const collections: Readonly<Record<Kind, Collection>> = {
    rules: new DetectionRules(client),
    alerts: new AlertRules(client),
    dashboards: new SavedObjects(client),
  };
  return (Object.entries(pack) as [Kind, readonly Asset[]][])
    .filter(([, assets]) => assets.length > 0)
    .map(([kind, assets]) => [collections[kind], assets]);
}

async function findingsOf(collection: Collection, assets: readonly Asset[]): Promise<Finding[]> {
  const found = await collection.find(assets);
  return assets.map((asset) => {
    const installed = found.get(asset.id);
    const content = fingerprint(collection.contentOf(asset.body));
    return { asset, installed, state: stateOf(installed, content), marker: { asset: content, stored: content } };
  });
}

function stateOf(installed: Installed | undefined, content: string): State {
  if (installed === undefined) return "missing";
  const stored = fingerprint(installed.content);
  // Whoever imported a file of it, or took the marker away, changed nothing by that.
  const { asset, stored: known } = installed.marker ?? { asset: content, stored: content };
  if (stored !== known) return "edited";
  return asset === content ? "same" : "outdated";
}

function isWanted(state: State, { force }: { force: boolean }): boolean {
  return state === "missing" || state === "outdated" || (state === "edited" && force);
}

/** Outcomes by the asset's id. What Kibana stores otherwise than it was sent is marked once more, as what it is. */
async function write(collection: Collection, wanted: readonly Change[]): Promise<Map<string, Outcome>> {
  if (wanted.length === 0) return new Map();
  const first = await collection.write(wanted);
  const markers = new Map(wanted.map(({ asset, marker }) => [asset.id, marker]));
  const again = first.flatMap((outcome): Change[] => {
    const marker = markers.get(outcome.asset.id);
    if (marker === undefined || !("installed" in outcome)) return [];
    const stored = fingerprint(outcome.installed.content);
    if (stored === marker.stored) return [];
    return [{ asset: outcome.asset, installed: outcome.installed, marker: { ...marker, stored } }];
  });
  const second = again.length === 0 ? [] : await collection.write(again);
  return new Map([...first, ...second].map((outcome) => [outcome.asset.id, outcome]));
}

/** Whether it switched a rule on. */
async function switchOn(
  collection: Collection,
  installed: Installed | undefined,
  { enable, dryRun }: SetupOptions,
): Promise<boolean> {
  if (!enable || installed?.isEnabled !== false) return false;
  if (!dryRun) await collection.enable(installed);
  return true;
}

function wordsOf(
  { state }: Finding,
  { dryRun, force, enable, hasSwitch, isSwitched }: SetupOptions & { hasSwitch: boolean; isSwitched: boolean },
): string {
  const isLeft = state === "edited" && !force;
  const done = (dryRun && state !== "same" ? "would be " : "") + DONE[state];
  const word = isLeft ? "edited in Kibana, left as it is (--force replaces it)" : done;
  const isNew = hasSwitch && state === "missing";
  return word + (isSwitched || (isNew && enable) ? ", enabled" : isNew ? ", disabled" : "");
}
