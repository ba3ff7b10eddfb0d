import { remembered } from "./remembered.ts";

/** What a `modelId` names, as its ARN says it; of an id without one what its shape says. */
export const MODEL_KINDS = [
  "foundation_model",
  "inference_profile",
  "application_inference_profile",
  "prompt_router",
  "provisioned_model",
  "custom_model",
  "imported_model",
  "marketplace_endpoint",
  "prompt",
] as const;
export type ModelKind = typeof MODEL_KINDS[number];

/** The parts of a `modelId`, which is a model id, a cross-region id or an ARN. */
export interface ModelId {
  /** The id without the ARN around it; a cross-region prefix stays. */
  readonly name: string;
  readonly arn: string | undefined;
  readonly kind: ModelKind | undefined;
  /** Id of the inference profile that was called, the system's or an application's. */
  readonly profileId: string | undefined;
  /** Region prefix of a cross-region id. */
  readonly prefix: string | undefined;
  /** Id of the foundation model behind it, as far as it is known. */
  readonly underlying: string | undefined;
  /** Who made the foundation model. */
  readonly vendor: string | undefined;
}

/** Kinds by the resource type in an ARN. */
const KINDS: Readonly<Record<string, ModelKind>> = {
  "foundation-model": "foundation_model",
  "inference-profile": "inference_profile",
  "application-inference-profile": "application_inference_profile",
  "prompt-router": "prompt_router",
  "default-prompt-router": "prompt_router",
  "provisioned-model": "provisioned_model",
  "custom-model": "custom_model",
  "custom-model-deployment": "custom_model",
  "imported-model": "imported_model",
  prompt: "prompt",
  // Of SageMaker.
  endpoint: "marketplace_endpoint",
  "hub-content": "marketplace_endpoint",
};

/** Prefixes of cross-region inference profiles, in all partitions. */
const REGION_PREFIXES: ReadonlySet<string> = new Set([
  ...["us", "us-gov", "eu", "apac", "ap", "au", "ca", "jp", "sa", "me", "af", "il", "mx", "global", "cn"],
  ...["us-iso", "us-isob", "us-isof", "eu-isoe", "eusc"],
]);
/** By them a prefix of a region that is newer than this program is told from a vendor. */
const VENDORS: ReadonlySet<string> = new Set([
  ...["ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "luma", "meta", "minimax", "mistral"],
  ...["moonshot", "moonshotai", "nvidia", "openai", "qwen", "stability", "twelvelabs", "writer", "xai", "zai"],
]);
const PREFIX = /^[a-z]{2,6}(?:-[a-z]{2,6})?$/;
const VENDOR = /^[a-z][a-z0-9]{0,31}$/;

/** Kinds whose name, or the base in it, is a model's id. */
const NAMED_FOR_MODELS: ReadonlySet<unknown> = new Set(["foundation_model", "inference_profile", "custom_model"]);
const PROFILES: ReadonlySet<unknown> = new Set(["inference_profile", "application_inference_profile"]);

/**
 * Reads a model id; undefined for anything but a text. `behind` is the model that is known to be behind it: an id of an
 * application's profile says nothing itself.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
 */
export function modelIdOf(modelId: unknown, behind?: string): ModelId | undefined {
  if (typeof modelId !== "string") return undefined;
  return behind === undefined ? known(modelId) : partsOf(modelId, behind);
}

const known = remembered((modelId) => partsOf(modelId, undefined), { most: 256, maxLength: 256 });

function partsOf(modelId: string, behind: string | undefined): ModelId {
  const isArn = modelId.startsWith("arn:");
  const name = isArn ? modelId.slice(modelId.lastIndexOf("/") + 1) : modelId;
  const [type = "", base = "", id] = isArn ? resourceOf(modelId) : [];
  // `custom-model/amazon.titan-text-express-v1:0/abcdefghijkl`
  const said = idParts(type === "custom-model" && id !== undefined ? base : name);
  const ofId = said.kind ?? (behind === undefined ? undefined : "application_inference_profile");
  const kind = isArn ? (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) : ofId;
  const known = modelIdOf(behind);
  return {
    name,
    arn: isArn ? modelId : undefined,
    kind,
    profileId: PROFILES.has(kind) ? name : undefined,
    prefix: said.prefix,
    underlying: known === undefined
      ? NAMED_FOR_MODELS.has(kind) ? said.underlying : undefined
      : known.underlying ?? known.name,
    vendor: known?.vendor ?? said.vendor,
  };
}

/** `["inference-profile", "us.meta.…"]` */
function resourceOf(arn: string): string[] {
  return arn.split(":").slice(5).join(":").split("/");
}

/** What an id without an ARN says: region prefix, the part before the next dot, and the model's own id. */
function idParts(name: string): Partial<ModelId> {
  const [first = "", second = "", third] = name.split(".");
  const isPrefix = REGION_PREFIXES.has(first) || (third !== undefined && VENDORS.has(second) && PREFIX.test(first));
  if (!isPrefix) {
    return second !== "" && VENDOR.test(first) ? { kind: "foundation_model", underlying: name, vendor: first } : {};
  }
  if (third === undefined || !VENDOR.test(second)) return { prefix: first };
  return { kind: "inference_profile", prefix: first, underlying: name.slice(first.length + 1), vendor: second };
}
