import { z } from "zod";
import { duration } from "../../config/settings.ts";
import { endpointSetting } from "../endpoint.ts";

/** Settings of `health_check`. Durations are ms. */
export const healthCheckSchema = z.strictObject({
  endpoint: endpointSetting(13133).describe(
    "Where to answer, as host:port. Only this machine reaches the default; a probe from outside needs 0.0.0.0.",
  ),
  unhealthy_after: duration().prefault("5m").describe(
    "The answer is 503 once an endpoint is at fault, a receiver fails or the state cannot be written for this long.",
  ),
});

export type HealthCheckConfig = z.output<typeof healthCheckSchema>;
