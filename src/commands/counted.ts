/** A number with separators between thousands. */
export function count(number: number): string {
  return number.toLocaleString("en");
}

/** So many of something. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
