/** So many are looked at before another text is written. */
const REMEMBERED = 4;

/**
 * Where the long texts stand that were written last. The same text often stands in a record more than once: a prompt alone and in its
 * messages.
 */
export class RecentTexts<Place extends object> {
  readonly #texts: { readonly text: string; readonly place: Place }[] = [];
  #oldest = 0;

  find(text: string): Place | undefined {
    for (const known of this.#texts) if (known.text === text) return known.place;
    return undefined;
  }

  add(text: string, place: Place): void {
    this.#texts[this.#oldest] = { text, place };
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
  }

  clear(): void {
    if (this.#texts.length > 0) this.#texts.length = this.#oldest = 0;
  }
}
