import type { ExtensionFactory } from "../../component/component.ts";
import { formatHostPort } from "../../http/host_port.ts";
import { addressOf } from "../endpoint.ts";
import { isLoopback, type StatusPageConfig, statusPageSchema } from "./config.ts";
import { StatusPage } from "./extension.ts";

/** The extension `status_page`: the live page. */
export const statusPageFactory: ExtensionFactory<StatusPageConfig> = {
  type: "status_page",
  description: "A live page: how deliveries are doing, and the last hour of Bedrock, without prompts or answers",
  signals: [],
  schema: statusPageSchema,
  check: ({ endpoint, token }) =>
    token !== undefined || isLoopback(addressOf(endpoint).host) ? [] : [{
      path: "token",
      message: "expected a token, because others than this machine reach the endpoint: set one from the environment, " +
        "or use localhost:13134",
    }],
  permissions: ({ endpoint }) => ({ net: [formatHostPort(addressOf(endpoint))] }),
  create: ({ id, config: { endpoint, token }, events, health }) =>
    new StatusPage({ id, ...addressOf(endpoint), token, events, health }),
};
