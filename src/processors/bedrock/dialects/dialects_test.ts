import assert from "node:assert/strict";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";

/** An invocation with these bodies, and the attributes that it must have; `undefined`: must not have. */
interface Case {
  readonly operation?: string;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const user = (content: string) => [{ role: "user", parts: [{ type: "text", content }] }];
const answer = (content: string, finish_reason = "stop") => [
  { role: "assistant", parts: [{ type: "text", content }], finish_reason },
];

const CASES: Readonly<Record<string, Case>> = {
  "old Claude": {
    request: {
      prompt: "\n\nHuman: Hi\n\nAssistant:",
      max_tokens_to_sample: 9,
      anthropic_version: "bedrock-2023-05-31",
    },
    response: { type: "completion", completion: " Hello", stop_reason: "stop_sequence", stop: "\n\nHuman:" },
    attributes: {
      "gen_ai.operation.name": "text_completion",
      "gen_ai.request.max_tokens": 9,
      "gen_ai.input.messages": user("\n\nHuman: Hi\n\nAssistant:"),
      "gen_ai.output.messages": answer(" Hello"),
      "gen_ai.response.finish_reasons": ["stop_sequence"],
    },
  },
  "a stream of old Claude": {
    response: [{ completion: " Hel", stop_reason: null }, { completion: "lo", stop_reason: "max_tokens" }],
    attributes: { "gen_ai.output.messages": answer(" Hello", "length") },
  },
  "AI21 completions": {
    request: { prompt: "Hi", maxTokens: 20, topP: 0.5, temperature: 1, numResults: 2 },
    response: {
      id: 1234,
      completions: [
        { data: { text: "A" }, finishReason: { reason: "endoftext" } },
        { data: { text: "B" }, finishReason: { reason: "length" } },
      ],
    },
    attributes: {
      "gen_ai.request.choice.count": 2,
      "gen_ai.request.top_p": 0.5,
      "gen_ai.response.id": "1234",
      "gen_ai.response.finish_reasons": ["endoftext", "length"],
      "gen_ai.output.messages": [...answer("A"), ...answer("B", "length")],
      "aws_bedrock.invocation.output.completion_text": "AB",
    },
  },
  "Cohere generations": {
    request: { prompt: "Hi", max_tokens: 5, p: 0.3, k: 3, num_generations: 2 },
    response: {
      id: "g",
      generations: [{ text: "A", finish_reason: "COMPLETE" }, { text: "B", finish_reason: "MAX_TOKENS" }],
    },
    attributes: {
      "gen_ai.request.top_k": 3,
      "gen_ai.request.choice.count": 2,
      "gen_ai.response.id": "g",
      "gen_ai.output.messages": [...answer("A"), ...answer("B", "length")],
    },
  },
  "a stream of Cohere Command": {
    response: [{ text: "He", is_finished: false }, { text: "y", is_finished: true, finish_reason: "COMPLETE" }],
    attributes: { "gen_ai.output.messages": answer("Hey") },
  },
  "a stream of Cohere Command R": {
    request: { message: "Hi" },
    response: [
      { event_type: "stream-start", is_finished: false, generation_id: "x" },
      { event_type: "text-generation", text: "He", is_finished: false },
      { event_type: "text-generation", text: "y", is_finished: false },
      {
        event_type: "stream-end",
        is_finished: true,
        finish_reason: "COMPLETE",
        response: { response_id: "r", text: "Hey" },
      },
    ],
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.response.id": "r",
      "gen_ai.output.messages": answer("Hey"),
      "gen_ai.response.finish_reasons": ["COMPLETE"],
    },
  },
  "a stream of Cohere Command R that plans calls": {
    request: { message: "Hi" },
    response: [
      { event_type: "stream-start", is_finished: false, generation_id: "x" },
      { event_type: "tool-calls-chunk", is_finished: false, text: "I will" },
      { event_type: "tool-calls-chunk", is_finished: false, text: " look." },
      { event_type: "tool-calls-chunk", is_finished: false, tool_call_delta: { index: 0, name: "price" } },
      {
        event_type: "tool-calls-generation",
        is_finished: false,
        text: "I will look.",
        tool_calls: [{ name: "price", parameters: { sku: "X" } }],
      },
      { event_type: "stream-end", is_finished: true, finish_reason: "COMPLETE", response: { text: "I will look." } },
    ],
    attributes: {
      "gen_ai.output.messages": [{
        role: "assistant",
        parts: [
          { type: "text", content: "I will look." },
          { type: "tool_call", name: "price", arguments: '{"sku":"X"}' },
        ],
        finish_reason: "stop",
      }],
    },
  },
  "a stream of Cohere Command R that tells its plan at once": {
    response: [
      { event_type: "tool-calls-generation", text: "I will look.", tool_calls: [{ name: "price", parameters: {} }] },
    ],
    attributes: { "aws_bedrock.invocation.output.completion_text": "I will look." },
  },
  "Mistral choices": {
    request: { messages: [{ role: "user", content: "Hi" }], max_tokens: 7 },
    response: { choices: [{ index: 0, message: { role: "assistant", content: "Salut" }, stop_reason: "stop" }] },
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.output.messages": answer("Salut"),
      "gen_ai.response.finish_reasons": ["stop"],
    },
  },
  "a stream of Mistral outputs": {
    request: { prompt: "Hi" },
    response: [
      { outputs: [{ text: "Sa", stop_reason: null }] },
      { outputs: [{ text: "lut", stop_reason: "length" }] },
      "[DONE]",
    ],
    attributes: { "gen_ai.output.messages": answer("Salut", "length") },
  },
  "a stream of OpenAI's shape with a tool call": {
    request: { messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }] },
    response: [
      { id: "chatcmpl-1", model: "m", choices: [{ index: 0, delta: { role: "assistant" } }] },
      {
        choices: [{
          index: 0,
          delta: { tool_calls: [{ index: 0, id: "c1", function: { name: "wave", arguments: '{"ha' } }] },
        }],
      },
      {
        choices: [{
          index: 0,
          delta: { tool_calls: [{ index: 0, function: { arguments: 'nd":1}' } }] },
          finish_reason: "tool_calls",
        }],
      },
      "[DONE]",
    ],
    attributes: {
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.tool.name": ["wave"],
      "gen_ai.output.messages": [{
        role: "assistant",
        parts: [{ type: "tool_call", id: "c1", name: "wave", arguments: '{"hand":1}' }],
        finish_reason: "tool_call",
      }],
    },
  },
  "Stability's artifacts": {
    request: { text_prompts: [{ text: "a cat", weight: 1 }], cfg_scale: 10, seed: 4 },
    response: { result: "success", artifacts: [{ seed: 4, base64: "aGk=", finishReason: "SUCCESS" }] },
    attributes: {
      "gen_ai.operation.name": "generate_content",
      "gen_ai.output.type": "image",
      "gen_ai.request.seed": 4,
      "gen_ai.input.messages": user("a cat"),
      "gen_ai.response.finish_reasons": ["SUCCESS"],
      // printf aGk= | sha1sum
      "aws_bedrock.invocation.artifacts": [
        { finish_reason: "SUCCESS", seed: 4, sha1: "2c2e6fa14ec2a30daecac87c51665ad70eb4412a", length: 4 },
      ],
    },
  },
  "documents for Claude": {
    request: {
      anthropic_version: "bedrock-2023-05-31",
      messages: [{
        role: "user",
        content: [
          { type: "document", source: { type: "base64", media_type: "application/pdf", data: "aGk=" } },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "plain" } },
          { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
        ],
      }],
    },
    attributes: {
      "aws_bedrock.invocation.input.content_kinds": ["document/pdf", "document/txt", "image"],
      "gen_ai.input.messages": [{
        role: "user",
        parts: [
          { type: "blob", mime_type: "application/pdf", modality: "document", content: "aGk=" },
          { type: "text", content: "plain" },
          { type: "uri", mime_type: "image/*", modality: "image", uri: "https://example.com/a.png" },
        ],
      }],
    },
  },
  "documents and videos for Converse": {
    operation: "Converse",
    request: {
      messages: [{
        role: "user",
        content: [
          { document: { format: "pdf", name: "report", source: { s3Uri: "s3://b/data/x.pdf" } } },
          { video: { format: "mp4", source: { s3Location: { uri: "s3://b/v.mp4" } } } },
          { document: { format: "txt", name: "notes", source: { bytes: "aGk=" } } },
        ],
      }],
    },
    attributes: {
      "aws_bedrock.invocation.input.content_kinds": ["document/pdf", "document/txt", "video/mp4"],
      "gen_ai.input.messages": [{
        role: "user",
        parts: [
          { type: "uri", mime_type: "application/pdf", modality: "document", uri: "s3://b/data/x.pdf" },
          { type: "uri", mime_type: "video/mp4", modality: "video", uri: "s3://b/v.mp4" },
          { type: "blob", mime_type: "text/plain", modality: "document", content: "aGk=" },
        ],
      }],
    },
  },
  "a Converse stream that was logged as events": {
    operation: "ConverseStream",
    response: [
      { messageStart: { role: "assistant" } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: "Hm." } } } },
      { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: "t1", name: "price" } } } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '{"sku":' } } } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input: '"X"}' } } } },
      { messageStop: { stopReason: "tool_use" } },
      { metadata: { usage: { inputTokens: 5, outputTokens: 6 }, metrics: { latencyMs: 70 } } },
    ],
    attributes: {
      "gen_ai.output.messages": [{
        role: "assistant",
        parts: [
          { type: "reasoning", content: "Hm." },
          { type: "tool_call", id: "t1", name: "price", arguments: '{"sku":"X"}' },
        ],
        finish_reason: "tool_call",
      }],
      "gen_ai.usage.input_tokens": 5,
      "gen_ai.usage.output_tokens": 6,
      "aws_bedrock.invocation.latency.total_ms": 70,
    },
  },
  "a stream of Claude that was cut off in a tool's input": {
    response: [
      { type: "message_start", message: { role: "assistant", content: [] } },
      { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "t", name: "n", input: {} } },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"a":' } },
    ],
    attributes: {
      "gen_ai.output.messages": [{
        role: "assistant",
        parts: [{ type: "tool_call", id: "t", name: "n", arguments: '{"a":' }],
        finish_reason: "unknown",
      }],
    },
  },
  "a stream of a shape that is not known": {
    request: { q: 1 },
    response: [{ chunk: "a" }, { chunk: "b" }, "[DONE]"],
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.output.messages": undefined,
      "aws_bedrock.invocation.input.body": '{"q":1}',
      "aws_bedrock.invocation.output.body": '[{"chunk":"a"},{"chunk":"b"},"[DONE]"]',
    },
  },
  "a conversation by voice of which the answer is no list": {
    operation: "InvokeModelWithBidirectionalStream",
    request: [{ event: { sessionStart: {} } }],
    response: { contents: [null, { start: 1, text: [] }], usageEvent: 1 },
    attributes: {
      "gen_ai.operation.name": "generate_content",
      "gen_ai.output.messages": undefined,
      "aws_bedrock.invocation.output.body": '{"contents":[null,{"start":1,"text":[]}],"usageEvent":1}',
    },
  },
  "a stream of Cohere Command R that was cut off": {
    response: [
      { event_type: "stream-start", is_finished: false, generation_id: "g" },
      { event_type: "text-generation", text: "He", is_finished: false },
      { event_type: "tool-calls-generation", tool_calls: [{ name: "wave", parameters: {} }], is_finished: false },
    ],
    attributes: { "gen_ai.response.id": "g", "gen_ai.tool.name": ["wave"] },
  },
  "a question to Cohere Command R that is no text": {
    request: { message: { a: 1 } },
    response: { generation_id: "g", text: "Hey", finish_reason: "COMPLETE" },
    attributes: {
      "gen_ai.input.messages": undefined,
      "aws_bedrock.invocation.input.body": '{"message":{"a":1}}',
      "gen_ai.output.messages": answer("Hey"),
    },
  },
  "a prompt without an answer": {
    request: { prompt: "Hi", temperature: 0 },
    attributes: {
      "gen_ai.operation.name": "text_completion",
      "gen_ai.input.messages": user("Hi"),
      "gen_ai.request.temperature": 0,
    },
  },
};

