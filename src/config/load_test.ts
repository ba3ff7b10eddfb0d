import assert from "node:assert/strict";
import { loadConfig } from "./load.ts";
import { FAKES, loadTexts, mistakesOf } from "../../test/world/fake_components.ts";

const PIPELINES = "service: { pipelines: { logs: { receivers: [queue], processors: [map], exporters: [send] } } }\n";
const GOOD = `
receivers: { queue: { queue_url: https://sqs.example/q } }
processors: { map: }
exporters: { send: }
${PIPELINES}`;

Deno.test("a configuration gets its defaults, with durations in ms and sizes in bytes", async () => {
  const config = await loadTexts([GOOD]);
  assert.deepEqual(config.receivers.get("queue")?.config, {
    queue_url: "https://sqs.example/q",
    visibility_timeout: 300_000,
    sqs: { wait_time: 20_000, max_receive_count: 5 },
  });
  assert.equal(config.service.max_in_flight_bytes, 64 * 1024 * 1024);
  assert.equal(config.service.shutdown_timeout, 30_000);
  assert.deepEqual(config.service.pipelines, {
    logs: { receivers: ["queue"], processors: ["map"], exporters: ["send"] },
  });
  assert.deepEqual(config.warnings, []);
});

Deno.test("later files merge over earlier ones: maps deep, lists and scalars replaced", async () => {
  const over = `
receivers: { queue: { visibility_timeout: 60s, sqs: { wait_time: 1s } } }
processors: { map: { tags: [c] } }`;
  const base = GOOD.replace("map: }", "map: { tags: [a, b], mapping: raw } }")
    .replace("sqs.example/q }", "sqs.example/q, sqs: { max_receive_count: 9 } }");
  const config = await loadTexts([base, over]);
  assert.deepEqual(config.receivers.get("queue")?.config, {
    queue_url: "https://sqs.example/q",
    visibility_timeout: 60_000,
    sqs: { wait_time: 1_000, max_receive_count: 9 },
  });
  assert.deepEqual(config.processors.get("map")?.config, { mapping: "raw", content: "full", tags: ["c"], fields: {} });
});

Deno.test("references are replaced by variables or defaults and typed as YAML types them", async () => {
  const config = await loadTexts([`
receivers:
  queue:
    queue_url: "\${env:SCHEME}://\${env:HOST:-sqs.example}/q$$x"
    secret_access_key: \${env:DIGITS}
    sqs: { max_receive_count: "\${env:COUNT:-7}" }
    bucket_arn: \${env:EMPTY_DEFAULT:-}
processors: { map: { fields: { number: "\${env:DIGITS}", part: "n\${env:DIGITS}", flag: "\${env:FLAG}" } } }
exporters: { send: { timeout: "\${env:TIMEOUT:-1m30s}" } }
${PIPELINES}`.replace("    bucket_arn: ${env:EMPTY_DEFAULT:-}\n", "")], {
    SCHEME: "https",
    DIGITS: "0123",
    FLAG: "true",
  });
  assert.deepEqual(config.receivers.get("queue")?.config, {
    queue_url: "https://sqs.example/q$x",
    secret_access_key: "0123",
    visibility_timeout: 300_000,
    sqs: { wait_time: 20_000, max_receive_count: 7 },
  });
  const { fields } = config.processors.get("map")?.config as { fields: unknown };
  assert.deepEqual(fields, { number: "0123", part: "n0123", flag: true });
  assert.equal((config.exporters.get("send")?.config as { timeout: number }).timeout, 90_000);
  assert.deepEqual(config.variables, ["SCHEME", "HOST", "DIGITS", "COUNT", "FLAG", "TIMEOUT"]);
});

