import { type AwsService, jsonAnswer } from "./aws_service.ts";
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest } from "./http_server.ts";

/** An error of a service with a REST protocol, as the SDK reads it. */
export function restError(code: string, { status }: { status: number }): Fault {
  return {
    kind: "status",
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ message: `stand-in says ${code}` }),
  };
}

const LOGGING = "/logging/modelinvocations";
const PATH = /^\/inference-profiles\/(.+)$/;

/**
 * Bedrock's control plane as far as it is asked for inference profiles and where it logs.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html
 */
export class Bedrock implements AwsService {
  /** Where it logs invocations; undefined: nowhere. */
  loggingConfig: Record<string, unknown> | undefined = {
    s3Config: { bucketName: "bedrock-logs" },
    textDataDeliveryEnabled: true,
  };
  /** What goes wrong with a question for {@linkcode loggingConfig}. */
  loggingFault: Fault | undefined;
  /** ARNs of the models behind profiles, by a profile's ARN or id. */
  readonly profiles = new Map<string, string>();
  /** Profiles that were asked for, in order. */
  readonly asked: string[] = [];
  /** What goes wrong with a question for this profile; undefined: nothing. */
  fault: (profile: string) => Fault | undefined = () => undefined;
  /** Answers about profiles wait for it. */
  slowness: Promise<unknown> | undefined;

  isFor({ url }: HttpRequest): boolean {
    return url.pathname === LOGGING || PATH.test(url.pathname);
  }

  async answer({ url }: HttpRequest): Promise<HttpAnswer> {
    if (url.pathname === LOGGING) {
      return await answerUnder(this.loggingFault, () => jsonAnswer({ loggingConfig: this.loggingConfig }));
    }
    const profile = decodeURIComponent(PATH.exec(url.pathname)?.[1] ?? "");
    this.asked.push(profile);
    await this.slowness;
    const modelArn = this.profiles.get(profile);
    const missing = modelArn === undefined ? restError("ResourceNotFoundException", { status: 404 }) : undefined;
    return await answerUnder(
      this.fault(profile) ?? missing,
      () => jsonAnswer({ inferenceProfileArn: profile, status: "ACTIVE", type: "APPLICATION", models: [{ modelArn }] }),
    );
  }
}
