// The themes as commands, the same words wherever one is chosen.
import type { Theme } from './theme.ts';

export const THEME_WORDS: Record<Theme, string> = {
  system: "Follow the system's theme",
  light: 'Use the light theme',
  dark: 'Use the dark theme',
};
