import type { SendingSettings } from "../component/component.ts";

/** How exporters that write on this machine send: one request at a time, tried again until the place takes it. */
export const LOCAL_SENDING: SendingSettings = {
  maxItems: 2000,
  maxBytes: 4 * 1024 * 1024,
  flushTimeoutMs: 200,
  numConsumers: 1,
  retry: {
    initialMs: 1000,
    factor: 1.5,
    maxMs: 30_000,
    jitter: 0.5,
  },
};
