/** A prompt of unknown family, whose answer is missing. */
import { parametersOf } from "./parameters.ts";
import { promptRequest, textResponse } from "./completion.ts";
import type { Dialect } from "./dialect.ts";

export const prompt: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["prompt"] === "string" && response === undefined && events === undefined,
  request: (body) => promptRequest(body["prompt"], { parameters: parametersOf(body) }),
  response: (body) => textResponse([], { body }),
  stream: () => ({}),
};
