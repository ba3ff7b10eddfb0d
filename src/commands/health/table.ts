import { parseJson } from "../../component/json.ts";
import { z } from "zod";
import { columns, printColour } from "../terminal.ts";

const statusSchema = z.object({
  healthy: z.boolean(),
  status: z.string(),
  error: z.string().optional(),
  status_time: z.string(),
});
const reportSchema = statusSchema.extend({
  components: z.record(z.string(), statusSchema.extend({ components: z.record(z.string(), statusSchema).default({}) }))
    .default({}),
});

/** The answer of `health_check` as a table, a component in a line; undefined when something else answers. */
export function healthTable(body: string): string | undefined {
  const { data: report } = reportSchema.safeParse(parseJson(body));
  if (report === undefined) return undefined;
  const rows = Object.entries(report.components).flatMap(([group, { components }]) =>
    Object.entries(components).map(([id, status]) => [group, id, ...cells(status)])
  );
  const table = columns([["GROUP", "COMPONENT", "STATUS", "SINCE"], ...rows]);
  const whole = report.healthy ? printColour("green", "healthy") : printColour("red", "unhealthy");
  return `${whole}: ${cells(report).join(" since ")}\n${rows.length === 0 ? "" : `\n${table}`}`;
}

/** `StatusOK` is written OK. */
function cells({ status, error, status_time }: z.output<typeof statusSchema>): [string, string] {
  return [`${status.replace(/^Status/, "")}${error === undefined ? "" : ` (${error})`}`, status_time];
}