Deno.test("every mistake is named with its path in one go", async () => {
  const mistakes = await mistakesOf(`
recievers: {}
receivers:
  queue:
    queue_url: https://sqs.example/q
    bucket_arn: arn:aws:s3:::b
    visibility_timout: 60s
    visibility_timeout: 5 parsecs
    sqs: { max_receive_count: 0, wait_time: [1s] }
    mapping: ecs
    max_receive_count: 3
    sqs.wait_time: 1s
    allowed_buckets: [1, two]
  kafka: {}
processors:
  map: { mapping: ecs2, tags: forwarded }
exporters:
  send: { endpoint: "\${env:NOT_THERE}", timeot: 1s, max_request_bytes: big, target: [apm] }
  silent: {}
  file: {}
extensions: { wach: {}, watch: { adress: x } }
service:
  extensions: [watch, watch/2]
  shutdown_timeout: 10
  dead_letter: send
  telemetry: { logs: { level: loud } }
  pipelines:
    logs: { receivers: [queue, qeue], processors: [map, map], exporters: [send, silent] }
    logs/empty: { receivers: [], exporter: [send] }
    metrics: { receivers: [queue], exporters: [send] }
    spans: {}
`);
  assert.deepEqual(mistakes.sort(), [
    "exporters.file.path: is required",
    "exporters.send.endpoint: environment variable NOT_THERE is not set",
    'exporters.send.max_request_bytes: expected a size such as 10MiB, got "big"',
    "exporters.send.target: expected collector, apm or elastic, got a list",
    "exporters.send.timeot: unknown setting; did you mean timeout",
    "extensions.wach: unknown component type wach; did you mean watch; known extensions: watch",
    "extensions.watch.adress: unknown setting; did you mean address",
    'processors.map.mapping: expected ecs, integration, otel or raw, got "ecs2"',
    'processors.map.tags: expected a list, got "forwarded"',
    "receivers.kafka: unknown component type kafka; known receivers: queue",
    'receivers.queue.allowed_buckets[0]: expected a string (in quotes), got 1; write "1"',
    "receivers.queue.mapping: unknown setting; it belongs to processors.map.mapping",
    "receivers.queue.max_receive_count: unknown setting; it belongs to receivers.queue.sqs.max_receive_count",
    "receivers.queue.sqs.max_receive_count: expected at least 1, got 0",
    "receivers.queue.sqs.wait_time: expected a duration such as 300s or 1m30s, got a list",
    "receivers.queue.sqs.wait_time: unknown setting; write sqs: { wait_time: … }",
    'receivers.queue.visibility_timeout: expected a duration such as 300s or 1m30s, got "5 parsecs"',
    "receivers.queue.visibility_timout: unknown setting; did you mean visibility_timeout",
    "receivers.queue: expected exactly one of queue_url and bucket_arn (queue_url is https://sqs.example/q)",
    "recievers: unknown setting; did you mean receivers",
    "service.dead_letter: send is no file exporter; defined: file",
    "service.extensions[1]: watch/2 is not defined in extensions; did you mean watch",
    "service.pipelines.logs.exporters[1]: silent does not take logs; it takes no signal",
    "service.pipelines.logs.processors[1]: map is named twice",
    "service.pipelines.logs.receivers[1]: qeue is not defined in receivers; did you mean queue",
    "service.pipelines.logs/empty.exporter: unknown setting; did you mean exporters",
    "service.pipelines.logs/empty.exporters: expected at least one exporter",
    "service.pipelines.logs/empty.receivers: expected at least one receiver",
    "service.pipelines.metrics.exporters[0]: send does not take metrics; it takes logs",
    "service.pipelines.metrics.receivers[0]: queue does not take metrics; it takes logs",
    "service.pipelines.spans: unknown signal spans; known signals: logs, metrics",
    "service.shutdown_timeout: expected a duration such as 300s or 1m30s, got 10",
    'service.telemetry.logs.level: expected debug, info, warn or error, got "loud"',
  ]);
});

Deno.test("a setting that belongs to the exporter says so wherever it stands", async () => {
  assert.deepEqual(
    await mistakesOf(`${GOOD}\nheaders: { a: b }`.replace("map: }", "map: { endpoint: x, logs: {} } }")),
    [
      "headers: unknown setting; it belongs to exporters.send.headers",
      "processors.map.endpoint: unknown setting; it belongs to exporters.send.endpoint",
      "processors.map.logs: unknown setting; it belongs to service.telemetry.logs",
    ],
  );
});

