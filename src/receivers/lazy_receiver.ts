import type { Receiver, ReceiverResult } from "../component/component.ts";

/**
 * A receiver whose code is loaded when it starts. The clients of an AWS service take time and memory, which those who do not read from it
 * need not spend.
 */
export class LazyReceiver implements Receiver {
  readonly #load: () => Promise<Receiver>;
  readonly #finished = Promise.withResolvers<ReceiverResult>();
  #loading: Promise<Receiver> | undefined;
  #isStopped = false;

  constructor(load: () => Promise<Receiver>) {
    this.#load = load;
    // Whoever starts the receiver may look at its end later.
    this.#finished.promise.catch(() => {});
  }

  get finished(): Promise<ReceiverResult> {
    return this.#finished.promise;
  }

  async start(): Promise<void> {
    if (this.#isStopped) return;
    this.#loading = this.#load();
    const receiver = await this.#loading;
    this.#finished.resolve(receiver.finished);
    if (!this.#isStopped) await receiver.start();
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#isStopped = true;
    const receiver = await this.#loading?.catch(() => undefined);
    if (receiver === undefined) this.#finished.resolve({ undelivered: 0 });
    await receiver?.stop(deadline);
  }
}