for (const [name, { operation = "InvokeModel", request, response, attributes: expected }] of Object.entries(CASES)) {
  Deno.test(`bedrock reads ${name}`, async () => {
    const { attributes } = await mapped(JSON.stringify({
      schemaType: "ModelInvocationLog",
      schemaVersion: "1.0",
      timestamp: "2026-03-02T01:11:21Z",
      requestId: "00000001-1111-4222-8333-000000000001",
      operation,
      modelId: "vendor.model-v1",
      input: { inputBodyJson: request },
      output: { outputBodyJson: response },
    }));
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, attributes[key]])), expected);
  });
}

Deno.test("thoughts in any tags stand in the messages, and not in the kept body again", async () => {
  for (const tag of ["reasoning", "thinking", "think"]) {
    const content = `<${tag}>It is a greeting.</${tag}>\n\nHello`;
    const response = { choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }] };
    const { attributes } = await mapped(sampleWith("openai_shape", {}, { response }));
    assert.equal(attributes["aws_bedrock.invocation.output.body"], undefined, tag);
    assert.equal(attributes["aws_bedrock.invocation.output.completion_text"], "Hello");
  }
});

Deno.test("results of a search that a request brings are a kind of content in each spelling", async () => {
  const content = [{ text: "found" }];
  const converse = { messages: [{ role: "user", content: [{ searchResult: { source: "s", title: "t", content } }] }] };
  const block = { type: "search_result", source: "s", title: "t", content: [{ type: "text", text: "found" }] };
  const anthropic = { anthropic_version: "v", messages: [{ role: "user", content: [block] }] };
  for (const [name, request] of [["converse_text", converse], ["anthropic_invoke_tool_use", anthropic]] as const) {
    const { attributes } = await mapped(sampleWith(name, {}, { request }));
    assert.deepEqual(attributes["aws_bedrock.invocation.input.content_kinds"], ["search_result"], name);
  }
});

