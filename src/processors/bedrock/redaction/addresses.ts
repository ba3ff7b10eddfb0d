/** Rules for network addresses that contain letters. */
import { isIPv6 } from "node:net";
import type { Find } from "./numbers.ts";
import { codeAt, isWord, type TextSpan } from "./subject.ts";

const MAX_LOCAL_LENGTH = 64;
/** What follows a mailbox's name. */
const DOMAIN =
  /@(?:[A-Za-z0-9\u00c0-\u024f-]{1,63}\.){1,8}(?:[Xx][Nn]--[A-Za-z0-9-]{2,59}|[A-Za-z\u00c0-\u024f]{2,24})(?![A-Za-z0-9-])/y;

/** E-mail addresses; only Latin letters belong to one, so that text in other scripts may follow without a blank. */
export const findEmails: Find = ({ text }) => {
  const found: TextSpan[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > 0 && at - start < MAX_LOCAL_LENGTH && isLocal(codeAt(text, start - 1))) start--;
    // Quotes and asterisks are allowed in an address, but here they surround it.
    while (LOCAL_SIGNS.has(codeAt(text, start))) start++;
    DOMAIN.lastIndex = at;
    if (start < at && DOMAIN.test(text)) found.push({ start, end: DOMAIN.lastIndex });
  }
  return found;
};

function isLocal(code: number): boolean {
  return isWord(code) || (code >= 0xc0 && code <= 0x24f) || LOCAL_SIGNS.has(code);
}

const LOCAL_SIGNS: ReadonlySet<number> = new Set([...".!#$&'*+-_~%"].map((sign) => sign.charCodeAt(0)));

/** Longest address, with an IPv4 address at its end. */
const MAX_IPV6_LENGTH = 45;
const IPV6 = /[0-9A-Fa-f:]{3,45}(?:\.\d{1,3}){0,3}/y;
/** `a::b` is a valid address, but more likely code. */
const TELLING_GROUP = /[0-9A-Fa-f]{3}/;

/** Addresses of IPv6, compressed or not. */
export const findIpv6s: Find = ({ text }) => {
  const found: TextSpan[] = [];
  for (let colon = text.indexOf(":"); colon >= 0;) {
    const next = codeAt(text, colon + 1);
    // Most colons of prose and JSON end here: behind its first one an address goes on.
    if (next !== 0x3a && !isHexDigit(next)) {
      colon = text.indexOf(":", colon + 1);
      continue;
    }
    const start = hasSecondColon(text, colon) ? ipv6StartAt(text, colon) : undefined;
    const end = start === undefined ? undefined : ipv6EndAt(text, start);
    if (start !== undefined && end !== undefined) found.push({ start, end });
    colon = text.indexOf(":", end ?? endOfColons(text, colon));
  }
  return found;
};

/** Whether an address may go on behind its first colon, or begin there: a group has four digits at most. */
function hasSecondColon(text: string, colon: number): boolean {
  for (let at = colon + 1; at <= colon + 5; at++) {
    if (codeAt(text, at) === 0x3a) return true;
  }
  return false;
}

/** Where an address would begin that has its first colon here, or behind it. */
function ipv6StartAt(text: string, colon: number): number {
  let start = colon;
  while (start > 0 && colon - start < MAX_IPV6_LENGTH && isHexDigit(codeAt(text, start - 1))) start--;
  // `ip:2001:db8::1`
  return isInWord(codeAt(text, start - 1)) && text[colon + 1] !== ":" ? colon + 1 : start;
}

function ipv6EndAt(text: string, start: number): number | undefined {
  IPV6.lastIndex = start;
  const match = IPV6.exec(text)?.[0] ?? "";
  // What follows may be punctuation: a colon, or a port after it.
  const address = match.endsWith(":") && !match.endsWith("::") ? match.slice(0, -1) : match;
  const end = start + address.length;
  const isAlone = !isInWord(codeAt(text, start - 1)) && !isInWord(codeAt(text, end));
  return isAlone && TELLING_GROUP.test(address) && isIPv6(address) ? end : undefined;
}

/** The index after the characters that an address here could have. */
function endOfColons(text: string, colon: number): number {
  let end = colon + 1;
  while (codeAt(text, end) === 0x3a || isHexDigit(codeAt(text, end))) end++;
  return end;
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

function isInWord(code: number): boolean {
  return isWord(code) || code === 0x5f;
}