Deno.test("a mode that an exporter's target cannot keep is refused, with the modes that it keeps", async () => {
  const text = GOOD.replace("map: }", "map: { mapping: integration } }").replace("send: }", "send: { target: apm } }");
  assert.deepEqual(await mistakesOf(text), [
    "processors.map.mapping: target apm of exporters.send cannot keep mode integration; it keeps raw",
  ]);
  assert.deepEqual(await mistakesOf(GOOD.replace("send: }", "send: { target: elastic } }")), [
    "processors.map.mapping: target elastic of exporters.send cannot keep mode ecs; it keeps otel",
  ]);
  assert.deepEqual(await mistakesOf(text.replace("integration", "raw")), []);
});

Deno.test("nothing secret shows in a mistake, nor anything that a variable holds", async () => {
  const variables = { SECRET: "canary-env", ENDPOINT: "canary-url", MODE: "canary-mode", ID: "canary-id" };
  const mistakes = await mistakesOf(
    `
receivers:
  queue: { queue_url: "x\${env:ENDPOINT}", bucket_arn: "\${env:ENDPOINT}", secret_access_key: [canary-list], secret_acces_key: canary-typo }
  queue/2: { queue_url: q, secret_access_key: { canary-key: canary-map }, visibility_timeout: "https://user:canary-password@host/" }
processors: { map: { mapping: "\${env:MODE}" } }
exporters:
  send: { headers: "Authorization: canary-header", target: "\${env:SECRET}", timeout: "\${env:SECRET} s" }
  send/2: { headers: { Authorization: [canary-header] } }
  file: canary-file
service: { dead_letter: "\${env:ID}", pipelines: { logs: { receivers: ["\${env:ID}"], processors: [map], exporters: [send] } } }
`,
    variables,
  );
  assert.deepEqual(mistakes.filter((mistake) => mistake.includes("canary")), []);
  const other = (name: string) => `environment variable ${name} has another value (not shown)`;
  assert.deepEqual(mistakes.filter((mistake) => mistake.includes("environment variable")), [
    `receivers.queue: expected exactly one of queue_url and bucket_arn (queue_url is x\${env:ENDPOINT}); ${
      other("ENDPOINT")
    }`,
    `processors.map.mapping: expected ecs, integration, otel or raw, but ${other("MODE")}`,
    `exporters.send.target: expected collector, apm or elastic, but ${other("SECRET")}`,
    `exporters.send.timeout: expected a duration such as 300s or 1m30s, got "\${env:SECRET} s", where ${
      other("SECRET")
    }`,
    "service.pipelines.logs.receivers[0]: the value of environment variable ID (not shown) is not defined in receivers; " +
    "defined: queue, queue/2",
    "service.dead_letter: the value of environment variable ID (not shown) is not defined in exporters; defined: file",
  ]);
});

