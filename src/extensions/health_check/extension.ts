import type { Extension, ExtensionContext } from "../../component/component.ts";
import type { HostPort } from "../../http/host_port.ts";
import { type Page, ReadOnlyServer } from "../../http/read_only_server.ts";

/** The header `server` of answers: the Collector's extension of this name answers in the same form, on the same port. */
export const SERVER = "bedrock-otel";

interface HealthCheckOptions extends HostPort {
  readonly id: string;
  readonly unhealthyAfterMs: number;
  readonly health: ExtensionContext<unknown>["health"];
}

/**
 * Answers `/` (is everything well?) and `/ready` (has everything started, and does nothing stop?). Who asks learns ids
 * of components, words and times; nothing can be changed.
 */
export class HealthCheck extends ReadOnlyServer implements Extension {
  constructor({ id, host, port, unhealthyAfterMs, health }: HealthCheckOptions) {
    super({
      name: id,
      setting: `extensions.${id}.endpoint`,
      host,
      port,
      pages: {
        "/": () => {
          const { ready: _, ...report } = health({ unhealthyAfterMs });
          return json(report.healthy, report);
        },
        "/ready": () => {
          const { ready, start_time, status, status_time } = health({ unhealthyAfterMs });
          return json(ready, { ready, start_time, status, status_time });
        },
      },
    });
  }
}

function json(isGood: boolean, body: unknown): Page {
  const text = `${JSON.stringify(body, null, 2)}\n`;
  return { status: isGood ? 200 : 503, contentType: "application/json", body: text, headers: { server: SERVER } };
}