Deno.test("a body that is empty is none", async () => {
  for (const mapping of ["ecs", "otel"]) {
    const { attributes } = await mapped(sampleWith("base64_body", {}, { request: "asked", response: "" }), { mapping });
    assert.equal(attributes["aws_bedrock.invocation.input.body"], "asked");
    assert.equal("aws_bedrock.invocation.output.body" in attributes, false);
  }
});

Deno.test("a seed has its field under Mistral's name, too", async () => {
  const request = { messages: [{ role: "user", content: "Hi" }], random_seed: 7 };
  const { attributes } = await mapped(sampleWith("mistral_choices", {}, { request }));
  assert.equal(attributes["gen_ai.request.seed"], 7);
});

Deno.test("the texts and images of each task of image and video models are in the messages, and nowhere else", async () => {
  const image = (data: string) => ({ format: "png", source: { bytes: data } });
  const tasks: readonly (readonly [request: object, contents: readonly string[]])[] = [
    [{ taskType: "INPAINTING", inPaintingParams: { text: "a1", image: "a2", maskImage: "a3" } }, ["a1", "a2", "a3"]],
    [{ taskType: "OUTPAINTING", outPaintingParams: { text: "b1", image: "b2" } }, ["b1", "b2"]],
    [{ taskType: "BACKGROUND_REMOVAL", backgroundRemovalParams: { image: "c1" } }, ["c1"]],
    [{ taskType: "COLOR_GUIDED_GENERATION", colorGuidedGenerationParams: { text: "d1", referenceImage: "d2" } }, [
      "d1",
      "d2",
    ]],
    [{ taskType: "VIRTUAL_TRY_ON", virtualTryOnParams: { sourceImage: "e1", referenceImage: "e2" } }, ["e2", "e1"]],
    [{ taskType: "TEXT_VIDEO", textToVideoParams: { text: "f1", images: [image("f2")] } }, ["f1", "f2"]],
    [
      {
        taskType: "MULTI_SHOT_MANUAL",
        multiShotManualParams: { shots: [{ text: "g1", image: image("g2") }, { text: "g3" }] },
      },
      ["g1", "g2", "g3"],
    ],
    [{ prompt: "h1", output_format: "png", init_image: "h2", style_image: "h3" }, ["h1", "h2", "h3"]],
    [{ prompt: "i1", aspect_ratio: "1:1", keyframes: { frame0: { source: { data: "i2" } } } }, ["i1", "i2"]],
    [{ taskType: "SINGLE_EMBEDDING", singleEmbeddingParams: { text: { value: "j1" }, image: image("j2") } }, [
      "j1",
      "j2",
    ]],
  ];
  for (const [request, contents] of tasks) {
    const { attributes } = await mapped(sampleWith("titan_image", {}, { request }));
    const [message] = attributes["gen_ai.input.messages"] as unknown as { parts: { content: string }[] }[];
    assert.deepEqual(message?.parts.map(({ content }) => content), contents, JSON.stringify(request));
    const kept = String(attributes["aws_bedrock.invocation.input.body"]);
    for (const content of contents) assert.ok(!kept.includes(content), `${content} in ${kept}`);
  }
});

