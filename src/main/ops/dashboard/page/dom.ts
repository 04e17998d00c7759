/**
 * Elements made and changed: all text goes through textContent, so nothing that a player or host is called can become
 * markup. Browser, not a thread of the host.
 */

import type { Tone } from './tone.ts';

export interface ElementOptions {
  readonly className?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: () => void;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  const { className, text, title, attributes, onClick } = options;
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (title !== undefined) made.title = title;
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  if (onClick !== undefined) made.addEventListener('click', onClick);
  made.append(...children);
  return made;
}

/** The element of index.html with that id; throws where the page and its scripts do not fit together. */
export function byId<Type extends HTMLElement>(id: string, type: abstract new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`Cannot find the element "${id}"`);
}

/** Writes only what differs: a status region that is written anew is read aloud anew. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setTone(node: HTMLElement, tone: Tone | undefined): void {
  if (tone === undefined) delete node.dataset['tone'];
  else node.dataset['tone'] = tone;
}

/** A bar of `share`, 0 to 1, of its width. */
export function setBar(bar: HTMLElement, share: number, tone: Tone): void {
  const fill = bar.firstElementChild;
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  if (fill instanceof HTMLElement) fill.style.width = `${percent}%`;
  bar.setAttribute('aria-valuenow', String(percent));
  setTone(bar, tone);
}

/** One item on the page. */
export interface RowView<Item> {
  readonly node: HTMLElement;
  update(item: Item): void;
}

export interface ListOptions<Item> {
  readonly keyOf: (item: Item) => string;
  readonly create: (item: Item) => RowView<Item>;
  /** Words that stand where the list would be while it is empty. */
  readonly empty?: HTMLElement;
}

/** Keeps the children of `parent` in step with a list: rows stay the same nodes, so focus and selection stay too. */
export function keyedList<Item>(
  parent: HTMLElement,
  { keyOf, create, empty }: ListOptions<Item>,
): (items: readonly Item[]) => void {
  const rows = new Map<string, RowView<Item>>();
  return (items) => {
    const wanted = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (wanted.has(key)) continue;
      row.node.remove();
      rows.delete(key);
    }
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      const row = rows.get(key) ?? create(item);
      rows.set(key, row);
      row.update(item);
      if (parent.children[index] !== row.node) {
        parent.insertBefore(row.node, parent.children[index] ?? null);
      }
    }
    if (empty !== undefined) {
      empty.hidden = items.length > 0;
      const table = parent.closest<HTMLElement>('.scroll');
      if (table !== null) table.hidden = items.length === 0;
    }
  };
}

/** A row of a table made of plain cells: `texts` gives their words, in order. */
export function textRow<Item>(
  classNames: readonly string[],
  texts: (item: Item) => readonly string[],
): RowView<Item> {
  const cells = classNames.map((className) => element('td', { className }));
  return {
    node: element('tr', {}, ...cells),
    update: (item) => {
      for (const [index, text] of texts(item).entries()) {
        const cell = cells[index];
        if (cell !== undefined) setText(cell, text);
      }
    },
  };
}
