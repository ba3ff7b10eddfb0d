import { RE2JS } from "re2js";
import { findEmails, findIpv6s } from "./addresses.ts";
import { type Find, findCreditCards, findIbans, findIpv4s, findPhones, findUsSsns } from "./numbers.ts";
import { findAwsAccessKeys, findAwsSecretKeys, findJwts, findPrivateKeys } from "./secrets.ts";
import type { TextSpan } from "./subject.ts";

/** A kind of value to replace. */
export interface Rule {
  readonly name: string;
  /** Minimum length of a text with such a value, in UTF-16 units. */
  readonly minLength: number;
  readonly find: Find;
}

interface BuiltIn {
  readonly minLength: number;
  readonly find: Find;
}

const BUILT_IN = {
  email: { minLength: 6, find: findEmails },
  phone: { minLength: 9, find: findPhones },
  ipv4: { minLength: 7, find: findIpv4s },
  ipv6: { minLength: 5, find: findIpv6s },
  credit_card: { minLength: 13, find: findCreditCards },
  iban: { minLength: 15, find: findIbans },
  us_ssn: { minLength: 11, find: findUsSsns },
  aws_access_key: { minLength: 20, find: findAwsAccessKeys },
  aws_secret_key: { minLength: 40, find: findAwsSecretKeys },
  jwt: { minLength: 12, find: findJwts },
  private_key: { minLength: 27, find: findPrivateKeys },
} as const satisfies Record<string, BuiltIn>;

export type BuiltInName = keyof typeof BUILT_IN;

/** Names of the built-in rules. */
export const BUILT_IN_NAMES = Object.keys(BUILT_IN) as readonly BuiltInName[];

/** A rule in the configuration: the name of a built-in rule, or a name and a pattern (RE2). */
export type RuleSetting = BuiltInName | { readonly name: string; readonly pattern: string };

export function nameOf(setting: RuleSetting): string {
  return typeof setting === "string" ? setting : setting.name;
}

/** The rule of a setting, whose pattern was checked before. */
export function ruleOf(setting: RuleSetting): Rule {
  if (typeof setting === "string") return { name: setting, ...BUILT_IN[setting] };
  const pattern = RE2JS.compile(setting.pattern);
  return { name: setting.name, minLength: 1, find: ({ text }) => matchesOf(pattern, text) };
}

function matchesOf(pattern: RE2JS, text: string): TextSpan[] {
  const found: TextSpan[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start) found.push({ start, end });
  }
  return found;
}
