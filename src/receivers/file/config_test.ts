import assert from "node:assert/strict";
import { fileReceiverFactory } from "./factory.ts";

function problemsOf(settings: Record<string, unknown>): string[] {
  const parsed = fileReceiverFactory.schema.safeParse(settings);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return (fileReceiverFactory.check?.(parsed.data) ?? []).map(({ path, message }) => `${path}: ${message}`);
}

const MISTAKES: readonly { settings: Record<string, unknown>; says: RegExp }[] = [
  { settings: {}, says: /^include: / },
  { settings: { include: [] }, says: /^include: / },
  { settings: { include: [""] }, says: /^include\.0: / },
  { settings: { include: ["!a.json"] }, says: /^include\.0: expected a pattern without !: .* exclude$/ },
  { settings: { include: ["logs/[a"] }, says: /^include\.0: expected a glob pattern .*closing/ },
  { settings: { include: ["a"], exclude: ["b", "{c"] }, says: /^exclude\.1: expected a glob pattern/ },
  { settings: { include: ["a", "b"], exclude: ["b"] }, says: /^exclude: leaves out all that include names: b$/ },
  { settings: { include: ["a"], poll_interval: "0s" }, says: /^poll_interval: expected at least 10ms$/ },
];

for (const { settings, says } of MISTAKES) {
  Deno.test(`file refuses ${JSON.stringify(settings)}`, () => {
    const [problem, ...others] = problemsOf(settings);
    assert.match(problem ?? "", says);
    assert.deepEqual(others, []);
  });
}

Deno.test("file needs to read where its patterns look and bodies can be, and to write there only to delete", () => {
  const permissionsOf = (settings: Record<string, unknown>) =>
    fileReceiverFactory.permissions(fileReceiverFactory.schema.parse(settings));
  const include = ["/logs/**/*.gz", "/data/a.json"];
  assert.deepEqual(permissionsOf({ include }), { read: ["/logs", "/data/a.json", "/data/data"], write: [] });
  assert.deepEqual(permissionsOf({ include, delete_after_read: true }).write, ["/logs", "/data/a.json"]);
});
