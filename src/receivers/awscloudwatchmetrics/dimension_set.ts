/** An account and dimensions: what all their metrics have at one time becomes one document. One object for each. */
export interface DimensionSet {
  readonly account: string;
  /** In the order of their names. */
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}

/** One metric of one set of dimensions. */
export interface Series {
  /** Name of the metric in CloudWatch. */
  readonly metric: string;
  readonly set: DimensionSet;
}

/** Tells sets of a region and namespace apart: `account|Name=value|Name=value`. */
export function setKey({ account, dimensions }: DimensionSet): string {
  return [account, ...dimensions.map(({ name, value }) => `${escaped(name)}=${escaped(value)}`)].join("|");
}

/** The set that a key is of. */
export function setOf(key: string): DimensionSet {
  const [account = "", ...dimensions] = key.split("|");
  return {
    account,
    dimensions: dimensions.map((text) => {
      const [name = "", value = ""] = text.split("=").map(decodeURIComponent);
      return { name, value };
    }),
  };
}

function escaped(text: string): string {
  return text.replace(/[%|=]/g, encodeURIComponent);
}
