import { remembered } from "./remembered.ts";

/** The caller, as far as its ARN shows it. */
export interface Identity {
  readonly arn: string;
  /** IAM user, session of the assumed role, federated user, or `root`. */
  readonly name?: string;
  /** The role that was assumed. */
  readonly role?: string;
  /** Id of the Bedrock agent on whose behalf the role was assumed. */
  readonly agentId?: string;
}

/** Service roles that Amazon Bedrock creates for its agents. */
const AGENT_ROLE = "AmazonBedrockExecutionRoleForAgents_";
const AGENT_SESSION = /^BedrockAgents?-([A-Z0-9]{10})(?:-|$)/;

/**
 * Reads `identity.arn`: an IAM user, an assumed role with its session, the root user or a federated user; undefined for
 * anything but a text.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function identityOf(arn: unknown): Identity | undefined {
  if (typeof arn !== "string" || arn === "") return undefined;
  return known(arn);
}

/** AWS allows no longer ARN. */
const known = remembered(readIdentity, { most: 1000, maxLength: 2048 });

function readIdentity(arn: string): Identity {
  const resource = resourceOf(arn);
  const slash = resource.indexOf("/");
  const type = slash < 0 ? resource : resource.slice(0, slash);
  const name = resource.slice(resource.lastIndexOf("/") + 1);
  if (type === "root") return { arn, name: "root" };
  if (slash < 0 || name === "") return { arn };
  if (type === "user" || type === "federated-user") return { arn, name };
  if (type === "role") return { arn, role: name };
  return type === "assumed-role" ? assumedRole(arn, resource.slice(slash + 1)) : { arn };
}

/** What follows `arn:partition:service:region:account:`. */
function resourceOf(arn: string): string {
  if (!arn.startsWith("arn:")) return "";
  let end = 3;
  for (let field = 0; field < 4; field++) {
    end = arn.indexOf(":", end + 1);
    if (end < 0) return "";
  }
  return arn.slice(end + 1);
}

/** `path` is role and session. */
function assumedRole(arn: string, path: string): Identity {
  const slash = path.indexOf("/");
  if (slash < 0) return { arn, role: path };
  const role = path.slice(0, slash);
  const name = path.slice(slash + 1);
  if (role === "" || name === "") return { arn };
  const agentId = role.startsWith(AGENT_ROLE) ? AGENT_SESSION.exec(name)?.[1] : undefined;
  return agentId === undefined ? { arn, name, role } : { arn, name, role, agentId };
}
