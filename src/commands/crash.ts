import { FAILED } from "./command.ts";
import { note } from "./terminal.ts";

/**
 * From now on an error that nobody caught ends the program with its kind and place. Deno would print its message and those of
 * its causes, which may quote a record or a key.
 */
export function withholdTextsOfCrashes(): void {
  const end = (event: Event, error: unknown) => {
    event.preventDefault();
    note(crashText(error));
    Deno.exit(FAILED);
  };
  globalThis.addEventListener("unhandledrejection", (event) => end(event, event.reason));
  globalThis.addEventListener("error", (event) => end(event, event.error));
}

const FRAME = /^ {4}at .*:\d+:\d+\)?$/;

/** What is said of an error that nobody caught. */
export function crashText(error: unknown): string {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error("");
  const kind = /^[A-Z][A-Za-z]{0,63}$/.test(name) ? name : "Error";
  const frames = stack.slice(stack.indexOf(message) + message.length).split("\n").filter((line) => FRAME.test(line));
  return `A mistake in bedrock-otel ended it: ${kind}. Its text is not shown, as it may quote a record. Please report:\n${
    frames.join("\n")
  }\n`;
}
