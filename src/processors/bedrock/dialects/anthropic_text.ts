/**
 * Anthropic's old text completions.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-text-completion.html
 */
import { objectOf, textOf } from "../read/json.ts";
import { parametersOf } from "./parameters.ts";
import { joined, promptRequest, textResponse } from "./completion.ts";
import type { Dialect } from "./dialect.ts";

export const anthropicText: Dialect = {
  recognises: ({ request, response, events }) =>
    request?.["max_tokens_to_sample"] !== undefined ||
    typeof response?.["completion"] === "string" ||
    events?.slice(0, 3).some((event) => typeof objectOf(event)["completion"] === "string") === true,
  request: (body) => promptRequest(body["prompt"], { parameters: parametersOf(body) }),
  response: (body) => textResponse([{ text: body["completion"], reason: body["stop_reason"] }], { body }),
  stream(events) {
    const { text, reason } = joined(events, (event) => {
      const { completion, stop_reason } = objectOf(event);
      return { text: completion, reason: stop_reason };
    });
    const { id, model } = objectOf(events.find((event) => textOf(objectOf(event)["id"]) !== undefined));
    return { id, model, completion: text, stop_reason: reason };
  },
};
