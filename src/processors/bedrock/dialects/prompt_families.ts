/** The families that take a prompt and answer with texts. */
import { listOf, valueAt } from "../read/json.ts";
import type { Dialect } from "./dialect.ts";
import { addImage, addMediaSource } from "./media.ts";
import { promptDialect } from "./prompt_family.ts";

/**
 * Anthropic's old text completions.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html
 */
export const anthropicText = promptDialect({
  prompt: "prompt",
  marks: ["max_tokens_to_sample"],
  text: "completion",
  reason: "stop_reason",
});

/**
 * Amazon Titan Text.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
export const titan = promptDialect({
  prompt: "inputText",
  parameters: "textGenerationConfig",
  marks: ["inputText"],
  completions: "results",
  text: "outputText",
  reason: "completionReason",
  isAnswer: ({ outputText, results }) => typeof (outputText ?? valueAt(listOf(results)[0], "outputText")) === "string",
  tokens: { input: "inputTextTokenCount", output: "tokenCount", streamedOutput: "totalOutputTextTokenCount" },
});

/**
 * Meta Llama; 3.2 takes images beside its prompt.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 */
export const llama = promptDialect({
  prompt: "prompt",
  marks: ["max_gen_len"],
  text: "generation",
  reason: "stop_reason",
  tokens: { input: "prompt_token_count", output: "generation_token_count", streamedOutput: "generation_token_count" },
  addMedia: (result, { images }) => listOf(images).forEach((image) => addImage(result, image)),
});

/**
 * Mistral's text completions; its chat completions have OpenAI's shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
export const mistral = promptDialect({
  prompt: "prompt",
  completions: "outputs",
  text: "text",
  reason: "stop_reason",
});

/**
 * Cohere Command.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
 */
export const cohereGenerations = promptDialect({
  prompt: "prompt",
  completions: "generations",
  text: "text",
  reason: "finish_reason",
  isIndexed: true,
  isAnswer: ({ generations, is_finished }) => Array.isArray(generations) || typeof is_finished === "boolean",
});

/**
 * AI21 Jurassic-2; Jamba has OpenAI's shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html
 */
export const ai21 = promptDialect({
  prompt: "prompt",
  marks: ["maxTokens", "numResults"],
  completions: "completions",
  text: "data.text",
  reason: "finishReason.reason",
});

/**
 * TwelveLabs Pegasus, which answers questions about videos.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-pegasus.html
 */
export const pegasus = promptDialect({
  prompt: "inputPrompt",
  marks: ["inputPrompt"],
  text: "message",
  reason: "finishReason",
  isAnswer: ({ message, finishReason }) => typeof message === "string" && typeof finishReason === "string",
  addMedia: (result, { mediaSource }) => addMediaSource(result, "video", mediaSource),
});

/**
 * Models of Hugging Face's and AWS's containers, behind endpoints of Bedrock's marketplace.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-marketplace.html
 * @see https://huggingface.co/docs/text-generation-inference/reference/api_reference
 */
export const generatedText = promptDialect({
  prompt: "inputs",
  parameters: "parameters",
  marks: ["inputs"],
  text: "generated_text",
  reason: "details.finish_reason",
});

/** A prompt of an unknown family, whose answer is missing. */
export const promptAlone: Dialect = {
  ...promptDialect({ prompt: "prompt", text: "completion", reason: "stop_reason" }),
  recognises: ({ request, response, events }) =>
    typeof request?.["prompt"] === "string" && response === undefined && events === undefined,
};
