import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { Identity } from "../read/identity.ts";
import { put } from "./attributes.ts";

/** Adds who made the call, as ECS and OpenTelemetry both name it. */
export function addUser(attributes: InvocationAttributes, identity: Identity | undefined): void {
  put(attributes, "user.id", identity?.arn);
  put(attributes, "user.name", identity?.name);
  put(attributes, "user.roles", identity?.role === undefined ? undefined : [identity.role]);
}
