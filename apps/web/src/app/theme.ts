/** Dark, light, or as the system wishes; remembered in this browser. */

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
const storageKey = 'strongroom.theme';

export function readTheme(): Theme {
  const chosen = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === chosen) ?? 'system';
}

/** Shows the remembered theme. Called before the first paint. */
export function applyTheme(theme: Theme = readTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  applyTheme(theme);
}
