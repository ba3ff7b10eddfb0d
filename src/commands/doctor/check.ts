import { type AwsErrorKind, awsErrorKind, awsErrorMessage, awsRemedyMessage } from "../../aws/aws_error.ts";
import { AwsConnectionError } from "../../aws/time_limited_handler.ts";

/** What came of one check. */
export interface Finding {
  /** What was looked at: the component and the thing. */
  readonly check: string;
  /** `unknown`: it could not be looked at. */
  readonly status: "ok" | "failed" | "unknown";
  /** What was found; of what failed also what to do. */
  readonly text: string;
}

/** Makes the findings of one thing. */
export type Check = () => Promise<readonly Finding[]>;

export function ok(check: string, text: string): Finding {
  return { check, status: "ok", text };
}

export function failed(check: string, text: string): Finding {
  return { check, status: "failed", text };
}

export function unknown(check: string, text: string): Finding {
  return { check, status: "unknown", text };
}

/** Fails where `problem` is a text, else all is well. */
export function judged(check: string, { problem, fine }: { problem: string | undefined; fine: string }): Finding {
  return problem === undefined ? ok(check, fine) : failed(check, problem);
}

/** How long one thing may take to answer. */
export const TIMEOUT_MS = 10_000;

/** What helps against an error of AWS, where the error itself does not say it. */
const REMEDIES: Partial<Record<AwsErrorKind, string>> = {
  setup: "set AWS_REGION and credentials, a profile, or a role",
  credentials: "renew the credentials, or correct the profile, the key or the role",
  wrong_region: "set region to that one",
};

/** Where AWS's names come from, and what may stand between. */
const UNREACHED =
  "correct the region, endpoint or AWS_ENDPOINT_URL, or open the way to AWS (resolver, proxy, VPC endpoint)";

/** What helps where a connection to an endpoint tells no more than that there is none. */
export function unreached(message: string): string {
  if (/dns error|lookup address/i.test(message)) return `${message}: correct the host's name, or the resolver`;
  if (/refused/i.test(message)) return `${message}: start what listens there, or correct the port`;
  return message;
}

/** An error of AWS, and what to do. `missing`: what helps where something does not exist. */
export function awsProblem(error: unknown, { missing }: { missing?: string | undefined } = {}): string {
  if (error instanceof Error && awsRemedyMessage(error) !== undefined) return awsErrorMessage(error);
  if (error instanceof AwsConnectionError) return `${error.message}: ${UNREACHED}`;
  const kind = awsErrorKind(error);
  const remedy = kind.startsWith("missing_") ? missing : REMEDIES[kind];
  const message = awsErrorMessage(error).replace(/\.+$/, "");
  return remedy === undefined ? message : `${message}: ${remedy}`;
}

/**
 * Asks AWS. `onlyDoctor`: the program itself does without the permission `action`, so that a refusal says nothing.
 */
export async function askAws(
  check: string,
  { action, orElse, onlyDoctor = false, ask }: {
    action: string;
    /** What helps where what is asked for does not exist; AWS may refuse that in the same way. */
    orElse?: string;
    onlyDoctor?: boolean;
    ask: (signal: AbortSignal) => Promise<readonly Finding[]>;
  },
): Promise<readonly Finding[]> {
  try {
    return await ask(AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    if (awsErrorKind(error) !== "forbidden") return [failed(check, awsProblem(error, { missing: orElse }))];
    return onlyDoctor ? [unknown(check, `AWS does not allow to look: it takes ${action}`)] : [
      failed(
        check,
        `AWS refuses it: allow ${action}${orElse === undefined ? "" : `, or ${orElse}`} (${awsErrorMessage(error)})`,
      ),
    ];
  }
}