Deno.test("a wrong value from the environment names the variable, and whether it is empty, unset or another value", async () => {
  const variables = { EMPTY: "", WRONG: "canary", SECRET: "canary-secret" };
  const mistakes = await mistakesOf(
    `
receivers: { queue: { queue_url: q, secret_access_key: { of: "\${env:SECRET}" }, visibility_timeout: "\${env:UNSET:-5 parsecs}" } }
processors: { map: { mapping: "\${env:EMPTY}", content: "\${env:EMPTY:-metadata}", tags: "\${env:WRONG}", fields: "\${env:WRONG}" } }
exporters:
  send: { timeout: "\${env:WRONG}\${env:EMPTY}s", max_request_bytes: "\${env:WRONG:-4MiB}", headers: { a: "\${env:EMPTY}", b: ["\${env:SECRET}"] } }
extensions: "\${env:WRONG}"
service:
  extensions: ["\${env:EMPTY}"]
  dead_letter: "\${env:UNSET:-nowhere}"
  telemetry: { logs: { level: "\${env:UNSET:-loud}" } }
  pipelines: { logs: { receivers: [queue], processors: [map], exporters: [send] } }
`,
    variables,
  );
  const empty = "environment variable EMPTY is empty";
  const unset = "environment variable UNSET is not set";
  const wrong = "environment variable WRONG has another value (not shown)";
  assert.deepEqual(mistakes.sort(), [
    "exporters.send.headers.b: expected a string",
    `exporters.send.max_request_bytes: expected a size such as 10MiB, but ${wrong}`,
    'exporters.send.timeout: expected a duration such as 300s or 1m30s, got "${env:WRONG}${env:EMPTY}s", ' +
    `where ${wrong} and ${empty}`,
    `extensions: expected a map of components, but ${wrong}`,
    `processors.map.content: expected full or metadata_only, but ${empty} and its default is "metadata"`,
    `processors.map.fields: expected a map, but ${wrong}`,
    `processors.map.mapping: expected ecs, integration, otel or raw, but ${empty}`,
    `processors.map.tags: expected a list, but ${wrong}`,
    "receivers.queue.secret_access_key: expected a string",
    `receivers.queue.visibility_timeout: expected a duration such as 300s or 1m30s, but ${unset} and its default is "5 parsecs"`,
    `service.dead_letter: nowhere (the default, as ${unset}) is not defined in exporters`,
    "service.extensions[0]: the empty value of environment variable EMPTY is not defined in extensions",
    `service.telemetry.logs.level: expected debug, info, warn or error, but ${unset} and its default is "loud"`,
  ]);
});

Deno.test("a reference's default also takes the place of an empty value, as in a shell", async () => {
  const text = GOOD.replace("send: }", 'send: { endpoint: "${env:URL:-http://a:1}", timeout: "${env:TIME:-7s}" } }');
  for (const variables of [{ URL: "", TIME: "" }, {}] as Record<string, string>[]) {
    const { endpoint, timeout } = (await loadTexts([text], variables)).exporters.get("send")?.config as {
      endpoint: string;
      timeout: number;
    };
    assert.deepEqual([endpoint, timeout], ["http://a:1", 7000]);
  }
});

Deno.test("an empty variable without a default is a warning where it is no mistake", async () => {
  const text = GOOD.replace(
    "https://sqs.example/q }",
    "'https://sqs.example${env:PATH_}', sqs: { wait_time: '${env:WAIT}' } }",
  )
    .replace("map: }", "map: { fields: { unset: '${env:GIVEN:-}', given: '${env:GIVEN}' } } }");
  const { receivers, warnings } = await loadTexts([text], { PATH_: "", WAIT: "", GIVEN: "x" });
  assert.equal((receivers.get("queue")?.config as { queue_url: string }).queue_url, "https://sqs.example");
  assert.deepEqual(warnings, [
    "receivers.queue.queue_url: environment variable PATH_ is empty; write ${env:PATH_:-} if that is meant",
    "receivers.queue.sqs.wait_time: environment variable WAIT is empty; write ${env:WAIT:-} if that is meant",
  ]);
});

Deno.test("a variable as a shell writes it is a warning that shows nothing of the value", async () => {
  const text = GOOD.replace(
    "map: }",
    () => "map: { fields: { key: 'ApiKey $ELASTIC_KEY', meant: 'a$$LITERAL', price: '5$', regex: '[.]gz$' } } }",
  );
  const { processors, warnings } = await loadTexts([text]);
  assert.deepEqual(warnings, [
    "processors.map.fields.key: a $ before a name stays as it is: write ${env:NAME} for a variable, $$ for a $ that is meant",
  ]);
  const { fields } = processors.get("map")?.config as { fields: Record<string, string> };
  assert.deepEqual([fields["key"], fields["meant"]], ["ApiKey $ELASTIC_KEY", "a$LITERAL"]);
});

Deno.test("a reference of another form, or left open, is a mistake", async () => {
  const text = GOOD.replace(
    "send: }",
    () => 'send: { endpoint: "${HOST}", headers: { a: "x${env:A:-${env:B}}", b: "$${env:OK}" } } }',
  );
  const expected = "expected ${env:NAME} or ${env:NAME:-default} (write $${ for a literal ${)";
  assert.deepEqual(await mistakesOf(text, { B: "b" }), [
    `exporters.send.endpoint: ${expected}`,
    `exporters.send.headers.a: ${expected}`,
  ]);
});

