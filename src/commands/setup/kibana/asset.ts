/** What `setup kibana` installs, and how it recognises it later. */
import { createHash } from "node:crypto";
import { isObject } from "../../../component/json.ts";

/** A JSON object. */
export type Body = Readonly<Record<string, unknown>>;

/** What can be asked for, in the order in which it is installed. */
export const KINDS = ["rules", "alerts", "dashboards"] as const;
export type Kind = typeof KINDS[number];

/** Modes of the documents that rules, alerts and dashboards query. */
export const PACK_MODES = ["ecs", "otel"] as const;
export type PackMode = typeof PACK_MODES[number];

/** A rule, an alert, a dashboard or a data view. */
export interface Asset {
  /** Never changes. */
  readonly id: string;
  readonly name: string;
  /** As Kibana's API takes it. */
  readonly body: Body;
}

/** What is remembered of an asset in Kibana, beside it, to tell its own changes from a user's. */
export interface Marker {
  /** Fingerprint of the asset that was installed. */
  readonly asset: string;
  /** Fingerprint of what Kibana made of it. */
  readonly stored: string;
}

/** The marker in a text, which the pattern's two groups find. */
export function markerIn(text: string, pattern: RegExp): Marker | undefined {
  const [, asset, stored] = pattern.exec(text) ?? [];
  return asset === undefined || stored === undefined ? undefined : { asset, stored };
}

/** What Kibana has of an asset. */
export interface Installed {
  /** Its id in Kibana; not the asset's where another space has that one. */
  readonly id: string;
  /** What of it users edit, without the marker. */
  readonly content: Body;
  /** Absent where nothing of ours was installed by this program, or an edit took it away. */
  readonly marker: Marker | undefined;
  /** Of what has no switch: undefined. */
  readonly isEnabled: boolean | undefined;
  /** As Kibana answered it. */
  readonly body: Body;
}

/** An asset that is to be written. */
export interface Change {
  readonly asset: Asset;
  /** What it replaces; undefined: it is created. */
  readonly installed: Installed | undefined;
  readonly marker: Marker;
}

/** What became of a change: what is installed now, or why Kibana refused it. */
export type Outcome = { readonly asset: Asset } & ({ readonly installed: Installed } | { readonly problem: string });

/** The assets of one kind in Kibana. */
export interface Collection {
  /** What one of them is called. */
  readonly noun: (asset: Asset) => string;
  /** Whether what is in it can be switched on and off. */
  readonly hasSwitch: boolean;
  /** Which feature privileges writing it needs, in the words of Kibana's roles. */
  readonly privileges: string;
  /** What of an asset users edit, as {@linkcode Installed.content}. */
  contentOf(body: Body): Body;
  /** What Kibana has, by the asset's id. */
  find(assets: readonly Asset[]): Promise<ReadonlyMap<string, Installed>>;
  /** Creates or replaces; what users set beside the content (whether it is enabled, actions) stays. */
  write(changes: readonly Change[]): Promise<readonly Outcome[]>;
  enable(installed: Installed): Promise<void>;
  remove(asset: Asset, installed: Installed): Promise<void>;
  /** Where it is seen, below Kibana's URL; undefined for what no page shows by itself. */
  pathOf(asset: Asset, installed: Installed): string | undefined;
}

/** Twelve hex digits that stand for a JSON value, whatever the order of its members. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(sorted(value))).digest("hex").slice(0, 12);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

/** Some members of a body, without what is empty: Kibana fills in empty lists and texts. */
export function membersOf(body: Body, names: readonly string[]): Body {
  return Object.fromEntries(names.map((name) => [name, full(body[name])]).filter(([, value]) => value !== undefined));
}

function full(value: unknown): unknown {
  if (value === null || value === "") return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((entry) => full(entry) ?? null);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, full(member)] as const);
  const kept = members.filter(([, member]) => member !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
