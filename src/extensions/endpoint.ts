/** The address that an extension answers on: the setting `endpoint`. */
import { z } from "zod";
import { type HostPort, parseHostPort } from "../http/host_port.ts";

/** Only this machine reaches the default. */
export function endpointSetting(port: number) {
  return z.string().default(`localhost:${port}`).refine(
    (text) => parseHostPort(text) !== undefined,
    `expected host:port, such as localhost:${port} or 0.0.0.0:${port}`,
  );
}

/** The schema has seen to it that it is one. */
export function addressOf(endpoint: string): HostPort {
  return parseHostPort(endpoint) as HostPort;
}