Deno.test("ignored settings and unused components are warnings", async () => {
  const text = GOOD.replace("example/q }", "example/q, buffer_size: 16KiB }").replace(
    "send: }",
    "send: , file: { path: x }, silent: }",
  );
  const config = await loadTexts([`${text}`.replace("service: {", "service: { dead_letter: file,")]);
  assert.deepEqual(config.warnings, [
    "receivers.queue.buffer_size: ignored, objects are streamed",
    "exporters.silent: is defined but in no pipeline",
  ]);
});

Deno.test("broken YAML is named with file, line and column, and quotes nothing", async () => {
  const [broken = "", ...rest] = await mistakesOf("receivers:\n  queue: { a: 1 } canary\n");
  assert.match(broken, /^Cannot read file: \S+\/0\.yaml:2:\d+ is not YAML \(.+\)$/);
  assert.doesNotMatch([broken, ...rest].join(), /canary/);
  assert.equal((await mistakesOf("}\n".repeat(50))).length, 3);
  assert.match((await mistakesOf("- a list"))[0] ?? "", /0\.yaml is no map/);
  assert.match(
    (await mistakesOf("a: *canary"))[0] ?? "",
    /0\.yaml has an alias that names nothing \(a value that begins with \* needs quotes\)$/,
  );
});

Deno.test("a name that stands twice is told as such", async () => {
  const [mistake = ""] = await mistakesOf("exporters:\n  send: {}\n  send: {}\n");
  assert.match(mistake, /0\.yaml:3:3 has a name that its map has already; a second component of a type is TYPE\/NAME$/);
});

Deno.test("a file of several documents is told as such", async () => {
  assert.match(
    (await mistakesOf(`${GOOD}---\n${GOOD}`))[0] ?? "",
    /0\.yaml:6:1 begins another document: write each into/,
  );
});

Deno.test("all missing files are named at once", async () => {
  await assert.rejects(() => loadConfig(["/nowhere/a.yaml", "/nowhere/b.yaml"], { components: () => FAKES }), {
    name: "ConfigError",
    message: "Cannot read file: /nowhere/a.yaml: it does not exist\n" +
      "Cannot read file: /nowhere/b.yaml: it does not exist",
  });
});

Deno.test("an empty file names what is missing", async () => {
  assert.deepEqual(await mistakesOf(""), ["service.pipelines: expected at least one pipeline"]);
});

Deno.test("a pipeline that would send what was read as it is is refused, with its path and what to do", async () => {
  const without = (processors: string, more = "") =>
    GOOD.replace("processors: [map]", processors).replace("map: }", `map: ${more}}`);
  const path = "service.pipelines.logs.processors";
  const expected = "expected a processor that maps logs: queue would send records as they were read, prompts included";
  assert.deepEqual(await mistakesOf(without("processors: []")), [`${path}: ${expected}; name map here`]);
  assert.deepEqual(await mistakesOf(without("processors:", ", map/2: ")), [
    `${path}: ${expected}; name map or map/2 here`,
  ]);
  assert.deepEqual(await mistakesOf(without("processors: []").replace("processors: { map: }", "")), [
    `${path}: ${expected}; define map in processors, and name it here`,
  ]);
  // Of two pipelines each is looked at.
  const [other] = await mistakesOf(
    GOOD.replace("logs: {", "logs/2: { receivers: [queue], exporters: [send] }, logs: {"),
  );
  assert.equal(other, `service.pipelines.logs/2.processors: ${expected}; name map here`);
  // A misspelt name is one mistake, and so is one that is not defined.
  assert.deepEqual(await mistakesOf(without("processors: [mapp]")), [
    `${path}[0]: mapp is not defined in processors; did you mean map`,
  ]);
  assert.deepEqual(await mistakesOf(without("processors: [map, map/2]", ", map/2: ")), [
    `${path}[1]: map maps logs already; give map/2 a pipeline of its own`,
  ]);
});

