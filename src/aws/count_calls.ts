import type { Events } from "./events.ts";
import { priceOf } from "./prices.ts";

type Next = (args: { input: unknown }) => Promise<{ response: unknown }>;

/** The part of the SDK's middleware stack that is needed, for clients of every service. */
interface Stack {
  add(
    middleware: (next: Next, context: { clientName?: string; commandName?: string }) => Next,
    options: { step: "deserialize"; priority: "high"; name: string },
  ): void;
}

/** Notified of each call. */
export type Counter = Pick<Events, "emit">;

/** The client, counting each request that it makes, tries of the SDK included, with its estimated price. */
export function countCalls<Client extends { readonly middlewareStack: object }>(
  client: Client,
  events: Counter,
): Client {
  const count: Parameters<Stack["add"]>[0] = (next, { clientName = "", commandName = "" }) => {
    const service = clientName.replace(/Client$/, "");
    const operation = commandName.replace(/Command$/, "");
    return async (args) => {
      const call = { service, operation, usd: priceOf(service, operation, args.input) };
      try {
        const result = await next(args);
        events.emit("aws.call", { ...call, outcome: "success" });
        return result;
      } catch (error) {
        events.emit("aws.call", { ...call, outcome: "failure" });
        throw error;
      }
    };
  };
  // Around what reads the answer, and inside of what tries again.
  (client.middlewareStack as Stack).add(count, { step: "deserialize", priority: "high", name: "countCalls" });
  return client;
}
