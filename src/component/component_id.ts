/** `type` of `type/name`. */
export function typeOf(id: string): string {
  return id.split("/", 1)[0] ?? id;
}
