/** Light, dark or as the system: kept in localStorage, which holds nothing else. Browser, not a thread of the host. */

import { byId, setText } from './dom.ts';

const KEY = 'longhouse.theme';
const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const WORDS: Readonly<Record<Theme, string>> = { auto: 'Auto', light: 'Light', dark: 'Dark' };

/** `onChange`: colors are others now; what is painted and not styled must be painted anew. */
export function startTheme(onChange: () => void): { next(): void } {
  const button = byId('theme-button', HTMLButtonElement);
  let theme = THEMES.find((known) => known === localStorage.getItem(KEY)) ?? 'auto';
  const apply = (): void => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    setText(button, WORDS[theme]);
    const word = theme === 'auto' ? 'as the system' : theme;
    button.setAttribute('aria-label', `Color theme: ${word}`);
    button.title = 'Color theme (t)';
    onChange();
  };
  const next = (): void => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    localStorage.setItem(KEY, theme);
    apply();
  };
  button.addEventListener('click', next);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
  return { next };
}

/** The value that a color of style.css has now, as the canvas takes it. */
export function colorOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
