/** Runs of other programs, with the same objects, queue and endpoint as ours. */
import { TestFolder } from "../../test/world/folder.ts";
import type { Load } from "../data.ts";
import type { RunCost } from "../program_run.ts";
import { Stub } from "../stub_process.ts";
import type { Peer } from "./peer.ts";
import { killTree, type TreeUse, useOfTree } from "./process_tree.ts";

const LOOK_EVERY_MS = 50;
const TIMEOUT_MS = 10 * 60_000;

/** Runs it until every record arrived and the queue is empty, which no peer ends at by itself; throws when that never is. */
export async function measurePeer({ peer, path }: { peer: Peer; path: string }, load: Load): Promise<RunCost> {
  await using stub = await Stub.start({ ...load, source: "queue", forPeer: true });
  await using folder = new TestFolder();
  await using around = new AsyncDisposableStack();
  const { args, env = {} } = await peer.configure({ places: stub.places, folder: folder.path, around });
  const startedMs = performance.now();
  const child = new Deno.Command(path, { args: [...args], env, stdin: "null", stdout: "null", stderr: "piped" })
    .spawn();
  const stderr = new Response(child.stderr).text();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  let wallMs = 0;
  let use: TreeUse;
  try {
    for (let done = false; !done;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const { documents, left } = await stub.progress();
      wallMs = performance.now() - startedMs;
      done = ended || wallMs > TIMEOUT_MS || (documents >= load.records && left === 0);
    }
    use = useOfTree(child.pid);
  } finally {
    killTree(child.pid);
    await status;
  }
  const arrived = await stub.arrived();
  if (arrived.distinct !== load.records || arrived.left !== 0) {
    const said = (await stderr).trim().slice(-1000);
    throw new Error(`not all of ${load.records} records arrived: ${JSON.stringify(arrived)} ${said}`);
  }
  return { ...arrived, ...use, wallMs };
}
