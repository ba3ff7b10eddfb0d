import type { Message, Part } from "./messages.ts";

/** An answer that begins with its thoughts: gpt-oss, Nova, DeepSeek. Without an end the answer was cut within them. */
const TAGGED = /^\s*<(reasoning|thinking|think)(?:\s[^<>]{0,99})?>([^]*?)(?:<\/\1>|$)/i;

/**
 * The parts of an answer, with the thoughts that a model wrote into its text before the answer as parts of their own.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/prompting-chain-of-thought.html
 */
export function withThoughtsApart(parts: Part[]): Part[] {
  return parts.some(isTagged) ? parts.flatMap(apart) : parts;
}

/** A request that ends so has the answer begin with thoughts: DeepSeek's template does. */
const BEGUN = /<(reasoning|thinking|think)>$/;
const BEGUN_LENGTH = "<reasoning>".length;

/** Sets the thoughts apart with which answers begin because the request ended within them. */
export function setBegunThoughtsApart(answers: readonly Message[] | undefined, request: readonly Message[] = []): void {
  const asked = request.at(-1)?.parts.at(-1);
  const end = asked?.type === "text" ? asked.content.trimEnd().slice(-BEGUN_LENGTH) : "";
  const tag = BEGUN.exec(end)?.[1];
  if (tag === undefined) return;
  for (const answer of answers ?? []) {
    const [first, ...others] = answer.parts;
    if (first?.type !== "text" || !first.content.includes(`</${tag}>`)) continue;
    const tagged: Part = { ...first, content: `<${tag}>${first.content}` };
    const found = apart(tagged);
    if (found[0] !== tagged) answer.parts = [...found, ...others];
  }
}

function isTagged(part: Part): boolean {
  return part.type === "text" && TAGGED.test(part.content);
}

function apart(part: Part): Part[] {
  const found: Part[] = [];
  const whole = part.type === "text" ? part.content : "";
  let rest = whole;
  for (let match = TAGGED.exec(rest); match !== null; match = TAGGED.exec(rest)) {
    const content = match[2]?.trim() ?? "";
    if (content !== "") found.push({ type: "reasoning", content });
    rest = rest.slice(match[0].length).trimStart();
  }
  // Models that were asked not to think write tags without thoughts.
  if (rest === whole || (found.length === 0 && rest === "")) return [part];
  return rest === "" ? found : [...found, { type: "text", content: rest }];
}
