/** The live page in a browser: what it shows of a running program, and how it looks to whom. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { sampleObjects } from "../../src/commands/demo/samples.ts";
import { eventually } from "../world/eventually.ts";
import { freePort } from "../world/ports.ts";
import { startStatusPage } from "../world/status_page.ts";
import { RunningService } from "../world/program.ts";
import { ACCEPT } from "../world/otlp_endpoint.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { browserPath, startBrowser } from "./browser.ts";

const executable = browserPath();
const CANARY = "canary-of-a-prompt";
const MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>";

interface World {
  readonly stage: QueueStage;
  readonly page: Page;
  readonly url: string;
  readonly problems: string[];
  publish(key: string, records: readonly unknown[]): void;
  restart(): Promise<void>;
}

/** Shared: starting a browser takes longer than a test. */
let browser: Browser | undefined;

function browserTest(name: string, body: (world: World) => Promise<void>): void {
  Deno.test({
    name,
    ignore: executable === undefined,
    // The browser stays between the tests.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      browser ??= await startBrowser(executable as string);
      await using stage = await QueueStage.start();
      const port = await freePort();
      const base = stage.config({
        exporter: { retry_on_failure: { initial_interval: "100ms", max_interval: "200ms" } },
      });
      const config = {
        ...base,
        extensions: { status_page: { endpoint: `127.0.0.1:${port}` } },
        service: { ...base.service as Record<string, unknown>, extensions: ["status_page"] },
      };
      let service = await RunningService.start(config);
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("pageerror", ({ message }) => problems.push(message));
      try {
        await body({
          stage,
          page,
          url: `http://127.0.0.1:${port}/`,
          problems,
          publish: (key, records) => void stage.aws.publish(key, records as never),
          async restart() {
            await service.stop();
            service = await RunningService.start(config);
          },
        });
      } finally {
        await context.close();
        await service.stop();
      }
    },
  });
}

/** Invocations of the last minutes, one of them with hostile texts. */
function invocations(): unknown[] {
  const samples = sampleObjects(new Date()).flatMap((object) => object.invocations);
  const hostile = { ...samples[0], modelId: MARKUP, requestId: crypto.randomUUID() };
  const text = JSON.stringify(samples).replaceAll("refund", CANARY);
  return [...JSON.parse(text), hostile];
}

async function figure(page: Page, name: string): Promise<number> {
  const named = page.locator("#figures div").filter({ has: page.getByText(name, { exact: true }) });
  const text = await named.locator("dd.value").textContent();
  return Number((text ?? "").replace(/\D/g, ""));
}

browserTest(
  "it loads fast and small, without errors, and an empty hour says what to do next",
  async ({ page, url, problems }) => {
    let bytes = 0;
    page.on("response", async (response) => {
      if (!response.url().endsWith("/events")) bytes += (await response.body()).length;
    });
    await page.goto(url);
    await page.locator("#empty li").first().waitFor();
    const loadMs = await page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
    assert.ok(bytes > 10_000 && bytes < 300_000, `${bytes} bytes`);
    assert.ok(Number(loadMs) < 5000, `${loadMs} ms, on a machine that may be busy`);
    assert.match(await page.locator("#empty").innerText(), /Invoke a model/);
    assert.deepEqual(problems, []);
  },
);

browserTest("counters move, texts from logs are no markup, and no prompt is there", async (world) => {
  const { page, url, publish, problems } = world;
  const all = invocations();
  await page.goto(url);
  publish("one.json", all);
  await page.locator("#figures").waitFor();
  await eventually(async () => await figure(page, "Invocations") === all.length, {
    what: () => page.locator("#figures").innerText(),
  });
  assert.equal(await figure(page, "Throttled"), 2);
  assert.equal(await figure(page, "Interventions"), 1);
  publish("two.json", invocations().slice(0, 3).map((one) => ({ ...one as object, requestId: crypto.randomUUID() })));
  await eventually(async () => await figure(page, "Invocations") === all.length + 3, {
    what: () => page.locator("#figures").innerText(),
  });
  const text = await page.locator("body").innerText();
  assert.ok(text.includes("alert(1)"), "the hostile model id is shown as a text");
  assert.doesNotMatch(text, new RegExp(CANARY));
  assert.equal(await page.locator("main img, main script").count(), 0);
  await page.locator("#filter").fill("throttling");
  await page.getByText("2 of the newest").waitFor();
  assert.equal(await page.locator("#rows tbody tr").count(), 2);
  assert.deepEqual(problems, []);
});

browserTest(
  "an outage of the endpoint turns its lamp and the sentence, and back",
  async ({ page, url, stage, publish }) => {
    await page.goto(url);
    await page.locator("#state .lamp[data-state=ok]").waitFor();
    stage.endpoint.rule = () => ({ kind: "status", status: 503 });
    publish("one.json", invocations());
    await page.locator(".box[data-id=otlp_http][data-state=failing]").waitFor();
    assert.match(await page.locator("#sentence").innerText(), /otlp_http is failing \(http_503\)/);
    stage.endpoint.rule = () => ACCEPT;
    await page.locator(".box[data-id=otlp_http][data-state=ok]").waitFor();
    await page.locator("#state .lamp[data-state=ok]").waitFor();
  },
);

