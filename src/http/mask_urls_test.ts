import assert from "node:assert/strict";
import { maskUrls, maskUrlValue } from "./mask_urls.ts";

Deno.test("of a URL in a text neither user and password nor the values of its query show", () => {
  const cases: Readonly<Record<string, string>> = {
    "https://host/v1?token=canary": "https://host/v1?token=****",
    "https://host?canary": "https://host?****",
    "https://host/?a=canary&b=canary;c=canary#canary": "https://host/?a=****&b=****;c=****#****",
    "https://host/#access_token=canary": "https://host/#access_token=****",
    "https://host/?token=can=ary?x&u=": "https://host/?token=****&u=****",
    'got "https://user:canary@host:1/p", and http://canary@[::1]:2':
      'got "https://****@host:1/p", and http://****@[::1]:2',
    "https://user:can/ary@host/": "https://****",
    "https://user:can@ary@host/": "https://****@host/",
    "socks5://u:canary@proxy:1080": "socks5://****@proxy:1080",
    "user:canary@proxy:3128": "****@proxy:3128",
    "https://b.s3.amazonaws.com/k?X-Amz-Signature=canary&X-Amz-Credential=canary": //
      "https://b.s3.amazonaws.com/k?X-Amz-Signature=****&X-Amz-Credential=****",
    "https://u:ca'nary@host/p": "https://****@host/p",
    "'https://u:canary@host/p', and": "'https://****@host/p', and",
    "http://u:canary@a:1,http://v:canary@b?k=canary": "http://****@a:1,http://****@b?k=****",
    "https://gateway/https://u:canary@host/": "https://gateway/https://****@host/",
    // Nothing secret.
    "https://host:4318/v1/logs": "https://host:4318/v1/logs",
    "http://[::1]:4318/@scope": "http://[::1]:4318/@scope",
    "https://host:443/@scope": "https://host:443/@scope",
    "s3://bucket/key?a=b": "s3://bucket/key?a=b",
    "arn:aws:iam::1:user/a@b": "arn:aws:iam::1:user/a@b",
    "expected an http:// or https:// URL": "expected an http:// or https:// URL",
    "is it? a=b": "is it? a=b",
  };
  for (const [text, masked] of Object.entries(cases)) assert.equal(maskUrls(text), masked);
});

Deno.test("a value that is a URL is one to its end, also where it is none", () => {
  const cases: Readonly<Record<string, string>> = {
    "https://u:can ary@host/": "https://****@host/",
    'https://u:"canary"@host/': "https://****@host/",
    "https://u:<canary>@host/": "https://****@host/",
    "//u:canary@host": "//****@host",
    "https:/u:canary@host": "https:/****@host",
    'https://host/"?token=canary': 'https://host/"?token=****',
    'https://host/?token="canary"': "https://host/?token=****",
    "\thttps://u:can ary@a, https://u:canary@b": "\thttps://****@a, https://****@b",
    "user:canary@proxy:3128": "****@proxy:3128",
    'see https://u:canary@host/ and "https://host/?k=canary"': 'see https://****@host/ and "https://host/?k=****"',
    // Nothing secret.
    "/etc/ssl/a@b.pem": "/etc/ssl/a@b.pem",
    "s3://bucket/a@b?c=d": "s3://bucket/a@b?c=d",
    "arn:aws:iam::1:user/a@b": "arn:aws:iam::1:user/a@b",
    "${env:A:-http://localhost:4318}": "${env:A:-http://localhost:4318}",
  };
  for (const [text, masked] of Object.entries(cases)) assert.equal(maskUrlValue(text), masked);
});
