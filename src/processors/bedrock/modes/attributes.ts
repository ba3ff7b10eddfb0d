import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";

/** Sets an attribute unless there is nothing to set. */
export function put<Name extends keyof InvocationAttributes>(
  attributes: InvocationAttributes,
  name: Name,
  value: InvocationAttributes[Name] | undefined,
): void {
  if (value !== undefined) attributes[name] = value;
}

/** Takes an attribute away, and returns its value. Most are not there, and `delete` is slow. */
export function take<Name extends keyof InvocationAttributes>(
  attributes: InvocationAttributes,
  name: Name,
): InvocationAttributes[Name] | undefined {
  const value = attributes[name];
  if (value !== undefined) delete attributes[name];
  return value;
}

/**
 * An object without attributes, and with room for as many as most records have. V8 makes a hash table of an object that grows
 * beyond its room, and filling and reading such tables was a fifth of the mapping and of the encoding.
 */
export function noAttributes(): InvocationAttributes {
  return new Roomy(false);
}

/** V8 takes an object's room from the assignments in its constructor, and from what the first objects became. */
// deno-fmt-ignore
function fill(this: Record<string, unknown>, isFilled: boolean): void {
  if (!isFilled) return;
  this.a0 = this.a1 = this.a2 = this.a3 = this.a4 = this.a5 = this.a6 = this.a7 = this.a8 = this.a9 = 0;
  this.b0 = this.b1 = this.b2 = this.b3 = this.b4 = this.b5 = this.b6 = this.b7 = this.b8 = this.b9 = 0;
  this.c0 = this.c1 = this.c2 = this.c3 = this.c4 = this.c5 = this.c6 = this.c7 = this.c8 = this.c9 = 0;
  this.d0 = this.d1 = this.d2 = this.d3 = this.d4 = this.d5 = this.d6 = this.d7 = this.d8 = this.d9 = 0;
  this.e0 = this.e1 = this.e2 = this.e3 = this.e4 = this.e5 = this.e6 = this.e7 = this.e8 = this.e9 = 0;
  this.f0 = this.f1 = this.f2 = this.f3 = this.f4 = this.f5 = this.f6 = this.f7 = this.f8 = this.f9 = 0;
}

const Roomy = fill as unknown as { new (isFilled: boolean): InvocationAttributes; prototype: unknown };
Roomy.prototype = Object.prototype;
for (let count = 0; count < 8; count++) new Roomy(true);
