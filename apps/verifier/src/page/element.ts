/** Elements without markup from strings: the page's policy knows no way to make any. */

/** What an element is made with. */
export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

type Child = Node | string | undefined;

/** Makes an element. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (options.class !== undefined) element.className = options.class;
  if (options.text !== undefined) element.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A list of sentences. */
export function makeList(sentences: readonly string[]): HTMLUListElement {
  return make('ul', { class: 'sentences' }, ...sentences.map((text) => make('li', { text })));
}

/** Names and values; long values wrap anywhere. */
export function makeFacts(
  facts: readonly (readonly [name: string, value: string | Node | undefined, isCode?: boolean])[],
): HTMLDListElement {
  const list = make('dl', { class: 'facts' });
  for (const [name, value, isCode] of facts) {
    if (value === undefined || value === '') continue;
    list.append(make('dt', { text: name }), make('dd', { class: isCode === true ? 'mono' : '' }, value));
  }
  return list;
}
