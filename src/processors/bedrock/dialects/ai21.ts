/**
 * AI21 Jurassic-2; Jamba has OpenAI's shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-jurassic2.html
 */
import { listOf, objectOf } from "../read/json.ts";
import { parametersOf } from "./parameters.ts";
import { promptRequest, textResponse } from "./completion.ts";
import type { Dialect } from "./dialect.ts";

export const ai21: Dialect = {
  recognises: ({ request, response }) =>
    Array.isArray(response?.["completions"]) ||
    (typeof request?.["prompt"] === "string" &&
      (request["maxTokens"] !== undefined || request["numResults"] !== undefined)),
  request: (body) => promptRequest(body["prompt"], { parameters: parametersOf(body) }),
  response: (body) =>
    textResponse(
      listOf(body["completions"]).map(objectOf).map(({ data, finishReason }) => ({
        text: objectOf(data)["text"],
        reason: objectOf(finishReason)["reason"],
      })),
      { body: { ...body, id: typeof body["id"] === "number" ? String(body["id"]) : body["id"] } },
    ),
  stream: () => ({}),
};