Deno.test("what a reranking asks stands once in its document", async () => {
  const request = { query: "the question", documents: ["one", { title: "two", body: "three" }, { text: "four" }] };
  const { attributes } = await mapped(sampleWith("rerank_cohere", {}, { request }));
  assert.equal(attributes["aws_bedrock.invocation.input.body"], undefined);
  assert.match(JSON.stringify(attributes["gen_ai.input.messages"]), /question.*one.*two.*three.*four/);
});

Deno.test("how much a model is to reason is read wherever Nova's requests say it", async () => {
  const reasoningConfig = { type: "enabled", maxReasoningEffort: "low" };
  const requests = [
    { reasoningConfig },
    { inferenceConfig: { maxTokens: 5, reasoningConfig } },
    { additionalModelRequestFields: { reasoningConfig } },
    { additionalModelRequestFields: { inferenceConfig: { reasoningConfig } } },
  ];
  for (const request of requests) {
    const { attributes } = await mapped(sampleWith("converse_text", {}, { request: { ...request, messages: [] } }));
    assert.equal(attributes["gen_ai.request.reasoning.level"], "low", JSON.stringify(request));
  }
});

Deno.test("a model of a container behind an endpoint of the marketplace is read, its answer alone or in a list", async () => {
  const request = { inputs: "Hi", parameters: { max_new_tokens: 9, temperature: 0.5, stop: ["."], do_sample: true } };
  const answer = { generated_text: "Hello", details: { finish_reason: "eos_token" } };
  for (const response of [answer, [answer]]) {
    const { attributes } = await mapped(sampleWith("base64_body", {}, { request, response }));
    assert.equal(attributes["gen_ai.operation.name"], "text_completion");
    assert.equal(attributes["gen_ai.request.max_tokens"], 9);
    assert.deepEqual(attributes["gen_ai.request.stop_sequences"], ["."]);
    assert.equal(attributes["aws_bedrock.invocation.input.prompt_text"], "Hi");
    assert.equal(attributes["aws_bedrock.invocation.output.completion_text"], "Hello");
    assert.deepEqual(attributes["gen_ai.response.finish_reasons"], ["eos_token"]);
    assert.equal(attributes["aws_bedrock.invocation.input.body"], '{"parameters":{"do_sample":true}}');
    assert.equal(attributes["aws_bedrock.invocation.output.body"], undefined);
  }
});

