import { isObject } from "../../../component/json.ts";
import type { Asset, Body, Change, Collection, Installed, Outcome } from "./asset.ts";
import { type KibanaClient, type Question, RefusedError } from "./client.ts";

/** Rules of one of Kibana's engines: each has a request of its own, so that one that is refused stops no other. */
export abstract class RuleCollection implements Collection {
  abstract readonly noun: Collection["noun"];
  readonly hasSwitch = true;
  abstract readonly privileges: string;
  protected readonly client: KibanaClient;

  constructor(client: KibanaClient) {
    this.client = client;
  }

  async find(assets: readonly Asset[]): Promise<ReadonlyMap<string, Installed>> {
    const found = new Map<string, Installed>();
    for (const asset of assets) {
      const rule = await this.client.get(this.placeOf(asset), this.privileges);
      if (isObject(rule)) found.set(asset.id, this.installedOf(rule));
    }
    return found;
  }

  /** @throws {Error} whatever is at fault beside what was sent. */
  async write(changes: readonly Change[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const change of changes) outcomes.push(await this.#outcomeOf(change));
    return outcomes;
  }

  async #outcomeOf(change: Change): Promise<Outcome> {
    const { asset } = change;
    try {
      const { json } = await this.client.ask(this.requestFor(change), this.privileges);
      return { asset, installed: this.installedOf(isObject(json) ? json : {}) };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { asset, problem: error.message };
    }
  }

  async remove(asset: Asset): Promise<void> {
    await this.client.ask({ method: "DELETE", path: this.placeOf(asset) }, this.privileges);
  }

  abstract contentOf(body: Body): Body;
  abstract enable(installed: Installed): Promise<void>;
  abstract pathOf(asset: Asset, installed: Installed): string;

  /** Where the API has the rule of an asset. */
  protected abstract placeOf(asset: Asset): string;
  /** The request that creates or replaces a rule. */
  protected abstract requestFor(change: Change): Question;
  /** What Kibana answers of a rule. */
  protected abstract installedOf(rule: Body): Installed;
}
