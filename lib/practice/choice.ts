// When the practice gateway is met, and where its record goes: never beside the record of a real gateway.
import { join } from 'node:path';
import { discoverGateway } from '../gateway/discover.ts';
import type { Env, Settings } from '../settings.ts';

/** Only when it was asked for, or when this machine shows no sign of a gateway at all. Decided once, at start. */
export function choosePractice({ settings, env, home }: { settings: Settings; env: Env; home: string }): boolean {
  return settings.practice || discoverGateway({ env, home, settings }).kind === 'none';
}

/** The data folder of a practice console: rules and decisions made there must not be found under a real gateway. */
export const practiceFolder = (dataDir: string): string => join(dataDir, 'practice');
