/** The policies of `examples/iam`, for users of an AWS-like server that checks what they may. */
import { join } from "node:path";

interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Action: unknown; readonly Resource: string }[];
}

/** The statements of a policy, with resources of the test in place of the example's. */
export function exampleStatements(name: string, resources: Readonly<Record<string, string>>): unknown[] {
  const file = join(import.meta.dirname as string, "..", "..", "examples", "iam", `${name}.json`);
  const { Statement } = JSON.parse(Deno.readTextFileSync(file)) as Policy;
  return Statement.filter(({ Action }) => Action !== "kms:Decrypt").map((statement) => {
    const Resource = statement.Resource === "*" ? "*" : resources[statement.Resource];
    if (Resource === undefined) throw new Error(`No resource of the test for ${statement.Resource}`);
    return { ...statement, Resource };
  });
}
