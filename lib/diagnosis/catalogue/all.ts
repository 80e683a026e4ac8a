// Every entry, by key.
import type { CatalogueEntry } from '../entry.ts';
import { BROWSER } from './browser.ts';
import { DEVICE } from './device.ts';
import { GAPS } from './gaps.ts';
import { GATEWAY } from './gateway.ts';
import { IDENTITY } from './identity.ts';
import { NOTES } from './notes.ts';
import { PAIRING } from './pairing.ts';
import { PROTOCOL } from './protocol.ts';
import { RUNTIME } from './runtime.ts';
import { SIGN_IN } from './sign-in.ts';

export const ENTRIES: readonly CatalogueEntry[] = [
  ...PAIRING,
  ...SIGN_IN,
  ...IDENTITY,
  ...DEVICE,
  ...BROWSER,
  ...PROTOCOL,
  ...GATEWAY,
  ...RUNTIME,
  ...NOTES,
  ...GAPS,
];

const BY_KEY: ReadonlyMap<string, CatalogueEntry> = new Map(ENTRIES.map((entry) => [entry.key, entry]));

/** The entry of a key, exactly. */
export const entryOf = (key: string): CatalogueEntry | undefined => BY_KEY.get(key);
