import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { labelledTexts, redactionReport } from "../../../../test/world/labelled_texts.ts";
import { isBase64Body, textOfBase64, withoutBinary } from "./binary.ts";
import { Redactor } from "./redactor.ts";
import { BUILT_IN_NAMES, type BuiltInName } from "./rules.ts";

/** What may be wrong of the labelled texts; a rule that is not here makes no mistake with them. */
const MAX_MISTAKES: Partial<Record<BuiltInName, { falseMatches?: number; missed?: number }>> = {
  phone: { falseMatches: 1, missed: 1 },
  ipv4: { falseMatches: 2 },
  aws_secret_key: { falseMatches: 1 },
};

Deno.test("the built-in rules find what they are for in the labelled texts, and little else", () => {
  const report = redactionReport(labelledTexts());
  assert.deepEqual(report.map(({ rule }) => rule), BUILT_IN_NAMES);
  for (const { rule, trueMatches, falseMatches, missed } of report) {
    const { falseMatches: mostFalse = 0, missed: mostMissed = 0 } = MAX_MISTAKES[rule] ?? {};
    assert.ok(trueMatches >= 3, `${rule} has too few texts`);
    assert.ok(falseMatches.length <= mostFalse, `${rule} finds ${JSON.stringify(falseMatches)}`);
    assert.ok(missed.length <= mostMissed, `${rule} misses ${JSON.stringify(missed)}`);
  }
});

function redacted(text: string, options: Partial<ConstructorParameters<typeof Redactor>[0]> = {}): string {
  const redactor = new Redactor({ rules: BUILT_IN_NAMES, ...options });
  return redactor.replace(text, redactor.find(text));
}

Deno.test("all rules together replace each value by its rule's name", () => {
  assert.equal(
    redacted("jane@example.com from 10.0.0.1 paid with 4111 1111 1111 1111 (DE89 3704 0044 0532 0130 00)"),
    "<EMAIL> from <IPV4> paid with <CREDIT_CARD> (<IBAN>)",
  );
});

Deno.test("of findings that overlap one remains, over all of them and named for the longest", () => {
  const rules = [{ name: "left", pattern: "abcd" }, { name: "right", pattern: "defghi" }, {
    name: "inner",
    pattern: "e",
  }];
  assert.equal(redacted("xx abcdefghi yy e", { rules }), "xx <RIGHT> yy <INNER>");
});

Deno.test("a pattern of one's own is RE2: no backtracking, and empty matches are none", () => {
  const rules = [{ name: "nested", pattern: "(?:a+)+b" }, { name: "order", pattern: "(?i)order-\\d+|$" }];
  assert.equal(redacted(`${"a".repeat(5000)} Order-17 aab`, { rules }), `${"a".repeat(5000)} <ORDER> <NESTED>`);
});

Deno.test("with a key equal values leave equal hashes, which OpenSSL makes too", () => {
  const key = "0123456789abcdef";
  const hash = createHmac("sha256", key).update("jane@example.com").digest("hex").slice(0, 16);
  assert.equal(
    redacted("jane@example.com, jane@example.com, joe@example.com", { key }).replace(
      /<EMAIL:(?!.*<)[0-9a-f]{16}>/,
      "joe",
    ),
    `<EMAIL:${hash}>, <EMAIL:${hash}>, joe`,
  );
  assert.notEqual(redacted("jane@example.com", { key }), redacted("jane@example.com", { key: "fedcba9876543210" }));
});

Deno.test("JSON in a text hides no value behind its escapes", () => {
  const cut = String
    .raw`{"note":"SSN:\n123-45-6789\tor\\n10.1.2.3, j\u0061ne\u0040example.com, wJalrXUtnFEMI\/K7MDENG\/bPxRfi`;
  assert.equal(
    redacted(cut),
    String.raw`{"note":"SSN:\n<US_SSN>\tor\\n<IPV4>, <EMAIL>, wJalrXUtnFEMI\/K7MDENG\/bPxRfi`,
  );
  assert.equal(redacted(String.raw`key: wJalrXUtnFEMI\/K7MDENG\/bPxRfiCYEXAMPLEKEY.`), "key: <AWS_SECRET_KEY>.");
  const rules = [{ name: "account", pattern: "CORP\\\\n\\w+" }];
  assert.equal(redacted(String.raw`CORP\nadia`, { rules }), "<ACCOUNT>");
});

