/** What is generated in the documents that people write: a list of contents in long pages, and parts that several pages share. */

/** Pages with more lines have a list of contents. */
const LONG_PAGE_LINES = 130;

const CONTENTS = /<!-- contents -->\n[^]*?<!-- end of contents -->\n\n/;
const PART = /<!-- part: ([a-z-]+) -->\n[^]*?<!-- end of part -->/g;

/** A page with its parts and its contents as they are to be; `parts` by name. */
export function renderDocument(text: string, parts: ReadonlyMap<string, string>): string {
  const whole = text.replaceAll(PART, (_, name: string) => {
    const part = parts.get(name);
    if (part === undefined) throw new Error(`Cannot fill the part ${name}: there is no such file`);
    return `<!-- part: ${name} -->\n${part.trim()}\n<!-- end of part -->`;
  });
  const plain = whole.replace(CONTENTS, "");
  if (plain.split("\n").length <= LONG_PAGE_LINES) return plain;
  const list = headings(plain)
    .filter(({ level }) => level === 2 || level === 3)
    .map(({ level, text }) => `${"  ".repeat(level - 2)}- [${text}](#${anchorOf(text)})\n`);
  return plain.replace(
    /^# .*\n\n/,
    (title) => `${title}<!-- contents -->\n${list.join("")}<!-- end of contents -->\n\n`,
  );
}

interface Heading {
  readonly level: number;
  readonly text: string;
}

/** Headings outside of code. */
export function headings(markdown: string): Heading[] {
  const prose = markdown.replaceAll(/^ *```[^]*?^ *```$/gm, "");
  return [...prose.matchAll(/^(#+) (.+)$/gm)].map(([, marks = "", text = ""]) => ({ level: marks.length, text }));
}

/** The part of an address that a heading gets, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}
