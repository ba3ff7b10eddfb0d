import type { ProcessorContext } from "../../../component/component.ts";
import type { BedrockConfig } from "../config.ts";
import { type JsonObject, textOf } from "../read/json.ts";
import { modelIdOf } from "../read/model_id.ts";
import { profileOf } from "./profile.ts";
import { ProfileModels } from "./profile_models.ts";
import { BedrockProfileSource, type ProfileSource } from "./profile_source.ts";

/** The models behind ids that do not say it: those that the configuration names, else those that Bedrock does. */
export class ModelsBehind {
  readonly #named: ReadonlyMap<string, string>;
  readonly #resolved: ProfileModels | undefined;

  constructor(
    { config, events, storage }: Pick<ProcessorContext<BedrockConfig>, "config" | "events" | "storage">,
    source: () => ProfileSource = () => new BedrockProfileSource(config.aws, events),
  ) {
    this.#named = new Map(Object.entries(config.inference_profiles));
    this.#resolved = config.resolve_inference_profiles
      ? new ProfileModels({ source: source(), events, storage })
      : undefined;
  }

  /** The model behind the one that a record names, as far as it is known now. Never waits. */
  modelOf(log: JsonObject): string | undefined {
    if (this.#named.size > 0) {
      const id = textOf(log["modelId"]) ?? "";
      const named = this.#named.get(id) ?? this.#named.get(modelIdOf(id)?.name ?? "");
      if (named !== undefined) return named;
    }
    const profile = this.#resolved && profileOf(log);
    return profile && this.#resolved?.modelOf(profile);
  }

  stop(): void {
    this.#resolved?.stop();
  }
}