Deno.test("a text that was not answered was to become what its model makes", async () => {
  const asked: readonly (readonly [modelId: string, request: object, operation: string, output?: string])[] = [
    ["amazon.titan-embed-text-v1", { inputText: "Hi" }, "embeddings"],
    ["amazon.titan-text-express-v1", { inputText: "Hi" }, "text_completion", "text"],
    ["stability.stable-image-ultra-v1:1", { prompt: "a cat" }, "generate_content", "image"],
    ["luma.ray-v2:0", { prompt: "a cat" }, "generate_content", "video"],
    ["us.deepseek.r1-v1:0", { prompt: "Hi" }, "text_completion", "text"],
    ["vendor.model-v1", { prompt: "Hi" }, "text_completion", "text"],
    ["us.twelvelabs.pegasus-1-2-v1:0", { inputPrompt: "Hi", responseFormat: {} }, "text_completion", "json"],
  ];
  for (const mapping of ["ecs", "otel"]) {
    for (const [modelId, request, operation, output] of asked) {
      const text = sampleWith("error_throttled", { modelId, operation: "InvokeModel" }, { request });
      const { attributes } = await mapped(text, { mapping });
      assert.equal(attributes["gen_ai.operation.name"], operation, modelId);
      assert.equal(attributes["gen_ai.output.type"], output, modelId);
    }
  }
});

