/** The live page: listens to the program's events and shows each snapshot. */
import type { Snapshot } from "../snapshot.ts";
import { Charts } from "./charts.ts";
import { byId, element, fill, write } from "./dom.ts";
import { Feed } from "./feed.ts";
import { clock, count, timeZone } from "./format.ts";
import { showHour, showNewest, showProcess, showTables } from "./hour.ts";
import { showPipelines } from "./pipelines.ts";
import { Rates } from "./rates.ts";
import { sentenceOf } from "./sentence.ts";

const rates = new Rates();
const charts = new Charts();
const feed = new Feed({ onSnapshot: show, onSilence: showSilence, onRefused: () => void askForToken() });
let last: Snapshot | undefined;

function show(snapshot: Snapshot): void {
  last = snapshot;
  rates.add(snapshot);
  byId("live").hidden = false;
  byId("live").classList.remove("old");
  byId("sign-in").hidden = true;
  say(snapshot.state, sentenceOf(snapshot));
  write(byId("about"), `version ${snapshot.version} · times in ${timeZone()}`);
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

/** The sentence stays the same for as long as nothing comes: a screen reader says each one. */
function showSilence(heardMs: number | undefined): void {
  byId("live").classList.add("old");
  say(
    "starting",
    heardMs === undefined ? "Connecting" : `No news since ${clock(heardMs)}: the program does not answer`,
  );
}

function say(state: string, sentence: string): void {
  document.querySelector("#state .lamp")?.setAttribute("data-state", state);
  document.title = `${state === "ok" ? "●" : "▲"} bedrock-otel`;
  write(byId("sentence"), sentence);
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

/** A refusal ends an EventSource for good: a token is missing, or the program is starting. */
async function askForToken(): Promise<void> {
  const answer = await fetch("/session").catch(() => undefined);
  if (answer?.status !== 401) return void setTimeout(() => feed.open(), 1000);
  byId("sign-in").hidden = false;
  byId("live").hidden = true;
  say("starting", "A token is needed");
}

/** Exchanges the token for a cookie. What comes of it, the events say: they are refused without one. */
async function enter(token: string): Promise<void> {
  const answer = await fetch("/session", { headers: { authorization: `Bearer ${token.trim()}` } }).catch(() =>
    undefined
  );
  const problem = answer === undefined ? "The program does not answer." : answer.ok ? "" : "This is not the token.";
  write(byId("token-problem"), problem);
  feed.open();
}

/** A link may bring the token behind the #, which is sent nowhere; it does not stay there. Whether it did. */
function takeToken(): boolean {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return false;
  history.replaceState(null, "", "/");
  void enter(token);
  return true;
}

byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  void enter(byId<HTMLInputElement>("token").value);
});
byId("filter").addEventListener("input", () => {
  if (last !== undefined) showNewest(last.bedrock, byId<HTMLInputElement>("filter").value);
});

// A link that is opened where the page is shown already loads nothing.
addEventListener("hashchange", takeToken);
if (!takeToken()) feed.open();
