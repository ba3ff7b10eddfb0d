import { bodiesOf, type BodyValues, type Dialect } from "./dialect.ts";
import { dialectOf } from "./dialects.ts";
import { failureIn } from "../read/failure.ts";
import { isObject, type JsonObject, objectOf } from "../read/json.ts";

/**
 * Bodies with their streams reassembled to the body that the operation without a stream would have, with what Bedrock
 * added to their elements. A stream of unknown shape is left out: values that it splits could not be found.
 */
export function reassembled(operation: string, values: BodyValues): BodyValues {
  const bodies = bodiesOf(operation, values);
  const { requestEvents, events } = bodies;
  if (requestEvents === undefined && events === undefined) return values;
  const dialect = dialectOf(bodies);
  return {
    request: requestEvents === undefined ? values.request : bodyOf(requestEvents, dialect),
    response: events === undefined ? values.response : bodyOf(events, dialect),
  };
}

function bodyOf(events: readonly unknown[], dialect: Dialect | undefined): JsonObject | undefined {
  const elements = events.filter(isObject);
  const body = defined({ ...bedrockMembers(elements), ...dialect?.stream(events) });
  return Object.keys(body).length > 0 ? body : undefined;
}

const METRICS = "amazon-bedrock-invocationMetrics";
const ACTION = "amazon-bedrock-guardrailAction";
const TRACE = "amazon-bedrock-trace";

/** What Bedrock adds to the elements of a stream: its measurements, the traces of guardrails, and what failed. */
function bedrockMembers(events: readonly JsonObject[]): JsonObject {
  const failure = failureIn(events);
  const telling = events.filter(hasBedrockMember);
  const metadata = telling.map((event) => event["metadata"]).filter(isObject);
  const actions = telling.map((event) => event[ACTION]).filter((action) => action !== undefined);
  return {
    [METRICS]: telling.findLast((event) => isObject(event[METRICS]))?.[METRICS],
    [ACTION]: actions.find((action) => action === "INTERVENED") ?? actions.at(-1),
    [TRACE]: oneTrace(telling.map((event) => event[TRACE])),
    trace: oneTrace([...telling.map(({ trace }) => trace), ...metadata.map(({ trace }) => trace)]),
    error: failure && { type: failure },
    metrics: [...telling, ...metadata].findLast(({ metrics }) => isObject(metrics))?.["metrics"],
  };
}

/** Most elements have two or three members, all of the model: their own names are looked at faster than six are looked for. */
function hasBedrockMember(event: JsonObject): boolean {
  return Object.keys(event).some((name) => BEDROCK_MEMBERS.has(name));
}

const BEDROCK_MEMBERS: ReadonlySet<string> = new Set([METRICS, ACTION, TRACE, "metadata", "trace", "metrics"]);

/** Merges the traces of several elements; members that several have of a guardrail become a list. */
function oneTrace(traces: readonly unknown[]): JsonObject | undefined {
  const found = traces.filter(isObject);
  if (found.length < 2) return found[0];
  const members = found.flatMap(({ guardrail }) => Object.entries(objectOf(guardrail)));
  const byName = Map.groupBy(members, ([name]) => name);
  const guardrail = [...byName].map((
    [name, same],
  ) => [name, same.length > 1 ? same.map(([, value]) => value) : same[0]?.[1]]);
  return { ...Object.assign({}, ...found), ...guardrail.length > 0 && { guardrail: Object.fromEntries(guardrail) } };
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
