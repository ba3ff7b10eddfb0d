import { z } from "zod";
import { duration } from "../../config/settings.ts";
import { parseHostPort } from "../../http/host_port.ts";

/** Settings of `health_check`. Durations are ms. */
export const healthCheckSchema = z.strictObject({
  endpoint: z.string().default("localhost:13133")
    .refine((text) => parseHostPort(text) !== undefined, "expected host:port, such as localhost:13133 or 0.0.0.0:13133")
    .describe(
      "Where to answer, as host:port. Only this machine reaches the default; a probe from outside needs 0.0.0.0.",
    ),
  unhealthy_after: duration().prefault("5m").describe(
    "The answer is 503 once an endpoint is at fault, a receiver fails or the state cannot be written for this long.",
  ),
});

export type HealthCheckConfig = z.output<typeof healthCheckSchema>;
