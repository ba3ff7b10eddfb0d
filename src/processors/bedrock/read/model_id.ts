/** The parts of a `modelId`, which is a model id, a cross-region id or an ARN. */
export interface ModelId {
  /** The id without the ARN around it; a cross-region prefix stays. */
  readonly name: string;
  readonly arn?: string;
  /** Region prefix of a cross-region id. */
  readonly prefix?: string;
  readonly vendor?: string;
}

/** Prefixes of cross-region inference profiles. */
const REGION_PREFIXES: ReadonlySet<string> = new Set(
  ["us", "us-gov", "eu", "apac", "ap", "au", "ca", "jp", "sa", "me", "af", "il", "global"],
);
const VENDOR = /^[a-z][a-z0-9]{0,31}$/;

/**
 * Reads a model id; undefined for anything but a text.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
export function modelIdOf(modelId: unknown): ModelId | undefined {
  if (typeof modelId !== "string") return undefined;
  const isArn = modelId.startsWith("arn:");
  const name = isArn ? modelId.slice(modelId.lastIndexOf("/") + 1) : modelId;
  return {
    name,
    ...isArn ? { arn: modelId } : undefined,
    ...vendorOf(isArn ? baseModel(modelId) ?? name : name),
  };
}

/** Region prefix, and the part before the next dot. */
function vendorOf(name: string): { prefix?: string; vendor?: string } {
  const first = name.slice(0, Math.max(0, name.indexOf(".")));
  if (!REGION_PREFIXES.has(first)) return VENDOR.test(first) ? { vendor: first } : {};
  const rest = name.slice(first.length + 1);
  const second = rest.slice(0, Math.max(0, rest.indexOf(".")));
  return VENDOR.test(second) ? { prefix: first, vendor: second } : { prefix: first };
}

/** `amazon.titan-text-express-v1:0` of `…:custom-model/amazon.titan-text-express-v1:0/abcdefghijkl`. */
function baseModel(arn: string): string | undefined {
  const [type, base, id] = arn.split("/");
  return id !== undefined && type?.endsWith(":custom-model") ? base : undefined;
}
