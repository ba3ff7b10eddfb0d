/** What of OTLP/JSON the demo reads. */

export interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
}
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}
export interface OtlpRecord {
  readonly timeUnixNano?: string;
  readonly attributes?: readonly KeyValue[];
}
export interface OtlpPoint extends OtlpRecord {
  readonly asInt?: string | number;
  readonly asDouble?: number;
}
export interface OtlpMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints?: readonly OtlpPoint[] };
  readonly gauge?: { readonly dataPoints?: readonly OtlpPoint[] };
}
export interface OtlpLogs {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpRecord[] }[];
  }[];
}
export interface OtlpMetrics {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly { readonly metrics?: readonly OtlpMetric[] }[];
  }[];
}

/** Attributes by name. */
export class Attributes {
  readonly #values: ReadonlyMap<string, AnyValue>;

  constructor(attributes: readonly KeyValue[] = []) {
    this.#values = new Map(attributes.map(({ key, value }) => [key, value]));
  }

  text(name: string): string | undefined {
    return this.#values.get(name)?.stringValue;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    const found = value?.intValue ?? value?.doubleValue;
    return found === undefined ? undefined : Number(found);
  }
}

/** The time of a record or point. */
export function timeOf({ timeUnixNano = "0" }: OtlpRecord): Date {
  return new Date(Number(BigInt(timeUnixNano) / 1_000_000n));
}
