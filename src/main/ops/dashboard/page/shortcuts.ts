/** Keys of the page and the list of them. Browser, not a thread of the host. */

import { byId, element } from './dom.ts';

export interface Shortcuts {
  readonly find: () => void;
  readonly announce: () => void;
  readonly drain: () => void;
  readonly unlock: () => void;
  readonly theme: () => void;
  readonly watch: () => void;
}

const KEYS: readonly {
  readonly key: string;
  readonly act: keyof Shortcuts | 'help';
  readonly words: string;
}[] = [
  { key: '/', act: 'find', words: 'find a player' },
  { key: 'w', act: 'watch', words: 'watch the first match of the list' },
  { key: 'a', act: 'announce', words: 'announce something to all players' },
  { key: 'd', act: 'drain', words: 'drain the host, or take that back' },
  { key: 'u', act: 'unlock', words: 'unlock or lock the controls' },
  { key: 't', act: 'theme', words: 'light, dark, or as the system' },
  { key: '?', act: 'help', words: 'this list' },
];

export function startShortcuts(shortcuts: Shortcuts): void {
  const dialog = byId('help-dialog', HTMLDialogElement);
  const help = (): void => dialog.showModal();
  const list = byId('help-keys', HTMLElement);
  for (const { key, words } of [...KEYS, { key: 'Esc', words: 'close what is open' }]) {
    const term = element('dt', {}, element('kbd', { text: key }));
    list.append(term, element('dd', { text: words }));
  }
  byId('help-button', HTMLButtonElement).addEventListener('click', help);
  startCloseButtons();
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const found = KEYS.find(({ key }) => key === event.key);
    if (found === undefined) return;
    event.preventDefault();
    if (found.act === 'help') help();
    else shortcuts[found.act]();
  });
}

function startCloseButtons(): void {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.querySelector('.close')?.addEventListener('click', () => dialog.close());
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