browserTest("it reconnects after the program restarts", async ({ page, url, restart }) => {
  await page.goto(url);
  await page.locator("#state .lamp[data-state=ok]").waitFor();
  const before = await page.locator("#sentence").innerText();
  // The sentence tells the second of the start.
  const shownMs = Date.now();
  await eventually(() => Date.now() > shownMs + 1000, { what: () => "another second" });
  await restart();
  await eventually(async () => {
    const now = await page.locator("#sentence").innerText();
    return now !== before && now.startsWith("All is well");
  }, { what: () => page.locator("#state").innerText() });
});

browserTest(
  "a phone shows it without scrolling sideways, in both themes with enough contrast, and the keyboard reaches all",
  async (world) => {
    const { page, url, publish } = world;
    publish("one.json", invocations());
    await page.goto(url);
    await page.locator("#rows tbody tr").first().waitFor();
    const axe = await Deno.readTextFile(new URL(import.meta.resolve("axe-core/axe.min.js")));
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const scrolls = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
        assert.equal(scrolls, false, `${colorScheme} ${width}`);
        await page.evaluate(axe);
        const found = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))",
        );
        assert.deepEqual(found, [], `${colorScheme} ${width}`);
      }
    }
    const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    assert.equal(background, "rgb(18, 22, 28)", "the dark theme");
    const reached = new Set<string>();
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press("Tab");
      reached.add(
        String(
          await page.evaluate(
            "document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.className",
          ),
        ),
      );
    }
    for (const place of ["skip", "Models", "Identities", "filter", "Table of the newest invocations"]) {
      assert.ok(reached.has(place), `${place} of ${[...reached]}`);
    }
  },
);

browserTest(
  "what scrolls and has the focus stays while numbers move, and nothing is announced twice",
  async (world) => {
    const { page, url, publish } = world;
    publish("one.json", invocations());
    await page.goto(url);
    await page.setViewportSize({ width: 390, height: 900 });
    await page.getByRole("region", { name: "Models" }).focus();
    await page.evaluate(`
      globalThis.models = document.activeElement;
      models.scrollLeft = 40;
      globalThis.announced = 0;
      new MutationObserver(() => announced++)
        .observe(document.getElementById("matches"), { childList: true, subtree: true })
    `);
    const before = await figure(page, "Invocations");
    publish("two.json", [{ ...invocations()[0] as object, requestId: crypto.randomUUID() }]);
    await eventually(async () => await figure(page, "Invocations") === before + 1, { what: () => "one more" });
    const models = await page.evaluate("[models.isConnected, models.scrollLeft, document.activeElement === models]");
    assert.deepEqual(models, [true, 40, true]);
    // The newest are one more, and are announced; the snapshots after that say the same.
    const shown = await page.locator("#matches").innerText();
    const announced = Number(await page.evaluate("announced"));
    await page.evaluate(`new Promise((done) => {
      let snapshots = 0;
      new EventSource("/events").onmessage = ({ target }) => ++snapshots === 4 && (target.close(), done());
    })`);
    assert.equal(await page.locator("#matches").innerText(), shown);
    assert.equal(await page.evaluate("announced"), announced);
  },
);

browserTest(
  "a program that says nothing any more is not shown as well, and is again once it speaks",
  async ({ page, url }) => {
    await page.clock.install();
    await page.goto(url);
    await page.locator("#state .lamp[data-state=ok]").waitFor();
    await page.evaluate(`
      globalThis.sentences = [];
      new MutationObserver(() => sentences.push(document.getElementById("sentence").textContent))
        .observe(document.getElementById("sentence"), { childList: true, subtree: true })
  `);
    // A minute of the page's clock, in which no event can come.
    await page.clock.fastForward("01:00");
    await eventually(async () => String(await page.evaluate("sentences")).includes("No news since"), {
      what: () => page.evaluate("JSON.stringify(sentences)") as Promise<string>,
    });
    await page.locator("#state .lamp[data-state=ok]").waitFor();
    assert.match(await page.locator("#sentence").innerText(), /^All is well/);
  },
);

browserTest(
  "a link with the token lets in, leaves no token behind, and says when it is the wrong one",
  async ({ page }) => {
    const token = "a-token-of-enough-characters";
    const { page: guarded } = await startStatusPage({ token });
    try {
      const url = `http://127.0.0.1:${guarded.port}/`;
      await page.goto(`${url}#token=another-token-than-that`);
      await page.getByText("This is not the token.").waitFor();
      assert.equal(await page.locator("#live").isVisible(), false);
      assert.equal(page.url(), url);
      // The same page, so that the browser loads nothing.
      await page.goto(`${url}#token=${token}`);
      await page.locator("#live").waitFor();
      assert.equal(page.url(), url);
    } finally {
      await guarded.stop();
    }
  },
);

Deno.test({
  name: "the browser ends",
  ignore: executable === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => await browser?.close(),
});
