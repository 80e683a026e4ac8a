// What follows when an operator, a password or a passkey is removed, said before it is done.
import type { CredentialView, OperatorView } from '#lib/api/operator-shapes.ts';
import { listWords } from '../parts/scope-words.ts';

/** A name as one word of a shell, whatever it holds. */
const shellWord = (name: string): string => (/^[\w.@][\w.@-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

/** The command that prints a link for this operator: without the name it lets in the first admin. */
export const linkCommand = (name: string | undefined): string =>
  `npm run gatehouse -- link${name === undefined ? '' : ` ${shellWord(name)}`}`;

export const credentialName = ({ kind, name }: Pick<CredentialView, 'kind' | 'name'>): string =>
  kind === 'password' ? 'the password' : `the passkey ${name}`;

/** How its owner signs in once `removed` is gone; `last` when only a link of the terminal is left. */
export function waysLeft(all: readonly CredentialView[], removed: string): { text: string; last: boolean } {
  const left = all.filter(({ id }) => id !== removed).map(credentialName);
  if (left.length > 0) return { text: `Afterwards you sign in with ${listWords(left)}.`, last: false };
  return {
    text: 'This is your only way to sign in. Afterwards only a link of the terminal lets you in, for whoever can run this where Gatehouse runs:',
    last: true,
  };
}

/** What becomes of an operator who is removed, a sentence each. */
export function removalWords({ name, state, you }: Pick<OperatorView, 'name' | 'state' | 'you'>): string[] {
  if (state === 'invited') return [`The invitation of ${name} works no more.`, `To let ${name} in later, invite again.`];
  return [
    you ? 'This is you: you are signed out at once, in every browser.' : `Every session of ${name} ends at once.`,
    `The ways in of ${name} are dropped, and the tokens and invitations that ${you ? 'you' : name} made stop working.`,
    `This cannot be taken back: ${name} would be invited anew. "Lock out" can be.`,
    `What ${name} did stays in Activity, by name.`,
  ];
}