Deno.test("a value behind an escape leaves the same hash as elsewhere", () => {
  const key = "0123456789abcdef";
  assert.equal(redacted(String.raw`\njane\u0040example.com`, { key }), `\\n${redacted("jane@example.com", { key })}`);
});

Deno.test("a value leaves the same hash in italics and at a sentence's end", () => {
  const key = "0123456789abcdef";
  for (const value of ["123-45-6789", "10.1.2.3", "4111111111111111", "555-123-4567", "jane@example.com"]) {
    const alone = redacted(value, { key });
    assert.match(alone, /^<[A-Z0-9_]+:[0-9a-f]{16}>$/);
    assert.equal(redacted(`It is _${value}_, or ${value}.`, { key }), `It is _${alone}_, or ${alone}.`);
  }
  const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${"a1".repeat(20)}`;
  assert.equal(redacted(`It is ${token}.`, { key }), `It is ${redacted(token, { key })}.`);
  assert.equal(redacted("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."), "<JWT>");
});

Deno.test("a value leaves the same hash however its characters are written", () => {
  const key = "0123456789abcdef";
  const forms: Readonly<Record<string, readonly string[]>> = {
    "jane@example.com": [
      ...["jane%40example.com", "jane%252540example.com", "jane&#64;example.com", "jane&#x40;example.com"],
      ...[
        "jane&amp;commat;example.com",
        "&#106;ane@example&period;com",
        "jane＠ｅｘａｍｐｌｅ．com",
        "jane@exam\u00adple.\u200bcom",
      ],
    ],
    "123-45-6789": ["123–45–6789", "123‑45−6789", "１２３－４５－６７８９", "123%2D45%2D6789", "۱۲۳-٤٥-6789"],
    "4111 1111 1111 1111": ["4111\u00a01111\u202f1111\u30001111", "4111&nbsp;1111&#160;1111&#xa0;1111"],
    "AKIAIOSFODNN7EXAMPLE": [
      ...["\x1b[32mAKIAIOSFODNN7EXAMPLE\x1b[0m", String.raw`\u001b[1;31mAKIA\x1b[0m\e[KIOSFODNN7\033[0mEXAMPLE`],
      "AKIAIOSF\u2060ODNN7EXAMPLE",
    ],
  };
  for (const [value, others] of Object.entries(forms)) {
    const alone = redacted(value, { key });
    assert.match(alone, /^<[A-Z0-9_]+:[0-9a-f]{16}>$/);
    for (const other of others) assert.ok(redacted(other, { key }).startsWith(alone), JSON.stringify(other));
  }
  assert.equal(
    redacted("&#99999999; &#1114112; &; %zz %4 \\x 50%20off 日本、（笑）！"),
    "&#99999999; &#1114112; &; %zz %4 \\x 50%20off 日本、（笑）！",
  );
});

/** Texts on which a rule that goes over the same characters again and again would not come to an end. */
const REPEATED = [
  ...[
    "@",
    "a@",
    "a.",
    "a@b.",
    "%40",
    "(",
    "+",
    "0",
    "1",
    "12 ",
    "1.",
    "1-",
    "(1) ",
    ":",
    "a:",
    "1:",
    "::1",
    "A",
    "DE12",
  ],
  ...["A+/", "Ab1", "eyJ", "eyJ.", "eyJhbGciOi", "-", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "AKIA", "data:"],
  ...["&#64;", "&", "&amp;", "&amp;amp;", "%25", "%2", "\x1b[", "\x1b[1;", "\\e[1;", "\u00ad", "１", "（", "٠"],
  ...[
    "data:a/b;base64,",
    "QUFB",
    "QUFB=",
    "QUtJQUlPU0ZPRE5ON0VYQU1QTEU= ",
    "{",
    "[",
    '"',
    "\\",
    "4111 ",
    "0049 ",
    "+1 (",
  ],
];

for (const piece of REPEATED) {
  Deno.test(`a megabyte of ${JSON.stringify(piece)} is searched in one walk`, () => {
    assert.equal(typeof redacted(piece.repeat(Math.ceil(1_000_000 / piece.length))), "string");
  });
}

for (const piece of ["1", "A", "eyJ", "eyJ."]) {
  Deno.test(`ten megabytes of ${piece} overflow no stack`, () => {
    const text = piece.repeat(Math.ceil(10_000_000 / piece.length));
    assert.equal(typeof redacted(text), "string");
    assert.equal(typeof withoutBinary(text, "data"), "string");
    assert.equal(typeof isBase64Body(text), "boolean");
    assert.doesNotThrow(() => textOfBase64(text));
  });
}
