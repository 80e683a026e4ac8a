// What an act on a device does, breaks and came to, in words. Browser-safe.
import type { DeviceActInput, DeviceActKind, DeviceActView } from '../../api/device-shapes.ts';
import type { PairedDevice } from '../../gateway/records.ts';
import { addedScopes, normaliseScopes, shortScopes } from '../../gateway/scopes.ts';

type Token = PairedDevice['tokens'][number];

/** The one word for each outcome, wherever it is told. */
export const DEVICE_ACT_WORDS: Record<DeviceActView['state'], string> = {
  asking: 'asking the gateway',
  done: 'done',
  failed: 'not done',
  unknown: 'not known yet',
  undone: 'came back by itself',
};

/** The name of each act in the activity. */
export const ACT_ENTRIES: Record<DeviceActKind, string> = {
  rename: 'device.renamed',
  rotate: 'device.token-rotated',
  narrow: 'device.token-narrowed',
  revoke: 'device.token-revoked',
};

const short = (scopes: readonly string[]) => shortScopes(normaliseScopes(scopes));

/** What an act will do, in one sentence. */
export function whatWords(act: DeviceActKind, token: Token | undefined, scopes: readonly string[]): string {
  switch (act) {
    case 'rename':
      return 'The gateway keeps a name of yours for it and shows that in place of the name that the client gives itself.';
    case 'rotate':
      return `Its ${token?.role ?? ''} token is replaced by a new one with the same scopes (${short(token?.scopes ?? [])}).`;
    case 'narrow':
      return `Its ${token?.role ?? ''} token is replaced by one with ${short(scopes)} alone; it loses ${short(addedScopes(scopes, token?.scopes ?? []))}.`;
    case 'revoke':
      return `Its ${token?.role ?? ''} token is taken away; the row and its grant stay. ${BARRED}`;
  }
}

/** Who loses what. `waiting` are the scopes of each request of the device for this role that waits. */
export function breakWords(
  act: DeviceActKind,
  row: Pick<PairedDevice, 'connected' | 'label'>,
  token: Token | undefined,
  waiting: readonly (readonly string[])[],
): string[] {
  if (act === 'rename') return row.label === undefined ? ['A name can be replaced later, but not taken off again.'] : [];
  const role = token?.role ?? '';
  const out: string[] = [];
  if (row.connected !== false)
    out.push(`${row.connected ? 'It is connected now: its' : 'Its'} connections with role ${role} are closed at once.`);
  const inVain = 'tries again and again and is told of a token mismatch';
  if (act === 'revoke') out.push(`A client that holds only this token is locked out: it ${inVain}, until a person lets it in again.`);
  else if (token?.lastUsedAtMs === undefined)
    out.push(
      'No sign-in with this token is told. A client with the shared secret is handed the new one by itself; one that holds only the token is locked out.',
    );
  else
    out.push(
      `It has signed in with this token. Should it hold nothing else, it is locked out: it ${inVain}, until it connects once with the shared secret or is removed and paired anew. The new token is shown to nobody, here neither.`,
    );
  for (const scopes of waiting)
    out.push(
      `A request of it waits (${short(scopes)}) and stays. Approving it makes a new token${act === 'revoke' ? ', and the revocation is gone' : act === 'narrow' ? ' that is as wide as what is approved' : ''}.`,
    );
  return out;
}

type Done = { input: DeviceActInput; view: Pick<DeviceActView, 'role'> };

const LOOSE = 'It may come back by itself, since this gateway cannot keep it so: later lists are watched for that.';

/** The list shows that it was done. `loose`: nothing on the gateway keeps it so. */
export const doneWords = (act: Done & { before?: { loose?: boolean | undefined } }): string =>
  act.before?.loose === true && act.input.act !== 'rotate' ? `${shownWords(act)} ${LOOSE}` : shownWords(act);

function shownWords({ input, view }: Done): string {
  const token = `Its ${view.role ?? ''} token`;
  switch (input.act) {
    case 'rename':
      return `Renamed to “${input.label ?? ''}”.`;
    case 'rotate':
      return `${token} was rotated and the old one is dead; it holds ${short(input.tokenScopes ?? [])} as before.`;
    case 'narrow':
      return `${token} holds ${short(input.scopes ?? [])} alone; it lost ${short(addedScopes(input.scopes ?? [], input.tokenScopes ?? []))}.`;
    case 'revoke':
      return `${token} was revoked; the row keeps its grant. ${BARRED}`;
  }
}

/** The row lists no token of the role any more. */
export const noTokenWords = ({ input, view }: Done): string =>
  `The list shows no ${view.role ?? ''} token of it any more.${input.act === 'revoke' ? ` ${BARRED}` : ''}`;

/** The list shows something else than what was done. `row` is what is listed now. */
export function undoneWords({ input, view }: Done, row: PairedDevice, isAnew: boolean): string {
  if (input.act === 'rename') {
    const now = row.label === undefined ? 'has no name from here any more' : `is called “${row.label}” now`;
    return isAnew ? `Renamed, but it was paired anew since and ${now}.` : `Renamed, but it ${now}. Nobody did that here.`;
  }
  const token = row.tokens.find((t) => t.role === view.role);
  const now = token === undefined ? 'has no such token now' : `holds a token with ${short(token.scopes)} again`;
  const how = isAnew ? 'was paired anew since and' : 'came back by itself:';
  return `${input.act === 'revoke' ? 'Revoked' : 'Narrowed'}, but it ${how} it ${now}. Nobody decided that here.`;
}

/** Of a key that was turned away. */
export const BARRED = 'No rule approves its key until a person does.';

export const ASKING = 'Asked the gateway; no answer yet.';
export const UNREAD = 'The gateway answered yes, but its list could not be read afterwards.';
export const UNCHANGED = 'The gateway answered yes, and its list shows the device as it was.';
export const NO_ANSWER = 'No answer came.';
export const NOTHING_DONE = 'The list shows the device as it was: nothing was done, and it is not tried again by itself.';
export const GONE = 'The device was removed meanwhile: the gateway does not list it any more.';
export const PAIRED_ANEW = 'The device was removed and paired anew meanwhile: this was about another pairing.';
export const OTHERWISE = 'The list shows something else than what was asked for, and it is not tried again by itself.';
