import { ai21 } from "./ai21.ts";
import { anthropic } from "./anthropic.ts";
import { anthropicText } from "./anthropic_text.ts";
import { cohere } from "./cohere.ts";
import { converse } from "./converse.ts";
import type { Bodies, Dialect } from "./dialect.ts";
import { embeddings } from "./embeddings.ts";
import { images } from "./images.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import { openai } from "./openai.ts";
import { prompt } from "./prompt.ts";
import { sonic } from "./sonic.ts";
import { titan } from "./titan.ts";
import { twelveLabs } from "./twelve_labs.ts";

/** All dialects; the first that recognises the bodies reads them. */
const DIALECTS: readonly Dialect[] = [
  converse,
  anthropicText,
  anthropic,
  embeddings,
  images,
  titan,
  llama,
  mistral,
  cohere,
  ai21,
  openai,
  twelveLabs,
  sonic,
  prompt,
];

/** The dialect of these bodies; undefined when none knows their shape. */
export function dialectOf(bodies: Bodies): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect.recognises(bodies));
}
