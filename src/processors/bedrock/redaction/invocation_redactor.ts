import { allowedValue } from "../allow_list.ts";
import { isObject, type JsonObject, jsonTextOf, textOf } from "../read/json.ts";
import { withoutHeavyMembers } from "../read/heavy_record.ts";
import { loggedBodiesOf } from "../read/logged_bodies.ts";
import { INPUT_TEXTS, OUTPUT_TEXTS, RECORD_TEXTS, type TextNames } from "../metadata_text.ts";
import { reassembled } from "../dialects/reassembly.ts";
import { type BodySizes, type Invocation, timeOf } from "../read/record.ts";
import { decodedBody } from "./decoded_body.ts";
import { Redactor, type RedactorOptions } from "./redactor.ts";
import { distinct, type Report, ValueRedactor } from "./value_redactor.ts";

type MutableObject = Record<string, unknown>;

/** Objects in a record that are redacted before it. */
const PARTS: ReadonlySet<string> = new Set(["input", "output", "identity"]);

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
    const { identity } = log;
    const copy: MutableObject = { ...log };
    if (isObject(log["input"])) copy["input"] = input;
    if (isObject(log["output"])) copy["output"] = output;
    if (isObject(identity)) copy["identity"] = this.#part("identity", { ...identity }, { arn: "user.id" });
    return this.#members(copy, (name, value) => {
      if (name === "timestamp") return timeOf(value) !== undefined;
      return (PARTS.has(name) && isObject(value)) || isTextOfCall(RECORD_TEXTS, name, value);
    });
  }

  #part(name: string, copy: MutableObject, texts: TextNames): JsonObject {
    return this.#values.within(
      name,
      () => this.#members(copy, (member, value) => isTextOfCall(texts, member, value)),
    );
  }

  /** Redacts the members of a new object, except those that stay as they are; what is undefined is left out. */
  #members(copy: MutableObject, stays: (name: string, value: unknown) => boolean): JsonObject {
    let renamed: Map<string, string> | undefined;
    for (const name of Object.keys(copy)) {
      const value = copy[name];
      if (value === undefined) {
        delete copy[name];
      } else if (!stays(name, value)) {
        const cleanName = this.#values.name(name);
        if (cleanName !== name) (renamed ??= new Map()).set(name, cleanName);
        copy[name] = this.#values.member(cleanName, value);
      }
    }
    if (renamed === undefined) return copy;
    return Object.fromEntries(
      distinct(Object.entries(copy).map(([name, value]) => [renamed.get(name) ?? name, value])),
    );
  }
}

/** Whether a member is a text that Bedrock logs of the call itself. */
function isTextOfCall(texts: TextNames, name: string, value: unknown): boolean {
  const attribute = Object.hasOwn(texts, name) ? texts[name] : undefined;
  return attribute !== undefined && allowedValue(attribute, value) !== undefined;
}

/** A redacted invocation; its text is written only when a mode needs it. */
class Redacted implements Invocation {
  readonly log: JsonObject;
  readonly input: JsonObject;
  readonly output: JsonObject;
  readonly loggedSizes: BodySizes;
  readonly isReassembled: boolean;
  readonly isHeavy: boolean;
  outcome: Invocation["outcome"];
  #text: string | undefined;

  constructor(
    { log, input, output, loggedSizes, isReassembled, isHeavy }: Omit<
      Required<Invocation>,
      "text" | "bodyTexts" | "outcome"
    >,
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
