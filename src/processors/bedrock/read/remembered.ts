/**
 * The same function, with what it gave for up to `most` texts remembered: a few callers and models stand in most records. Texts
 * longer than `maxLength` are not remembered, so that what is sent cannot fill the memory.
 */
export function remembered<T extends object>(
  read: (text: string) => T,
  { most, maxLength }: { most: number; maxLength: number },
): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > maxLength) return read(text);
    let value = known.get(text);
    if (value === undefined) {
      value = read(text);
      if (known.size === most) known.clear();
      known.set(text, value);
    }
    return value;
  };
}
