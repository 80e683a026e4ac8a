// Rights in words, the same wherever they stand.
import type { OperatorView, SignInWay } from '#lib/api/operator-shapes.ts';
import type { Right } from '#lib/auth/rights.ts';

export const RIGHT_WORDS: Record<Right, { word: string; means: string }> = {
  viewer: { word: 'viewer', means: 'Sees everything, changes nothing.' },
  approver: { word: 'approver', means: 'Decides what waits: approve, reject, undo, open a window, switch automation off.' },
  admin: { word: 'admin', means: 'Changes rules, gateways, devices, operators and tokens, and switches automation on.' },
};

/** The rights that can be given; reading is everybody's. */
export const GIVEN: readonly Right[] = ['approver', 'admin'];

/** "approver and admin", "viewer". */
export function rightsWords(rights: readonly Right[]): string {
  const given = GIVEN.filter((right) => rights.includes(right)).map((right) => RIGHT_WORDS[right].word);
  return given.length === 0 ? RIGHT_WORDS.viewer.word : given.join(' and ');
}

/** Why something cannot be done by whoever lacks the right. */
export const lacksWords = (right: Right): string => `This needs the right ${RIGHT_WORDS[right].word}. Ask an operator who is admin.`;

export const WAY_WORDS: Record<SignInWay, string> = {
  password: 'by password',
  passkey: 'by passkey',
  link: 'by a link',
  setup: 'at the set-up',
  proxy: 'by the proxy',
};

/** How an operator can sign in, in a few words. */
export function credentialWords({ credentials: { passkeys, password }, state }: Pick<OperatorView, 'credentials' | 'state'>): string {
  if (state === 'invited') return 'Has not taken the invitation yet';
  const keys = passkeys === 0 ? [] : [passkeys === 1 ? 'one passkey' : `${passkeys} passkeys`];
  const all = [...keys, ...(password ? ['a password'] : [])];
  return `Signs in with ${all.length === 0 ? 'links of the terminal only' : all.join(' and ')}`;
}