Deno.test("a processor that is to withhold content and is in no pipeline is a mistake", async () => {
  const text = GOOD.replace("map: }", "map: , map/safe: { content: metadata_only } }");
  assert.deepEqual(await mistakesOf(text), [
    "processors.map/safe.content: is metadata_only, but no pipeline uses map/safe; " +
    "name it in the processors of a pipeline, or remove it",
  ]);
  assert.deepEqual(await mistakesOf(text.replace("[map]", "[map/safe]").replace("map: ,", "")), []);
  const [unused] = (await loadTexts([text.replace("metadata_only", "full")])).warnings;
  assert.equal(unused, "processors.map/safe: is defined but in no pipeline");
});

Deno.test("an unquoted number where text is meant is refused as it was written, with what to write", async () => {
  const mistakes = await mistakesOf(
    GOOD.replace("map: }", "map: { tags: [012345678901, 1.10, 0o17, 0x1F, 1e3, True, ~, x] } }"),
  );
  const path = "processors.map.tags";
  assert.deepEqual(
    mistakes,
    [
      ...["012345678901", "1.10", "0o17", "0x1F", "1e3", "True"].map((text, index) =>
        `${path}[${index}]: expected a string (in quotes), got ${text}; write "${text}"`
      ),
      `${path}[6]: expected a string (in quotes)`,
    ],
  );
});

Deno.test("where numbers and text are taken, what a number would lose stays, in the file and in the environment", async () => {
  const variables = { ACCOUNT: "012345678901", NUMBER: "12", VERSION: "1.10", DATE: "2026-01-01" };
  const text = GOOD.replace(
    "map: }",
    `map: { fields: {
      account: 012345678901, version: 1.10, large: 12345678901234567890, octal: 0o17, seven: 7, half: 0.5, day: 2026-01-01, on: yes, 007: x,
      account2: "\${env:ACCOUNT}", number2: "\${env:NUMBER}", version2: "\${env:VERSION}", day2: "\${env:DATE}" } } }`,
  );
  const expected = {
    "007": "x",
    account: "012345678901",
    version: "1.10",
    large: "12345678901234567890",
    octal: "0o17",
    seven: 7,
    half: 0.5,
    day: "2026-01-01",
    on: "yes",
    account2: "012345678901",
    number2: 12,
    version2: "1.10",
    day2: "2026-01-01",
  };
  for (const written of [text, `%YAML 1.1\n---\n${text}`]) {
    const { fields } = (await loadTexts([written], variables)).processors.get("map")?.config as { fields: unknown };
    assert.deepEqual(fields, expected);
  }
});

Deno.test("YAML that never ends is named with its file, and what is wrong with it", async () => {
  const cannot = /^Cannot read file: \S+\/0\.yaml /;
  for (
    const [text, reason] of [
      ["receivers: &all { queue: *all }", "has an alias within the value that it stands for (&all)"],
      ["receivers: &all [ a, [ b, *all ] ]", "has an alias within the value that it stands for (&all)"],
      ["receivers: &all { <<: *all }", "has an alias within the value that it stands for (&all)"],
      ["a: &a [ &b [ *a ], *b ]", "has an alias within the value that it stands for (&a)"],
      [`a: ${"[".repeat(1000)}${"]".repeat(1000)}`, "is nested more than 100 levels deep"],
      [`a: ${"[".repeat(100_000)}${"]".repeat(100_000)}`, "is nested more than 100 levels deep"],
      [
        Array.from({ length: 3000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
        "is nested more than 100 levels deep",
      ],
      [
        "a0: &a0 [x, x]\n" +
        Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`).join("\n"),
        "repeats values by aliases too often",
      ],
    ] as const
  ) {
    const [mistake = "", ...more] = await mistakesOf(text);
    assert.deepEqual([mistake.replace(cannot, ""), ...more], [reason]);
  }
  // Aliases that end are fine.
  const shared = GOOD.replace("{ map: }", "{ map: { tags: &tags [a] }, map/2: { tags: *tags } }");
  assert.equal((await loadTexts([shared])).processors.size, 2);
});
