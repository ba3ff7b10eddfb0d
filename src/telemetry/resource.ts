import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { VERSION } from "../version.ts";

/** The resource of the program's own telemetry; `service.telemetry.resource` takes precedence. */
export function ownResource(attributes: Readonly<Record<string, string>>): Resource {
  return resourceFromAttributes({
    "service.name": "bedrock-otel",
    "service.version": VERSION,
    "service.instance.id": crypto.randomUUID(),
    ...attributes,
  });
}
