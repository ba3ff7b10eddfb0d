// Made from the tables in mappings/ by `deno task generate`.
import agentcore from "./agentcore.json" with { type: "json" };
import agents from "./agents.json" with { type: "json" };
import batch from "./batch.json" with { type: "json" };
import guardrails from "./guardrails.json" with { type: "json" };
import invocation from "./invocation.json" with { type: "json" };
import knowledge_bases from "./knowledge_bases.json" with { type: "json" };
import mantle from "./mantle.json" with { type: "json" };
import runtime from "./runtime.json" with { type: "json" };

/** The templates of all data streams, component templates before the index template that names them. */
export const TEMPLATES = [
  ...invocation,
  ...agentcore,
  ...agents,
  ...batch,
  ...guardrails,
  ...knowledge_bases,
  ...mantle,
  ...runtime,
];
