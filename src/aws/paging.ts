/** Answers that come in pages, each naming the next one by a token. */

/**
 * Watches the tokens of one reading, of which there may be any number, in constant memory: a circle of whatever length is
 * found by comparing each token with one that is replaced after 1, 2, 4, 8, … pages (Brent's algorithm).
 */
export class PageTokens {
  readonly #what: string;
  #mark: string | undefined;
  #sinceMark = 0;
  #limit = 1;

  /** `what`: what is read in pages, for errors. */
  constructor(what: string) {
    this.#what = what;
  }

  /**
   * The token of the next page as an answer has it; undefined: there is none. An empty one names no page.
   *
   * @throws {Error} it came before, so the pages would not end. Transient: another reading may end.
   */
  next(token: string | undefined): string | undefined {
    if (token === undefined || token === "") return undefined;
    if (token === this.#mark) {
      throw new Error(`Cannot read ${this.#what}: the paging token does not move on, so the pages would never end`);
    }
    if (++this.#sinceMark >= this.#limit) {
      this.#mark = token;
      this.#sinceMark = 0;
      this.#limit *= 2;
    }
    return token;
  }
}

/**
 * The pages of an answer, each asked for when it is wanted.
 *
 * @throws {Error} they do not end.
 * @throws what `ask` throws.
 */
export async function* pagesByToken<Page>(
  ask: (token: string | undefined) => Promise<Page>,
  { what, tokenOf }: { what: string; tokenOf: (page: Page) => string | undefined },
): AsyncGenerator<Page, void, void> {
  const tokens = new PageTokens(what);
  let token: string | undefined;
  do {
    const page = await ask(token);
    yield page;
    token = tokens.next(tokenOf(page));
  } while (token !== undefined);
}
