import type { CloudWatch } from "./cloudwatch.ts";
import type { MetricsConfig } from "./config.ts";

type TagsFilter = NonNullable<MetricsConfig["tags_filter"]>;

/**
 * The ARNs of Bedrock's resources that have all these tags, and the ids at their ends: what dimensions name them by.
 *
 * @throws {Error} of the AWS SDK.
 */
export async function taggedResources(
  cloudWatch: CloudWatch,
  { filter, signal }: { filter: TagsFilter; signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let token = "";
  do {
    const page = await cloudWatch.getResources({
      ResourceTypeFilters: ["bedrock"],
      TagFilters: filter.map(({ key, value }) => ({ Key: key, Values: [value].flat() })),
      ...token !== "" && { PaginationToken: token },
    }, signal);
    for (const { ResourceARN: arn } of page.ResourceTagMappingList ?? []) {
      if (arn === undefined) continue;
      names.add(arn);
      names.add(arn.slice(arn.lastIndexOf("/") + 1));
    }
    token = page.PaginationToken ?? "";
  } while (token !== "");
  return names;
}
