/** The live page: listens to the program's events and shows each snapshot. */
import type { Snapshot } from "../snapshot.ts";
import { Charts } from "./charts.ts";
import { byId, element, fill } from "./dom.ts";
import { clock, count, duration, timeZone } from "./format.ts";
import { showHour, showNewest, showProcess, showTables } from "./hour.ts";
import { showPipelines } from "./pipelines.ts";
import { Rates } from "./rates.ts";

const rates = new Rates();
const charts = new Charts();
let last: Snapshot | undefined;

function show(snapshot: Snapshot): void {
  last = snapshot;
  rates.add(snapshot);
  byId("live").hidden = false;
  byId("sign-in").hidden = true;
  say(snapshot.state, sentenceOf(snapshot));
  byId("about").textContent = `version ${snapshot.version} · times in ${timeZone()}`;
  showPipelines(byId("pipelines"), snapshot, rates);
  showProcess(snapshot);
  const { bedrock } = snapshot;
  const isEmpty = bedrock.totals.invocations === 0;
  byId("hour").hidden = isEmpty;
  byId("empty").hidden = !isEmpty;
  byId("newest-section").hidden = bedrock.newest.length === 0;
  if (isEmpty) showEmpty(snapshot);
  else {
    showHour(bedrock);
    charts.show(bedrock);
    showTables(bedrock);
  }
  showNewest(bedrock, byId<HTMLInputElement>("filter").value);
}

function sentenceOf({ state, pipelines, startedMs }: Snapshot): string {
  const failing = pipelines.flatMap(({ components }) => components).find((one) => one.state === "failing");
  if (failing !== undefined) {
    return `${failing.id} is failing (${failing.reason ?? "unknown"}) since ${clock(failing.sinceMs)}`;
  }
  return state === "ok"
    ? `All is well, running since ${clock(startedMs)}`
    : state === "starting"
    ? "Starting"
    : "Stopping";
}

/** Only when it changes: a screen reader says it. */
function say(state: string, sentence: string): void {
  document.querySelector("#state .lamp")?.setAttribute("data-state", state);
  document.title = `${state === "ok" ? "●" : "▲"} bedrock-otel`;
  if (byId("sentence").textContent !== sentence) byId("sentence").textContent = sentence;
}

function showEmpty({ readsInvocations, bedrock: { older }, pipelines }: Snapshot): void {
  const queued = pipelines.flatMap(({ components }) => components).reduce(
    (sum, { queue }) => sum + (queue?.messages ?? 0),
    0,
  );
  fill(byId("empty"), [readsInvocations, older, queued], () =>
    readsInvocations
      ? [
        element("h3", {}, "No invocation of the last hour has been delivered yet"),
        older > 0 ? element("p", {}, `${count(older)} older invocations were delivered.`) : null,
        queued > 0
          ? element("p", {}, `${count(queued)} messages wait in the queue: the first should show up soon.`)
          : null,
        element(
          "ol",
          {},
          element("li", {}, "Invoke a model in the account. Bedrock writes its log within a few minutes."),
          element(
            "li",
            {},
            "Nothing after ten minutes? Check that Bedrock's model invocation logging is on, in each region that you use.",
          ),
          element("li", {}, "A receiver above that is failing says why in one word; the program's log says more."),
        ),
      ]
      : [
        element("h3", {}, "No pipeline reads invocations"),
        element(
          "p",
          {},
          "Only deliveries are shown. Add the processor ",
          element("code", {}, "bedrock"),
          " to a pipeline of logs to see models, tokens and latency here.",
        ),
      ]);
}

function listen(): void {
  const source = new EventSource("/events");
  source.addEventListener("message", ({ data }) => show(JSON.parse(data)));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) void askForToken();
    else {say(
        "starting",
        last === undefined ? "Connecting" : `Connection lost, last news ${duration(Date.now() - last.nowMs)} ago`,
      );}
  });
}

/** A refusal ends an EventSource for good: a token is missing, or the program is starting. */
async function askForToken(): Promise<void> {
  const answer = await fetch("/session").catch(() => undefined);
  if (answer?.status !== 401) return void setTimeout(listen, 1000);
  byId("sign-in").hidden = false;
  byId("live").hidden = true;
  say("starting", "A token is needed");
}

async function enter(token: string): Promise<void> {
  const answer = await fetch("/session", { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
  byId("token-problem").textContent = answer?.ok ? "" : "This is not the token. Look for spaces around it.";
  if (answer?.ok) listen();
}

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  void enter(byId<HTMLInputElement>("token").value);
});
byId("filter").addEventListener("input", () => {
  if (last !== undefined) showNewest(last.bedrock, byId<HTMLInputElement>("filter").value);
});

// A link may bring the token behind the #, which is sent nowhere; it does not stay there.
const brought = new URLSearchParams(location.hash.slice(1)).get("token");
if (brought !== null) {
  history.replaceState(null, "", "/");
  await enter(brought);
} else listen();
