import { z } from "zod";
import { secret } from "../../config/settings.ts";
import { endpointSetting } from "../endpoint.ts";

/** Settings of `status_page`. */
export const statusPageSchema = z.strictObject({
  endpoint: endpointSetting(13134).describe(
    "Where to show the page, as host:port. Only this machine reaches the default; others need a token.",
  ),
  token: secret().min(16).optional().describe(
    "Who looks must know it; 16 characters or more. Take it from the environment. Required on any address but this machine's.",
  ),
});

export type StatusPageConfig = z.output<typeof statusPageSchema>;

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
