import { awsErrorKind } from "./aws_error.ts";
import type { AwsClientConfig } from "./client_config.ts";

type Next = (args: unknown) => Promise<unknown>;

/** The part of the SDK's middleware stack that is needed, for clients of every service. */
interface Stack {
  add(middleware: (next: Next) => Next, options: { step: "initialize"; priority: "high"; name: string }): void;
}

/**
 * The client, made with {@linkcode AwsClientConfig}, which makes a call once more when AWS refuses its credentials (expired,
 * revoked, unknown) and they can be read again from where they come from: they may have been rotated.
 */
export function renewingCredentials<Client extends { readonly middlewareStack: object; readonly config: object }>(
  client: Client,
): Client {
  const { renewCredentials } = client.config as Partial<Pick<AwsClientConfig, "renewCredentials">>;
  const renew: Parameters<Stack["add"]>[0] = (next) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      if (awsErrorKind(error) !== "credentials" || renewCredentials?.() !== true) throw error;
      return await next(args);
    }
  };
  // Around what asks for the credentials, and signs.
  (client.middlewareStack as Stack).add(renew, { step: "initialize", priority: "high", name: "renewingCredentials" });
  return client;
}
