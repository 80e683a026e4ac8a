// Whether removing a device holds, as measured on real gateways with a client that asks again (docs/taking-back.md has the figures).
// Removing is the one way back: on both versions a token that was rotated to fewer scopes or revoked leaves the row with its full grant.
import type { Enforcement } from '../api/grant-shapes.ts';
import type { Whereabouts } from './where.ts';

/** What decides about the way back, of one gateway and one device. */
export type WayBack = {
  /** Of the wire; undefined before the gateway was reached. 3 is 2026.4.x, 4 is 2026.9.x. */
  protocol: number | undefined;
  /** `gateway.nodes.pairing.autoApproveLocal`; undefined where it is not set or not known. */
  autoApproveLocal: boolean | undefined;
  /** What the shared secret is. `other`: callers sign in by something else as well, which was not measured. Undefined: not known. */
  secret: 'token' | 'password' | 'other' | undefined;
  whereabouts: Whereabouts;
  remoteIp: string | undefined;
  /** Of its row, 2026.9.x: how the gateway admitted it. */
  approvedVia: string | undefined;
};

/** Ways in which 2026.9.x pairs a device from elsewhere without asking anybody. */
const WITHOUT_ASKING: ReadonlySet<string> = new Set(['trusted-cidr', 'ssh-verified']);

/** Whether a gateway pairs a client on its own host by itself. What is not known counts as yes. */
function pairsLocalByItself({ protocol, autoApproveLocal }: WayBack): boolean {
  return protocol === undefined || protocol < 4 || autoApproveLocal !== false;
}

function newSecret({ secret, protocol, autoApproveLocal }: WayBack): string {
  const field = secret === 'password' ? 'gateway.auth.password' : 'gateway.auth.token';
  const ask =
    protocol !== undefined && protocol >= 4 && autoApproveLocal !== false
      ? ' Let the gateway ask first: `openclaw config set gateway.nodes.pairing.autoApproveLocal false`.'
      : '';
  return (
    `${ask} To keep it out, run on the gateway’s host: \`openclaw config set ${field} NEW-SECRET\`, then \`openclaw gateway restart\`,` +
    ' and give the new secret to nobody who may not come back. Devices with a token of their own stay connected without it.'
  );
}

/**
 * Whether a removal keeps a device out, and why, with what to do beside it; commands stand between backticks. Pure.
 * Measured on 2026.4.14 and 2026.9.6: the removed device's connections are closed (4001) and its own token is dead in every case.
 */
export function enforcementOf(way: WayBack): { enforcement: Enforcement; why: string } {
  const { whereabouts } = way;
  if (whereabouts === 'host-key')
    return {
      enforcement: 'until-next-connect',
      why: pairsLocalByItself(way)
        ? 'This is the key of the gateway’s own host. The next command or agent there pairs it again, unasked, with what it then wants. They read the shared secret in the gateway’s own configuration, so a new one does not keep them out.'
        : 'This is the key of the gateway’s own host. It waits for a person when it asks to pair, but the commands and agents there do not need that: they come in unseen with the shared secret, which they read in the gateway’s own configuration.',
    };
  if (way.approvedVia !== undefined && WITHOUT_ASKING.has(way.approvedVia))
    return {
      enforcement: 'until-next-connect',
      why: `The gateway admitted it by itself (${way.approvedVia}) and does so again at its next connection, until its configuration says otherwise.`,
    };
  const shared = way.secret === 'token' || way.secret === 'password';
  if (whereabouts === 'remote' && shared)
    return {
      enforcement: 'enforced',
      why: `It was only seen from ${way.remoteIp ?? 'elsewhere'}. From there it must ask again, also with the shared secret, and a person decides. Should it also reach the gateway on its own host with the shared secret, only a new secret keeps it out.`,
    };
  const unsure = whereabouts === 'unknown' ? 'Nothing shows for certain where it comes from, so the worse is told. ' : '';
  if (!shared)
    return {
      enforcement: 'until-next-connect',
      why: `${unsure}${way.secret === undefined ? 'How callers sign in to this gateway is not known.' : 'Callers of this gateway sign in by other means than a shared token or password.'} What then becomes of a removed device was not measured: it may come back by itself.`,
    };
  if (pairsLocalByItself(way))
    return {
      enforcement: 'until-next-connect',
      why: `${unsure}This gateway pairs every client on its own host that shows the shared secret, unasked and with what it wants. With only its own token it stays out.${newSecret(way)}`,
    };
  return {
    enforcement: 'needs-new-secret',
    why: `${unsure}The device itself must ask a person again. But whoever shows the shared secret on the gateway’s host comes in without pairing, unseen and with every scope.${newSecret(way)}`,
  };
}
