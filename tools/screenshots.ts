/**
 * Makes the screenshots of the live page in `docs/images`: `deno task screenshots`. It runs the demo, and needs Chromium
 * (`apt-get install -y chromium`).
 */
import { browserPath, startBrowser } from "../test/peers/browser.ts";

/** Until the demo has something of everything to show, before its first outage. */
const BUSY_MS = 15_000;

const executable = browserPath();
if (executable === undefined) Deno.exit(0);

const demo = new Deno.Command(Deno.execPath(), {
  args: ["run", "-q", "-P=demo", "--no-prompt", "src/main.ts", "demo", "--keep"],
  stdout: "piped",
  stdin: "null",
}).spawn();
const browser = await startBrowser(executable);
try {
  const url = await addressOf(demo.stdout);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1500 } });
  await page.goto(url);
  await page.waitForTimeout(BUSY_MS);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(500);
    await page.screenshot({ path: `docs/images/live-page-${colorScheme}.png` });
  }
  await page.locator("#state .lamp[data-state=failing]").waitFor({ timeout: 60_000 });
  await page.setViewportSize({ width: 390, height: 900 });
  await page.screenshot({ path: "docs/images/live-page-outage-phone.png" });
} finally {
  await browser.close();
  demo.kill("SIGINT");
  await demo.status;
}

/** The address that the demo prints; what comes after it is read and dropped. */
async function addressOf(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = output.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot make screenshots: the demo printed no address, only ${text}`);
    text += decoder.decode(value, { stream: true });
    const url = /^Live page: (\S+)\n/m.exec(text)?.[1];
    if (url === undefined) continue;
    void (async () => {
      while (!(await reader.read()).done);
    })();
    return url;
  }
}
