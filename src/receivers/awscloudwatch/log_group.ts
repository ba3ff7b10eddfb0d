/** A log group, as it is named in calls and for people. */
export interface LogGroup {
  readonly name: string;
  /** Without `:*` at its end; needed only where the group may be another account's. */
  readonly arn: string | undefined;
  /** Names the group in logs, dead letters and the state: its ARN, or `cloudwatch:REGION:NAME`. */
  readonly id: string;
}

/** The name of a group in its id. */
export function nameInId(id: string): string {
  return id.slice(id.lastIndexOf(":") + 1);
}

/** A group of the account that the credentials belong to. */
export function ownGroup(name: string, { region }: { region: string }): LogGroup {
  return { name, arn: undefined, id: `cloudwatch:${region}:${name}` };
}

/** A group named by an ARN, which may end in `:*`; undefined when it is none. */
export function groupOfArn(text: string): LogGroup | undefined {
  const parsed = parseGroupArn(text);
  return parsed === undefined ? undefined : { name: parsed.name, arn: parsed.arn, id: parsed.arn };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html */
export function parseGroupArn(text: string): { arn: string; region: string; name: string } | undefined {
  const match = /^(arn:[\w-]+:logs:([\w-]+):\d{12}:log-group:([^:*]+))(?::\*)?$/.exec(text);
  if (match === null) return undefined;
  const [, arn = "", region = "", name = ""] = match;
  return { arn, region, name };
}
