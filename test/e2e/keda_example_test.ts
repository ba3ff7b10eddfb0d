/** The KEDA example fits KEDA's own definitions and the deployment that it scales. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, parseAllDocuments } from "yaml";
import { regionOfQueueUrl } from "../../src/receivers/awss3/queue/queue_url.ts";

const EXAMPLES = join(import.meta.dirname as string, "..", "..", "examples", "kubernetes");

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface Scaled {
  readonly scaleTargetRef: { readonly name: string };
  readonly triggers: readonly {
    readonly authenticationRef: { readonly name: string };
    readonly metadata: Readonly<Record<string, string>>;
  }[];
}

async function objectsIn(file: string): Promise<KubernetesObject[]> {
  const text = await Deno.readTextFile(join(EXAMPLES, file));
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

const strict = (properties: object, required: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  properties,
  required,
});
const seconds = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });
const name = { type: "string", minLength: 1 };
const count = { type: "integer", minimum: 0 };

/**
 * The part of KEDA's definitions that the example uses; a member that is not here is not known.
 * https://github.com/kedacore/keda/tree/main/config/crd/bases
 */
const SPECS: Readonly<Record<string, object>> = {
  TriggerAuthentication: strict({
    podIdentity: strict({
      provider: { enum: ["azure-workload", "gcp", "aws", "aws-eks", "none"] },
      identityOwner: { enum: ["keda", "workload"] },
      roleArn: name,
    }, ["provider"]),
  }),
  ScaledObject: strict({
    scaleTargetRef: strict({ apiVersion: name, kind: name, name, envSourceContainerName: name }, ["name"]),
    minReplicaCount: count,
    maxReplicaCount: count,
    idleReplicaCount: count,
    pollingInterval: count,
    cooldownPeriod: count,
    advanced: strict({
      restoreToOriginalReplicaCount: { type: "boolean" },
      horizontalPodAutoscalerConfig: strict({
        name,
        behavior: strict({
          scaleDown: strict({ stabilizationWindowSeconds: seconds(0, 3600) }),
          scaleUp: strict({ stabilizationWindowSeconds: seconds(0, 3600) }),
        }),
      }),
    }),
    triggers: {
      type: "array",
      minItems: 1,
      items: strict({
        type: { const: "aws-sqs-queue" },
        name,
        authenticationRef: strict({ name, kind: name }, ["name"]),
        // The scaler's own settings, all of them texts. https://keda.sh/docs/latest/scalers/aws-sqs/
        metadata: strict({
          queueURL: { type: "string", pattern: "^https://[^/]+/\\d{12}/[\\w-]+$" },
          awsRegion: name,
          queueLength: { type: "string", pattern: "^[1-9]\\d*$" },
          activationQueueLength: { type: "string", pattern: "^\\d+$" },
          scaleOnInFlight: { enum: ["true", "false"] },
        }, ["queueURL", "awsRegion"]),
      }, ["type", "metadata"]),
    },
  }, ["scaleTargetRef", "triggers"]),
};

Deno.test("the KEDA example has only what KEDA knows", async () => {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const objects = await objectsIn("keda.yaml");
  assert.deepEqual(objects.map(({ kind }) => kind), ["TriggerAuthentication", "ScaledObject"]);
  for (const { apiVersion, kind, spec } of objects) {
    assert.equal(apiVersion, "keda.sh/v1alpha1");
    const fits = ajv.compile(SPECS[kind] ?? false);
    assert.ok(fits(spec), `${kind}: ${JSON.stringify(fits.errors)}`);
    assert.ok(!fits({ ...spec, typo: 1 }));
  }
});

Deno.test("the KEDA example scales the deployment beside it by the queue that it reads", async () => {
  const [authentication, scaled] = await objectsIn("keda.yaml");
  const others = await objectsIn("bedrock-otel.yaml");
  const { scaleTargetRef, triggers } = scaled?.spec as unknown as Scaled;
  assert.ok(others.some(({ kind, metadata }) => kind === "Deployment" && metadata.name === scaleTargetRef.name));
  const config = others.find(({ kind }) => kind === "ConfigMap")?.data?.["config.yaml"] ?? "";
  const { queue_url } = (parse(config) as { receivers: { awss3: { queue_url: string } } }).receivers.awss3;
  for (const { authenticationRef, metadata } of triggers) {
    assert.equal(authenticationRef.name, authentication?.metadata.name);
    assert.deepEqual([metadata["queueURL"], metadata["awsRegion"]], [queue_url, regionOfQueueUrl(queue_url)]);
  }
});
