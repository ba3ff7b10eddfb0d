/// <reference lib="dom" />
type Child = Node | string | null;

/** An element. Texts become text nodes, so that nothing from a log is ever markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElement {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...children.filter((child) => child !== null));
  return created;
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no ${id}`);
  return found as T;
}

/** Writes a text where it is another: a screen reader says each change, and a selection ends with it. */
export function write(parent: HTMLElement, text: string): void {
  if (parent.textContent !== text) parent.textContent = text;
}

const shown = new WeakMap<HTMLElement, string>();

/** Fills an element again, only when `key` says that something changed: focus and selection stay where they are. */
export function fill(parent: HTMLElement, key: unknown, children: () => Child[]): void {
  const text = JSON.stringify(key);
  if (shown.get(parent) === text) return;
  shown.set(parent, text);
  parent.replaceChildren(...children().filter((child) => child !== null));
}
