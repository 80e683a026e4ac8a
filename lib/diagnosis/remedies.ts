// Remedies that several entries share, so that the same advice is worded once.
import type { RemedyView } from '../api/shapes.ts';
import type { AttemptFacts } from '../handshakes/attempt.ts';
import { approveCommand, onHost } from './commands.ts';
import type { Place } from './entry.ts';
import { hasHelperCli, needsRestart } from './place.ts';

/** A remedy; the command is left out when there is none. */
export const remedy = (where: RemedyView['where'], text: string, command?: string): RemedyView => ({
  where,
  text,
  ...(command === undefined ? {} : { command }),
});

/** What must follow a change of the address or of the secret, as the CLI of both versions says. */
export const RESTART = ' Restart the gateway afterwards, unless it restarts by itself: openclaw gateway restart.';

/** What must follow a change of lists and switches, as the version's own CLI says it. */
export const restartWords = (place: Place): string => (needsRestart(place) ? RESTART : ' It applies without a restart.');

/**
 * Approving what waits: here, then on the gateway's host. On 2026.4.14 the CLI is a paired device itself, and where its own
 * key is the one that waits, each of its calls replaces the request by one for all six scopes (seen on a real gateway:
 * `devices approve <id>` answers "unknown requestId"; `devices list` and then the id it shows works, by the CLI's local way).
 */
export function approvals(facts: AttemptFacts, place: Place): RemedyView[] {
  const waiting = place.waits?.requestId;
  const out: RemedyView[] = [];
  if (waiting !== undefined)
    out.push(remedy('here', 'Compare what it asks with what it should have, then approve or reject its request here.'));
  const id = waiting ?? facts.requestId;
  const command = approveCommand(place, id);
  if (place.isHostKey && !hasHelperCli(place)) {
    out.push(
      remedy(
        'gateway-host',
        'The CLI signs with this same key, so each call of it replaces the request by one for everything the CLI asks, admin included. List first, then approve the request id that the list shows: openclaw devices approve, followed by that id.',
        onHost(place, 'devices', 'list'),
      ),
    );
    return out;
  }
  const gone = waiting === undefined && id !== undefined;
  if (command !== undefined && !gone)
    out.push(remedy('gateway-host', 'Or approve it on the gateway’s host, as the gateway’s user.', command));
  else
    out.push(
      remedy(
        'gateway-host',
        'Its request no longer waits: it was answered, expired or replaced. Let the client try again and approve the new one; this lists what waits on the gateway’s host.',
        onHost(place, 'devices', 'list'),
      ),
    );
  return out;
}

/** Where the shared token can be read by a person. The command prints nothing secret unless it is run in a terminal. */
export const tokenWhere = (place: Place): RemedyView =>
  hasHelperCli(place)
    ? remedy('gateway-host', 'Read the gateway’s token in a terminal on its host.', onHost(place, 'gateway', 'auth-token', '--show'))
    : remedy(
        'gateway-host',
        'Read the gateway’s token on its host: gateway.auth.token in the file that this names.',
        onHost(place, 'config', 'file'),
      );

/** Points a client on another machine at its environment for the shared secret: no secret in a command or a shell history. */
export const clientSecret = (kind: 'token' | 'password'): RemedyView => {
  const variable = kind === 'token' ? 'OPENCLAW_GATEWAY_TOKEN' : 'OPENCLAW_GATEWAY_PASSWORD';
  return remedy(
    'client',
    `On the client’s machine, put the gateway’s ${kind} into the environment of the client as ${variable}, and let its configuration refer to it.`,
    `openclaw config set gateway.remote.${kind} --ref-provider default --ref-source env --ref-id ${variable}`,
  );
};

/** Asks that an unknown thing is reported. */
export const report = (): RemedyView =>
  remedy('nowhere', 'Please report it with the raw records below: the next version of this page can then explain it.');
