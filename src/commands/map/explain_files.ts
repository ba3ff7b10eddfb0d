import type { BedrockConfig } from "../../processors/bedrock/config.ts";
import type { Explain } from "../../processors/bedrock/processor.ts";
import type { Path } from "../../processors/bedrock/redaction/value_redactor.ts";
import type { Terminal } from "../terminal.ts";
import { counted } from "../counted.ts";
import { processFiles } from "./print_mapped.ts";

/**
 * Prints what redaction finds in the records of files, each finding a line: the record, the rule, the place in the
 * record (bodies joined and decoded, streams put together), and there the characters from and to. Nothing of the texts
 * shows.
 */
export async function explainFiles(
  paths: readonly string[],
  { config, print, note }: Terminal & { readonly config: BedrockConfig },
): Promise<boolean> {
  const counts = new Map<string, number>();
  const findings: { position: number; line: string }[] = [];
  let total = 0;
  const explain: Explain = ({ rule, start, end }, { path, record: { origin } }) => {
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
    const record = `${origin.source.name}:${origin.position}`;
    const line = `${[record, rule, placeOf(path), `${start}-${end}`].join("\t")}\n`;
    findings.push({ position: Number(origin.position), line });
  };
  const take = (records: readonly unknown[]) => {
    total += records.length;
    print(findings.splice(0).sort((a, b) => a.position - b.position).map(({ line }) => line).join(""));
  };
  const areReadable = await processFiles(paths, { config, note, take, explain });
  const found = [...counts].map(([rule, count]) => `, ${rule} ${count}`).join("") || ", no finding";
  note(`${counted(total, "record")}${found}\n`);
  return areReadable;
}

/** `output.outputBodyJson.content[0].text` */
function placeOf(path: Path): string {
  return path.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  }).join("").replace(/^\./, "");
}
