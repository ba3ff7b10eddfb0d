import { allowedValue } from "../allow_list.ts";
import { isObject, type JsonObject, jsonTextOf, NOTHING, textOf } from "../read/json.ts";
import { withoutHeavyMembers } from "../read/heavy_record.ts";
import { loggedBodiesOf } from "../read/logged_bodies.ts";
import { INPUT_TEXTS, OUTPUT_TEXTS, RECORD_TEXTS, type TextNames } from "../metadata_text.ts";
import { reassembled } from "../dialects/reassembly.ts";
import { type BodySizes, type Invocation, timeOf } from "../read/record.ts";
import { decodedBody } from "./decoded_body.ts";
import { Redactor, type RedactorOptions } from "./redactor.ts";
import { distinct, type Report, ValueRedactor } from "./value_redactor.ts";

/**
 * Redacts an invocation before it is mapped, so that no mode can forget a place: bodies are decoded, streams put
 * together, and every text, name and number goes through the rules, except what Bedrock logs of the call itself
 * (operation, model, caller, ids), as long as it passes the field table's checks.
 */
export class InvocationRedactor {
  readonly #values: ValueRedactor;

  constructor(options: RedactorOptions, report: Report) {
    this.#values = new ValueRedactor(new Redactor(options), report);
  }

  /** The invocation without what the rules find; its text is written again. */
  invocation(invocation: Invocation): Invocation {
    this.#values.begin();
    // In JSON text escapes may hide values from the rules.
    const light = invocation.isHeavy === true ? withoutHeavyMembers : (object: JsonObject) => object;
    const log = light(invocation.log);
    const input = light(invocation.input);
    const output = light(invocation.output);
    const operation = textOf(log["operation"]) ?? "";
    const request = decodedBody(input["inputBodyJson"], {
      contentType: input["inputContentType"],
      isStreamed: operation.endsWith("BidirectionalStream"),
    });
    const response = decodedBody(output["outputBodyJson"], {
      contentType: output["outputContentType"],
      isStreamed: operation.endsWith("Stream"),
    });
    const bodies = reassembled(operation, { request, response });
    const parts = {
      input: this.#part("input", { ...input, inputBodyJson: bodies.request }, INPUT_TEXTS),
      output: this.#part("output", { ...output, outputBodyJson: bodies.response }, OUTPUT_TEXTS),
    };
    const bodiesAsLogged = loggedBodiesOf(invocation, { isAscii: false });
    return new Redacted({
      log: this.#log(log, parts),
      ...parts,
      loggedSizes: { input: bodiesAsLogged.input?.sizeBytes, output: bodiesAsLogged.output?.sizeBytes },
      isReassembled: Array.isArray(response),
      isHeavy: invocation.isHeavy ?? false,
    });
  }

  #log(log: JsonObject, { input, output }: { input: JsonObject; output: JsonObject }): JsonObject {
    const { timestamp, identity } = log;
    return this.#members(log, RECORD_TEXTS, {
      ...isObject(log["input"]) && { input },
      ...isObject(log["output"]) && { output },
      ...timeOf(timestamp) !== undefined && { timestamp },
      ...isObject(identity) && { identity: this.#part("identity", identity, { arn: "user.id" }) },
    });
  }

  #part(name: string, part: JsonObject, texts: TextNames): JsonObject {
    return this.#values.within(name, () => this.#members(part, texts));
  }

  /** The members of an object; those in `done` are redacted already. */
  #members(object: JsonObject, texts: TextNames, done: JsonObject = NOTHING): JsonObject {
    const members = Object.entries(object).filter(([, value]) => value !== undefined).map(([name, value]) => {
      if (Object.hasOwn(done, name)) return [name, done[name]] as const;
      const attribute = Object.hasOwn(texts, name) ? texts[name] : undefined;
      if (attribute !== undefined && allowedValue(attribute, value) !== undefined) return [name, value] as const;
      const cleanName = this.#values.name(name);
      return [cleanName, this.#values.member(cleanName, value)] as const;
    });
    return Object.fromEntries(distinct(members));
  }
}

/** A redacted invocation; its text is written only when a mode needs it. */
class Redacted implements Invocation {
  readonly log: JsonObject;
  readonly input: JsonObject;
  readonly output: JsonObject;
  readonly loggedSizes: BodySizes;
  readonly isReassembled: boolean;
  readonly isHeavy: boolean;
  #text: string | undefined;

  constructor(
    { log, input, output, loggedSizes, isReassembled, isHeavy }: Omit<Required<Invocation>, "text" | "bodyTexts">,
  ) {
    this.log = log;
    this.input = input;
    this.output = output;
    this.loggedSizes = loggedSizes;
    this.isReassembled = isReassembled;
    this.isHeavy = isHeavy;
  }

  get text(): string {
    return this.#text ??= jsonTextOf(this.log) ?? "";
  }
}
