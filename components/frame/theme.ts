// The reader's choice of light, dark or the system's; kept in a cookie so that the server renders it and nothing flashes.

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const A_YEAR_MS = 365 * 24 * 3_600_000;

/** The theme this page shows now. */
export function currentTheme(): Theme {
  const value = document.documentElement.dataset.theme;
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** Shows a theme at once and keeps it for a year. Reads the clock only for the end of that year. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  // Plain http addresses other than localhost have no cookie store; there the choice lasts until the page is loaded again.
  if ('cookieStore' in window) {
    const expires = Date.now() + A_YEAR_MS;
    void window.cookieStore.set({ name: 'gatehouse-theme', value: theme, path: '/', sameSite: 'strict', expires });
  }
}
