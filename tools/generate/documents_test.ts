import assert from "node:assert/strict";
import { anchorOf, headings, renderDocument } from "./documents.ts";

const LONG = "text\n".repeat(130);

Deno.test("a long page gets its contents after the title, once, and a short one none", () => {
  const page =
    `# Title\n\nWords.\n\n## First, \`a.b\`\n\n### Below\n\n${LONG}\n\`\`\`sh\n## no heading\n\`\`\`\n## Last\n`;
  const list = "- [First, `a.b`](#first-ab)\n  - [Below](#below)\n- [Last](#last)\n";
  const rendered = renderDocument(page, new Map());
  assert.ok(rendered.startsWith(`# Title\n\n<!-- contents -->\n${list}<!-- end of contents -->\n\nWords.\n`));
  assert.equal(renderDocument(rendered, new Map()), rendered);
  assert.equal(renderDocument(rendered.replace(LONG, ""), new Map()), page.replace(LONG, ""));
});

Deno.test("a part stands in each page that names it, and a part that is not there is an error", () => {
  const parts = new Map([["aws", "one $1\n\ntwo\n"]]);
  const filled = "a\n\n<!-- part: aws -->\none $1\n\ntwo\n<!-- end of part -->\n\nb\n";
  assert.equal(renderDocument("a\n\n<!-- part: aws -->\nold\n<!-- end of part -->\n\nb\n", parts), filled);
  assert.equal(renderDocument("a\n\n<!-- part: aws -->\n<!-- end of part -->\n\nb\n", parts), filled);
  assert.throws(() => renderDocument(filled, new Map()), /Cannot fill the part aws/);
});

Deno.test("anchors are those of GitHub, and comments in code are no headings", () => {
  assert.equal(anchorOf("What happens when …"), "what-happens-when-");
  assert.deepEqual(headings("# A\n```sh\n# no\n```\n## B\n"), [{ level: 1, text: "A" }, { level: 2, text: "B" }]);
});
