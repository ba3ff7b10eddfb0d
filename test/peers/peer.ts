/** Another program that tests need: where it is, or why it is not to be had. */
export type Peer = { readonly path: string } | { readonly skipped: string };

/** Defines a test that needs other programs; where one of them is not to be had it is skipped, and its name says why. */
export function peerTest(
  name: string,
  peers: readonly Peer[],
  fn: (test: Deno.TestContext, ...paths: string[]) => Promise<void>,
): void {
  const skipped = peers.flatMap((peer) => "skipped" in peer ? [peer.skipped] : []);
  const paths = peers.flatMap((peer) => "path" in peer ? [peer.path] : []);
  const ignore = skipped.length > 0;
  Deno.test({ name: ignore ? `skipped: ${skipped}: ${name}` : name, ignore, fn: (test) => fn(test, ...paths) });
}
