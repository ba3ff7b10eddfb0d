import {
  isTree,
  parseYaml,
  parseYamlDocuments,
  readYamlDocuments,
  type Tree,
  withoutLoss,
} from "../../../config/yaml_files.ts";

/**
 * Reads an Elastic Agent policy: the policy itself, Fleet's answer about it (`{ item: … }`, from
 * `GET /api/fleet/agent_policies/ID/full`), or a Kubernetes ConfigMap that holds it, also among other documents of a
 * manifest. `-` is standard input.
 *
 * @throws {ConfigError} it is no YAML.
 * @throws {Error} it has several policies.
 * @see https://www.elastic.co/docs/api/doc/kibana/operation/operation-get-fleet-agent-policies-agentpolicyid-full
 */
export async function readPolicy(file: string): Promise<Tree> {
  const written = file === "-"
    ? parseYamlDocuments(await new Response(Deno.stdin.readable).text(), "standard input")
    : await readYamlDocuments(file);
  const documents = written.map(withoutLoss);
  const policies = documents.flatMap((tree, index) =>
    policiesIn(tree, file).map(({ policy, place }) => ({ policy, place: `document ${index + 1}${place}` }))
  );
  if (policies.length > 1) {
    const places = policies.map(({ place }) => place).join("; ");
    throw new Error(`Cannot read the policy: ${file} has ${policies.length} (${places}): leave one of them in it`);
  }
  return policies[0]?.policy ?? documents[0] ?? {};
}

interface Found {
  readonly policy: Tree;
  /** Below its document, for messages. */
  readonly place: string;
}

function policiesIn(tree: Tree, file: string): Found[] {
  const { inputs, item, kind, data } = tree;
  if (inputs !== undefined) return [{ policy: tree, place: "" }];
  if (isTree(item)) return [{ policy: item, place: "" }];
  if (kind !== "ConfigMap" || !isTree(data)) return [];
  return Object.entries(data).flatMap(([name, text]) => {
    if (typeof text !== "string" || !/\.ya?ml$/.test(name)) return [];
    const policy = withoutLoss(parseYaml(text, `${file}: data.${name}`));
    return policy["inputs"] === undefined ? [] : [{ policy, place: `, data.${name}` }];
  });
}
