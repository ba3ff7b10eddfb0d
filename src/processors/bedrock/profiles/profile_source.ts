import type { BedrockClient } from "@aws-sdk/client-bedrock";
import { awsClientConfig } from "../../../aws/client_config.ts";
import { countCalls } from "../../../aws/count_calls.ts";
import type { AwsSettings } from "../../../aws/settings.ts";
import type { Events } from "../../../component/events.ts";
import { modelIdOf } from "../read/model_id.ts";
import type { Profile } from "./profile.ts";

/** Where the models behind profiles are known. */
export interface ProfileSource {
  /** The id of the model behind a profile; undefined when the answer names none. Rejects with the SDK's errors. */
  modelOf(profile: Profile, options: { readonly signal: AbortSignal }): Promise<string | undefined>;
  close(): void;
}

/**
 * Bedrock as it is reached with the AWS SDK, which is loaded with the first question.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html
 */
export class BedrockProfileSource implements ProfileSource {
  readonly #settings: AwsSettings;
  readonly #events: Events;
  readonly #clients = new Map<string, BedrockClient>();

  constructor(settings: AwsSettings, events: Events) {
    this.#settings = settings;
    this.#events = events;
  }

  async modelOf({ identifier, region }: Profile, { signal }: { signal: AbortSignal }): Promise<string | undefined> {
    const { BedrockClient, GetInferenceProfileCommand } = await import("@aws-sdk/client-bedrock");
    const key = region ?? "";
    let client = this.#clients.get(key);
    if (client === undefined) {
      client = countCalls(new BedrockClient(awsClientConfig(this.#settings, { region })), this.#events);
      this.#clients.set(key, client);
    }
    const command = new GetInferenceProfileCommand({ inferenceProfileIdentifier: identifier });
    const { models } = await client.send(command, { abortSignal: signal });
    // One for each region; they are all the same model.
    return modelIdOf(models?.[0]?.modelArn)?.underlying;
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }
}
