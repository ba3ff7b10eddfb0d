/** Who asks AWS, and whether that one may ask Bedrock. */
import { BedrockClient, GetInferenceProfileCommand } from "@aws-sdk/client-bedrock";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsClientConfig } from "../../aws/client_config.ts";
import { awsErrorKind } from "../../aws/aws_error.ts";
import type { AwsSettings } from "../../aws/settings.ts";
import { askAws, awsProblem, type Check, failed, type Finding, ok, TIMEOUT_MS } from "./check.ts";

/** AWS refuses signatures of clocks that are further off. */
const MAX_CLOCK_MS = 5 * 60_000;

/** Where AWS is asked, and as whom. */
export interface AwsPlace {
  readonly settings: AwsSettings;
  readonly region: string | undefined;
}

/**
 * Whose credentials they are, and whether the clock agrees with AWS's; then `others`. Without credentials that are accepted each of
 * them would only say the same again.
 */
export async function callerChecks(
  id: string,
  { others, ...place }: AwsPlace & { others: readonly Check[] },
): Promise<readonly Finding[]> {
  const { findings, isAccepted } = await identity(id, place);
  const more = isAccepted ? await Promise.all(others.map((other) => other())) : [];
  return [...findings, ...more.flat()];
}

async function identity(id: string, place: AwsPlace): Promise<{ findings: Finding[]; isAccepted: boolean }> {
  const check = `${id}: credentials`;
  try {
    const { arn, offMs } = await callerOf(place);
    const clock = offMs > MAX_CLOCK_MS
      ? failed("clock", `is ${Math.round(offMs / 1000)} s off from AWS's: set it right (NTP)`)
      : ok("clock", "agrees with AWS's");
    return { findings: [ok(check, `are ${arn ?? "accepted"}`), clock], isAccepted: true };
  } catch (error) {
    const kind = awsErrorKind(error);
    const remedy = kind === "forbidden" ? ": allow sts:AssumeRole for role_arn, on both sides" : "";
    const finding = failed(check, `${awsProblem(error)}${remedy}`);
    return { findings: [finding], isAccepted: kind !== "setup" && kind !== "credentials" };
  }
}

/** Who asks, and how far AWS's clock is away. */
async function callerOf({ settings, region }: AwsPlace): Promise<{ arn: string | undefined; offMs: number }> {
  const at = settings.sts_endpoint ?? settings.endpoint;
  const client = new STSClient({
    ...awsClientConfig(settings, { region: region ?? "us-east-1" }),
    ...at !== undefined && { endpoint: at },
  });
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { arn: Arn, offMs: Math.abs(client.config.systemClockOffset) };
  } finally {
    client.destroy();
  }
}

/** The models behind application inference profiles may be asked for: one that cannot be there is. */
export async function profileChecks(id: string, settings: AwsSettings): Promise<readonly Finding[]> {
  const check = `${id}: inference profiles`;
  const client = new BedrockClient(awsClientConfig(settings, { region: undefined }));
  try {
    return await askAws(check, {
      action: "bedrock:GetInferenceProfile",
      ask: async (abortSignal) => {
        const [, partition, , , , account] = (await callerOf({ settings, region: settings.region })).arn?.split(":") ??
          [];
        const region = await client.config.region();
        const inferenceProfileIdentifier =
          `arn:${partition}:bedrock:${region}:${account}:application-inference-profile/000000000000`;
        try {
          await client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier }), { abortSignal });
        } catch (error) {
          if (!["missing_group", "invalid"].includes(awsErrorKind(error))) throw error;
        }
        return [ok(check, `Bedrock may be asked for them in ${region}`)];
      },
    });
  } finally {
    client.destroy();
  }
}
