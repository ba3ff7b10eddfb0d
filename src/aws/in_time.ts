import { abortable, LinkedAbort } from "../async/abortable.ts";

export interface InTimeOptions {
  /** Longest wait for the whole answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What a call of the AWS SDK is sent with. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/** Makes a call with a limit on the whole of it: the SDK's own ends where the answer begins, and is switched off. */
export async function inTime<T>(
  send: (options: SendOptions) => Promise<T>,
  { timeoutMs, signal = NEVER }: InTimeOptions,
): Promise<T> {
  using abort = new LinkedAbort(signal);
  const timer = setTimeout(() => abort.abort(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await abortable(send({ abortSignal: abort.signal, requestTimeout: 0 }), abort.signal);
  } finally {
    clearTimeout(timer);
  }
}

const NEVER = new AbortController().signal;
