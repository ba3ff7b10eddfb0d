/** What the exporter makes of a resource in mode `ecs`. */
import type { TypeOf } from "../mappings/field.ts";
import type { DottedFields } from "./dotted_fields.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** Attributes that it gives ECS's name; those with none are left out. */
const ECS_NAMES: Readonly<Record<string, readonly string[]>> = {
  "service.instance.id": ["service.node.name"],
  "deployment.environment": ["service.environment"],
  "telemetry.sdk.name": [],
  "telemetry.sdk.language": [],
  "telemetry.sdk.version": [],
  "telemetry.distro.name": [],
  "telemetry.distro.version": [],
  "cloud.platform": ["cloud.service.name"],
  "container.image.tags": ["container.image.tag"],
  "host.name": ["host.hostname", "host.name"],
  "host.arch": ["host.architecture"],
  "process.executable.path": ["process.executable"],
  "process.runtime.name": ["service.runtime.name"],
  "process.runtime.version": ["service.runtime.version"],
  "os.name": ["host.os.name"],
  "os.type": ["host.os.platform"],
  "os.description": ["host.os.full"],
  "os.version": ["host.os.version"],
  "k8s.deployment.name": ["kubernetes.deployment.name"],
  "k8s.namespace.name": ["kubernetes.namespace"],
  "k8s.node.name": ["kubernetes.node.name"],
  "k8s.pod.name": ["kubernetes.pod.name"],
  "k8s.pod.uid": ["kubernetes.pod.uid"],
  "k8s.job.name": ["kubernetes.job.name"],
  "k8s.cronjob.name": ["kubernetes.cronjob.name"],
  "k8s.statefulset.name": ["kubernetes.statefulset.name"],
  "k8s.replicaset.name": ["kubernetes.replicaset.name"],
  "k8s.daemonset.name": ["kubernetes.daemonset.name"],
  "k8s.container.name": ["kubernetes.container.name"],
  "k8s.cluster.name": ["orchestrator.cluster.name"],
};

/** The attributes of a resource, at the root. */
export function addResource(document: DottedFields, attributes: Attributes, typeOf: TypeOf): void {
  for (const attribute of Object.keys(attributes)) {
    const names = ECS_NAMES[attribute];
    const context = { type: typeOf(attribute) };
    for (const name of names ?? [attribute]) document.add(name, attributes[attribute], context);
  }
}

const OS_TYPES: Readonly<Record<string, string>> = {
  windows: "windows",
  linux: "linux",
  darwin: "macos",
  aix: "unix",
  hpux: "unix",
  solaris: "unix",
};

/** What it concludes from the resource for log records: the sender's name and version, and the kind of its system. */
export function addSender(document: DottedFields, attributes: Attributes): void {
  // The records of a run share their resource.
  if (attributes !== lastSender.attributes) lastSender = { attributes, ...senderOf(attributes) };
  document.add("agent.name", lastSender.name);
  document.add("agent.version", lastSender.version);
  document.add("host.os.type", lastSender.osType);
}

interface Sender {
  readonly name: string;
  readonly version: string | undefined;
  readonly osType: string | undefined;
}

let lastSender: Sender & { readonly attributes?: Attributes } = senderOf({});

function senderOf(attributes: Attributes): Sender {
  const text = (name: string) => typeof attributes[name] === "string" ? attributes[name] || undefined : undefined;
  const distribution = text("telemetry.distro.name");
  const language = text("telemetry.sdk.language") ?? (distribution === undefined ? undefined : "unknown");
  const name = [text("telemetry.sdk.name") ?? "otlp", language, distribution].filter((part) => part !== undefined);
  return {
    name: name.join("/"),
    version: text("telemetry.distro.version") ?? text("telemetry.sdk.version"),
    osType: OS_TYPES[text("os.type") ?? ""],
  };
}
