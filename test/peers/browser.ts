/** Debian's Chromium, driven by playwright-core. */
import { type Browser, chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Where the browser is; undefined, said aloud, where there is none. */
export function browserPath(): string | undefined {
  const path = PATHS.find((one) => {
    try {
      return Deno.statSync(one).isFile;
    } catch {
      return false;
    }
  });
  if (path === undefined) {
    const line = "skipped: the tests of the live page, no chromium found (apt-get install -y chromium)\n";
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  }
  return path;
}

/** Starts it, with a profile of its own. */
export async function startBrowser(executablePath: string): Promise<Browser> {
  return await chromium.launch({ executablePath, args: ARGS });
}
