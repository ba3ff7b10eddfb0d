import { isTree, type Tree } from "../../../config/yaml_files.ts";

/** What the data streams of the integrations that are converted begin with. */
const BEDROCK = /^aws_bedrock/;

/**
 * The policy of an Agent that Fleet's package policies make: of one (`GET /api/fleet/package_policies/ID`), of a list of them, or of
 * agent policies that hold them (`package_policies`); undefined when there are none. Their streams are compiled, as the Agent gets
 * them; the simplified form has variables instead, most of which are settings. Outputs are not among them.
 *
 * @see https://www.elastic.co/docs/api/doc/kibana/operation/operation-get-fleet-package-policies-packagepolicyid
 */
export function policyOfPackages(answer: Tree): Tree | undefined {
  const { item, items } = answer;
  const packages = [answer, item, ...Array.isArray(items) ? items : []].flatMap(packagesIn);
  return packages.length === 0 ? undefined : { outputs: {}, inputs: packages.flatMap(inputsOf) };
}

function packagesIn(value: unknown): Tree[] {
  if (!isTree(value)) return [];
  const { package: of, inputs, package_policies: inner } = value;
  if (isTree(of) && inputs !== undefined) return [value];
  return Array.isArray(inner) ? inner.flatMap(packagesIn) : [];
}

function inputsOf({ inputs, namespace, output_id: output, enabled }: Tree): Tree[] {
  return entriesOf(inputs).flatMap(([name, input]) => {
    // In the simplified form an input is called by its template and its type.
    const type = input["type"] ?? name.replace(/^[^-]+-/, "");
    const streams = entriesOf(input["streams"]).filter(([name, stream]) =>
      BEDROCK.test(String(datasetOf(stream, name)))
    )
      .map(([name, stream]) => ({
        ...settingsOf(input, stream),
        data_stream: { dataset: datasetOf(stream, name), ...isSet(namespace) && { namespace } },
        enabled: [enabled, input["enabled"], stream["enabled"]].every((value) => String(value) !== "false"),
      }));
    return streams.length === 0 ? [] : [{ type, streams, ...isSet(output) && { use_output: output } }];
  });
}

function entriesOf(value: unknown): [name: string, tree: Tree][] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).filter((entry): entry is [string, Tree] => isTree(entry[1]))
    : [];
}

function datasetOf({ data_stream: dataStream }: Tree, name: string): unknown {
  return isTree(dataStream) ? dataStream["dataset"] : name;
}

function settingsOf(input: Tree, { compiled_stream: compiled, vars }: Tree): Tree {
  return isTree(compiled) ? compiled : { ...valuesOf(input["vars"]), ...valuesOf(vars) };
}

/** Values of variables: `{ value, type }`, or in the simplified form alone. */
function valuesOf(vars: unknown): Tree {
  if (!isTree(vars)) return {};
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => {
      const held: unknown = isTree(value) && "value" in value ? value["value"] : value;
      return [
        name,
        isTree(held) && held["isSecretRef"] !== undefined ? `$co.elastic.secret{${String(held["id"])}}` : held,
      ];
    }),
  );
}

function isSet(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
