import {
  isTree,
  parseYaml,
  parseYamlDocuments,
  readYamlDocuments,
  type Tree,
  withoutLoss,
} from "../../../config/yaml_files.ts";
import { policyOfPackages } from "./package_policy.ts";
import { unusable } from "./policy.ts";

/**
 * Reads an Elastic Agent policy: the policy itself, Fleet's answer about it (`{ item: … }`, from
 * `GET /api/fleet/agent_policies/ID/full`) or about the package policies in it, or an object of Kubernetes that holds it: a ConfigMap, a Secret, or an Agent of
 * ECK, also among other documents of a manifest or in a list, as `kubectl get -o yaml` prints it. `-` is standard input.
 *
 * @throws {ConfigError} it is no YAML, or has no policy or several.
 * @see https://www.elastic.co/docs/api/doc/kibana/operation/operation-get-fleet-agent-policies-agentpolicyid-full
 * @see https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/configuration-standalone
 */
export async function readPolicy(file: string): Promise<Tree> {
  const written = file === "-"
    ? parseYamlDocuments(await new Response(Deno.stdin.readable).text(), "standard input")
    : await readYamlDocuments(file);
  const documents = written.map(withoutLoss);
  const policies = documents.flatMap((tree, index) =>
    policiesIn(tree, file).map(({ policy, place }) => ({ policy, place: `document ${index + 1}${place}` }))
  );
  const [first, ...others] = policies;
  if (first === undefined) throw unusable(`${file} has no inputs: ${EXPECTED}`);
  if (others.length === 0) return first.policy;
  const places = policies.map(({ place }) => place).join("; ");
  throw unusable(`${file} has ${policies.length} (${places}): leave one of them in it`);
}

const EXPECTED =
  "expected elastic-agent.yml, what Fleet shows or its API answers, or a manifest of Kubernetes that holds it";

interface Found {
  readonly policy: Tree;
  /** Below its document, for messages. */
  readonly place: string;
}

function policiesIn(tree: Tree, file: string): Found[] {
  const { inputs, item, items } = tree;
  const ofPackages = policyOfPackages(tree);
  if (ofPackages !== undefined) return [{ policy: ofPackages, place: "" }];
  if (inputs !== undefined) return [{ policy: tree, place: "" }];
  if (isTree(item)) return [{ policy: item, place: "" }];
  // As kubectl prints what it got.
  if (!Array.isArray(items)) return policiesOfObject(tree, file);
  return items.flatMap((object: unknown, index) =>
    policiesOfObject(isTree(object) ? object : {}, file)
      .map(({ policy, place }) => ({ policy, place: `, items[${index}]${place}` }))
  );
}

/** What an object of Kubernetes holds. */
function policiesOfObject({ kind, spec, data, stringData }: Tree, file: string): Found[] {
  switch (kind) {
    case "Agent":
      return isTree(spec) && isTree(spec["config"]) ? [{ policy: spec["config"], place: ", spec.config" }] : [];
    case "ConfigMap":
      return policiesOfTexts(data, { place: "data", file });
    case "Secret":
      return [
        ...policiesOfTexts(data, { place: "data", file, decode: fromBase64 }),
        ...policiesOfTexts(stringData, { place: "stringData", file }),
      ];
    default:
      return [];
  }
}

/** What is no base64 holds no policy. */
function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(text));
  } catch {
    return "";
  }
}

interface Texts {
  /** Of the texts within their object. */
  readonly place: string;
  readonly file: string;
  readonly decode?: (text: string) => string;
}

function policiesOfTexts(texts: unknown, { place, file, decode = (text) => text }: Texts): Found[] {
  if (!isTree(texts)) return [];
  return Object.entries(texts).flatMap(([name, text]) => {
    if (typeof text !== "string" || !/\.ya?ml$/.test(name)) return [];
    const policy = withoutLoss(parseYaml(decode(text), `${file}: ${place}.${name}`));
    return policy["inputs"] === undefined ? [] : [{ policy, place: `, ${place}.${name}` }];
  });
}
