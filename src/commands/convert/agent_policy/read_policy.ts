import { isTree, parseYaml, readYamlFiles, type Tree, withoutLoss } from "../../../config/yaml_files.ts";

/**
 * Reads an Elastic Agent policy: the policy itself, Fleet's answer about it (`{ item: … }`, from
 * `GET /api/fleet/agent_policies/ID/full`), or a Kubernetes ConfigMap that holds it. `-` is standard input.
 *
 * @throws {ConfigError} it is no YAML.
 * @see https://www.elastic.co/docs/api/doc/kibana/operation/operation-get-fleet-agent-policies-agentpolicyid-full
 */
export async function readPolicy(file: string): Promise<Tree> {
  const written = file === "-"
    ? parseYaml(await new Response(Deno.stdin.readable).text(), "standard input")
    : await readYamlFiles([file]);
  return policyIn(withoutLoss(written), file);
}

function policyIn(tree: Tree, file: string): Tree {
  const { inputs, item, kind, data } = tree;
  if (inputs !== undefined) return tree;
  if (isTree(item)) return item;
  if (kind !== "ConfigMap" || !isTree(data)) return tree;
  const members = Object.entries(data).flatMap(([name, text]) =>
    typeof text === "string" && /\.ya?ml$/.test(name) ? [withoutLoss(parseYaml(text, `${file}: data.${name}`))] : []
  );
  return members.find(({ inputs }) => inputs !== undefined) ?? tree;
}
