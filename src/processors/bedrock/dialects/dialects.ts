import { anthropic } from "./anthropic.ts";
import { cohere } from "./cohere.ts";
import { converse } from "./converse.ts";
import type { Bodies, Dialect } from "./dialect.ts";
import { embeddings } from "./embeddings.ts";
import { images } from "./images.ts";
import { openai } from "./openai.ts";
import * as prompts from "./prompt_families.ts";
import { rerank } from "./rerank.ts";
import { responses } from "./responses.ts";
import { sonic } from "./sonic.ts";

/** All dialects; the first that recognises the bodies reads them. */
const DIALECTS: readonly Dialect[] = [
  converse,
  prompts.anthropicText,
  anthropic,
  embeddings,
  rerank,
  images,
  prompts.titan,
  prompts.llama,
  prompts.mistral,
  cohere,
  prompts.cohereGenerations,
  prompts.ai21,
  responses,
  openai,
  prompts.pegasus,
  prompts.generatedText,
  sonic,
  prompts.promptAlone,
];

/** The dialect of these bodies; undefined when none knows their shape. */
export function dialectOf(bodies: Bodies): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect.recognises(bodies));
}
