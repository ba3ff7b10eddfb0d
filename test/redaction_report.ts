/** `deno task redaction:report`: how the built-in rules do on the labelled texts of test/fixtures/redaction. */
import { labelledTexts, redactionReport } from "./world/labelled_texts.ts";

function print(line = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const texts = labelledTexts();
const report = redactionReport(texts);
print(`${texts.length} texts of test/fixtures/redaction/labelled.txt, each rule alone`);
print();
print(`${"rule".padEnd(16)}${["true", "false", "missed"].map((cell) => cell.padStart(8)).join("")}`);
for (const { rule, trueMatches, falseMatches, missed } of report) {
  const cells = [trueMatches, falseMatches.length, missed.length].map((count) => String(count).padStart(8));
  print(rule.padEnd(16) + cells.join(""));
}
print();
for (const { rule, falseMatches, missed } of report) {
  for (const text of falseMatches) print(`false   ${rule}: ${JSON.stringify(text)}`);
  for (const text of missed) print(`missed  ${rule}: ${JSON.stringify(text)}`);
}
