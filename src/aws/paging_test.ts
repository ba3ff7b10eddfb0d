import assert from "node:assert/strict";
import { pagesByToken, PageTokens } from "./paging.ts";

/** How many pages are read of an answer whose tokens come from `tokenOf`, at most 1000. */
async function pagesRead(tokenOf: (page: number) => string | undefined): Promise<{ pages: number; error: unknown }> {
  let pages = 0;
  const ask = () => Promise.resolve(pages++);
  try {
    for await (const _ of pagesByToken(ask, { what: "metric data", tokenOf })) {
      if (pages === 1000) return { pages, error: undefined };
    }
    return { pages, error: undefined };
  } catch (error) {
    return { pages, error };
  }
}

Deno.test("pages are read to the last one, and an empty token names no page", async () => {
  assert.deepEqual(await pagesRead((page) => page < 9 ? `t${page}` : undefined), { pages: 10, error: undefined });
  assert.deepEqual(await pagesRead((page) => page < 9 ? `t${page}` : ""), { pages: 10, error: undefined });
});

for (const length of [1, 2, 3, 7, 50]) {
  Deno.test(`tokens that go round in a circle of ${length} end the reading`, async () => {
    const { pages, error } = await pagesRead((page) => page < 5 ? `begin ${page}` : `t${page % length}`);
    assert.ok(error instanceof Error);
    assert.match(error.message, /^Cannot read metric data: the paging token does not move on/);
    assert.ok(pages <= 4 * (length + 5), `${pages} pages`);
  });
}

Deno.test("any number of tokens is watched with the memory of one", () => {
  const tokens = new PageTokens("log events");
  for (let page = 0; page < 100_000; page++) assert.equal(tokens.next(`t${page}`), `t${page}`);
});
