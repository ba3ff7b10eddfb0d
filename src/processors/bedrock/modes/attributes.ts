import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";

/** Sets an attribute unless there is nothing to set. */
export function put<Name extends keyof InvocationAttributes>(
  attributes: InvocationAttributes,
  name: Name,
  value: InvocationAttributes[Name] | undefined,
): void {
  if (value !== undefined) attributes[name] = value;
}