Deno.test("an image that is to become another is read also where the answer is stored elsewhere", async () => {
  for (const request of [{ image: "aGk=" }, { image: "aGk=", prompt: "larger", creativity: 0.3 }]) {
    const modelId = "us.stability.stable-creative-upscale-v1:0";
    const text = sampleWith("error_throttled", { modelId, operation: "InvokeModel" }, { request });
    const { attributes } = await mapped(text);
    assert.match(JSON.stringify(attributes["gen_ai.input.messages"]), /"modality":"image","content":"aGk="/);
    assert.equal(attributes["gen_ai.output.type"], "image");
  }
});

Deno.test("how many dimensions embeddings are to have, and of what numbers, is read in each spelling", async () => {
  const requests: readonly (readonly [request: object, formats?: readonly string[]])[] = [
    [{ inputText: "a", dimensions: 256, embeddingTypes: ["float", "binary"] }, ["float", "binary"]],
    [{ inputText: "a", embeddingConfig: { outputEmbeddingLength: 256 } }],
    [{ texts: ["a"], input_type: "search_query", output_dimension: 256, embedding_types: ["int8"] }, ["int8"]],
    [{ taskType: "SINGLE_EMBEDDING", singleEmbeddingParams: { embeddingDimension: 256, text: { value: "a" } } }],
    [{ input: "a", dimensions: 256, encoding_format: "base64" }, ["base64"]],
  ];
  const name = "gen_ai.embeddings.dimension.count";
  for (const [request, formats] of requests) {
    for (const [mapping, content] of [["ecs", "full"], ["otel", "metadata_only"]]) {
      const { attributes } = await mapped(sampleWith("titan_embed", {}, { request }), { mapping, content });
      assert.equal(attributes[name], 256, JSON.stringify(request));
      assert.deepEqual(attributes["gen_ai.request.encoding_formats"], formats);
      assert.doesNotMatch(String(attributes["aws_bedrock.invocation.input.body"]), /256|float|int8|base64/);
    }
  }
});

Deno.test("the format of an image that nobody says is what its first bytes say", async () => {
  // printf '\\x89PNG\\r\\n\\x1a\\n' | base64, and so on.
  const images = { png: "iVBORw0KGgo=", jpeg: "/9j/4AAQSkZJRg==", gif: "R0lGODlhAQABAA==", webp: "UklGRiQAAABXRUJQ" };
  for (const [format, data] of Object.entries({ ...images, "*": "aGk=" })) {
    const request = { taskType: "BACKGROUND_REMOVAL", backgroundRemovalParams: { image: data } };
    const text = sampleWith("titan_image", {}, { request, response: { images: [data] } });
    const { attributes } = await mapped(text);
    const part = { type: "blob", mime_type: `image/${format}`, modality: "image", content: data };
    assert.deepEqual(attributes["gen_ai.input.messages"], [{ role: "user", parts: [part] }]);
    assert.deepEqual(attributes["gen_ai.output.messages"], [{
      role: "assistant",
      parts: [part],
      finish_reason: "stop",
    }]);
    const kinds = attributes["aws_bedrock.invocation.input.content_kinds"];
    assert.deepEqual(kinds, [format === "*" ? "image" : `image/${format}`]);
  }
});

Deno.test("a text and images that are embedded together stand once in their document", async () => {
  const source = { base64String: "aGk=" };
  const requests = [
    { inputType: "text_image", text_image: { inputText: "a man", mediaSource: source } },
    { inputType: "multi_input", multi_input: { inputText: "a man", mediaSources: [source] } },
    { inputType: "multi_input", multi_input: { inputText: "a man", mediaSources: [{ mediaSource: source }] } },
  ];
  for (const request of requests) {
    const { attributes } = await mapped(sampleWith("twelvelabs_marengo_text", {}, { request }));
    assert.deepEqual(attributes["gen_ai.input.messages"], [{
      role: "user",
      parts: [
        { type: "text", content: "a man" },
        { type: "blob", mime_type: "image/*", modality: "image", content: "aGk=" },
      ],
    }]);
    const kept = JSON.stringify({ inputType: request.inputType });
    assert.equal(attributes["aws_bedrock.invocation.input.body"], kept);
    const { attributes: later } = await mapped(sampleWith("nova_embed_async", {}, { request }));
    assert.deepEqual(later["gen_ai.input.messages"], attributes["gen_ai.input.messages"]);
  }
});

