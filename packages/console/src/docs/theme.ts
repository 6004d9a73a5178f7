// Light, dark, or as the system has it: the same choice as in the console.

import { read, write } from '../kit/storage.ts';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const words: Readonly<Record<Theme, string>> = {
  system: 'Theme: as the system; switch to light',
  light: 'Theme: light; switch to dark',
  dark: 'Theme: dark; switch to that of the system',
};

function chosen(): Theme {
  return themes.find((one) => one === read('theme')) ?? 'system';
}

export function putTheme(theme = chosen()): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
}

export function offerThemes(): void {
  const button = document.querySelector<HTMLElement>('[data-theme-switch]');
  const name = document.querySelector('[data-theme-name]');
  if (!button || !name) return;
  const show = (theme: Theme) => {
    putTheme(theme);
    name.textContent = words[theme];
    button.title = words[theme];
  };
  show(chosen());
  button.hidden = false;
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(chosen()) + 1) % themes.length] ?? 'system';
    write('theme', next);
    show(next);
  });
}
