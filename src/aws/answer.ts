/**
 * A list that an answer always has, also where it is empty. Without it the answer is not AWS's: what a proxy or a login page
 * says with status 200 must not pass for "there is nothing".
 *
 * @throws {Error} there is none; transient.
 */
export function listIn<T>(list: readonly T[] | undefined, name: string): readonly T[] {
  if (list === undefined) throw new Error(`the answer has no ${name}: it is not AWS's (does a proxy answer?)`);
  return list;
}
