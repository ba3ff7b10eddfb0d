import type { ExtensionFactory } from "../../component/component.ts";
import { formatHostPort } from "../../http/host_port.ts";
import { addressOf } from "../endpoint.ts";
import { type HealthCheckConfig, healthCheckSchema } from "./config.ts";
import { HealthCheck } from "./extension.ts";

/** The extension `health_check`: tells over HTTP how the program and each component are. */
export const healthCheckFactory: ExtensionFactory<HealthCheckConfig> = {
  type: "health_check",
  description: "Answers / and /ready over HTTP: 200 or 503, with the status of each component",
  signals: [],
  schema: healthCheckSchema,
  permissions: ({ endpoint }) => ({ net: [formatHostPort(addressOf(endpoint))] }),
  create: ({ id, config, health }) =>
    new HealthCheck({ id, ...addressOf(config.endpoint), unhealthyAfterMs: config.unhealthy_after, health }),
};
