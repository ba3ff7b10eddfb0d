import { isObject } from "../../../component/json.ts";
import type { Asset, Body, Installed, Outcome } from "./asset.ts";
import { type KibanaAnswer, RefusedError } from "./client.ts";

/**
 * What became of writing one asset: what the answer holds, or why Kibana refused it.
 *
 * @throws {Error} whatever is at fault beside what was sent
 */
export async function outcomeOf(
  asset: Asset,
  write: () => Promise<KibanaAnswer>,
  installedOf: (body: Body) => Installed,
): Promise<Outcome> {
  try {
    const { json } = await write();
    return { asset, installed: installedOf(isObject(json) ? json : {}) };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { asset, problem: error.message };
  }
}