Deno.test("media that a chat names by their URLs are parts of their own, in each spelling", async () => {
  const data = "data:video/mp4;base64,aGk=";
  const spellings: readonly (readonly [block: object, part: object])[] = [
    [{ type: "video_url", video_url: { url: data } }, { type: "blob", mime_type: "video/mp4", content: "aGk=" }],
    [{ type: "audio_url", audio_url: { url: "s3://b/a" } }, { type: "uri", mime_type: "audio/*", uri: "s3://b/a" }],
    [{ type: "image_url", image_url: "s3://b/i" }, { type: "uri", mime_type: "image/*", uri: "s3://b/i" }],
    [
      { type: "document_url", document_url: "https://e.com/a.pdf" },
      { type: "uri", mime_type: "application/octet-stream", uri: "https://e.com/a.pdf" },
    ],
  ];
  for (const [block, part] of spellings) {
    const request = { messages: [{ role: "user", content: [block] }] };
    const { attributes } = await mapped(sampleWith("openai_shape", {}, { request }));
    const [message] = attributes["gen_ai.input.messages"] as unknown as { parts: { modality: string }[] }[];
    assert.deepEqual(message?.parts, [{ ...part, modality: Object.keys(block)[1]?.slice(0, -"_url".length) }]);
    assert.equal(attributes["aws_bedrock.invocation.input.body"], undefined);
    assert.equal(attributes["aws_bedrock.invocation.input.prompt_text"], undefined);
  }
});

Deno.test("sound is a part of its own in each spelling, and no text of the prompt", async () => {
  const spellings: readonly (readonly [sound: unknown, part: object])[] = [
    [{ data: "aGk=", format: "mp3" }, { type: "blob", mime_type: "audio/mp3", content: "aGk=" }],
    ["aGk=", { type: "blob", mime_type: "audio/*", content: "aGk=" }],
    ["data:audio/wav;base64,aGk=", { type: "blob", mime_type: "audio/wav", content: "aGk=" }],
    ["https://example.com/a.mp3", { type: "uri", mime_type: "audio/*", uri: "https://example.com/a.mp3" }],
  ];
  for (const [input_audio, part] of spellings) {
    const content = [{ type: "input_audio", input_audio }];
    for (
      const [name, request] of [
        ["openai_shape", { messages: [{ role: "user", content }] }],
        ["responses_text", { model: "m", input: [{ role: "user", content }] }],
      ] as const
    ) {
      const { attributes } = await mapped(sampleWith(name, {}, { request }));
      const [message] = attributes["gen_ai.input.messages"] as unknown as { parts: object[] }[];
      assert.deepEqual(message?.parts, [{ ...part, modality: "audio" }], name);
      assert.equal(attributes["aws_bedrock.invocation.input.prompt_text"], undefined);
    }
  }
});

Deno.test("embeddings in OpenAI's shape have what was embedded in their messages", async () => {
  const response = {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.1] }],
    usage: { prompt_tokens: 2 },
  };
  for (const input of ["some text", ["some", "text"]]) {
    const { attributes } = await mapped(sampleWith("titan_embed", {}, { request: { input, model: "m" }, response }));
    assert.equal(attributes["gen_ai.operation.name"], "embeddings");
    assert.match(String(attributes["aws_bedrock.invocation.input.prompt_text"]), /^some\stext$/);
  }
});

Deno.test("what says of which kind the rest of an object is stays with it", async () => {
  const thinking = { type: "adaptive", display: "summarized" };
  const converse = {
    messages: [{ role: "user", content: [{ text: "Hi" }] }],
    additionalModelRequestFields: { thinking },
  };
  for (const request of [{ anthropic_version: "v", messages: [{ role: "user", content: "Hi" }], thinking }, converse]) {
    const { attributes } = await mapped(sampleWith("anthropic_invoke_tool_use", {}, { request }));
    assert.match(String(attributes["aws_bedrock.invocation.input.body"]), /"type":"adaptive","display":"summarized"/);
  }
});
