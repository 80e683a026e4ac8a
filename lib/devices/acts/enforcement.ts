// Whether work on a token keeps a device from what it loses, as measured on real gateways with clients that ask again
// (docs/taking-back.md has the figures). The row keeps its grant in every case: what holds a device off is never its row. Pure.
import type { DeviceActKind } from '../../api/device-shapes.ts';
import type { Enforcement } from '../../api/grant-shapes.ts';
import type { WayBack } from '../enforcement.ts';

type Word = { enforcement: Enforcement; why: string };

const isNewer = ({ protocol }: WayBack) => protocol !== undefined && protocol >= 4;
const isSecret = ({ secret }: WayBack) => secret === 'token' || secret === 'password';

/** Where nobody measured, or nobody can tell, how callers sign in. */
function otherwise({ secret }: WayBack): Word {
  return {
    enforcement: 'until-next-connect',
    why:
      secret === undefined
        ? 'How callers sign in to this gateway is not known: it may let the device in without looking at its token.'
        : 'Callers of this gateway sign in by other means than a shared token or password, and where it asks for none it does not look at a device’s token at all.',
  };
}

const keepOut = ({ secret }: WayBack) =>
  ` To keep it out, run on the gateway’s host: \`openclaw config set gateway.auth.${secret === 'password' ? 'password' : 'token'} NEW-SECRET\`, then \`openclaw gateway restart\`, and do not give it the new secret.`;

function revoking(way: WayBack, role: string): Word {
  const { whereabouts } = way;
  if (whereabouts === 'host-key')
    return {
      enforcement: 'until-next-connect',
      why: 'This is the key of the gateway’s own host. Its commands and agents read the shared secret in the gateway’s own configuration and are in again at once.',
    };
  if (whereabouts === 'remote')
    return {
      enforcement: 'enforced',
      why: `It was only seen from ${way.remoteIp ?? 'elsewhere'}. From there it must ask for its role again, also with the shared secret, and a person decides. It keeps its row and its grant.`,
    };
  const unsure = whereabouts === 'unknown' ? 'Nothing shows for certain where it comes from, so the worse is told. ' : '';
  if (!isNewer(way))
    return {
      enforcement: 'until-next-connect',
      why: `${unsure}On the gateway’s own host this version gives the role back by itself to whoever shows the shared secret, with every scope that is asked beside it, also more than the device held: a revocation opens that way. Take the device back altogether instead.${keepOut(way)}`,
    };
  if (way.autoApproveLocal !== false && role === 'operator')
    return {
      enforcement: 'until-next-connect',
      why: `${unsure}On its own host this gateway gives the role back by itself to whoever shows the shared secret.${keepOut(way)}`,
    };
  return {
    enforcement: 'needs-new-secret',
    why: `${unsure}The device itself must ask a person for its role again. But whoever shows the shared secret on the gateway’s host as the gateway’s own helper comes in unasked.${keepOut(way)}`,
  };
}

/** What an act on the token of a role means on this gateway; undefined for a rename, which takes nothing. */
export function actEnforcement(act: DeviceActKind, role: string, way: WayBack): Word | undefined {
  if (act === 'rename') return undefined;
  if (!isSecret(way)) return otherwise(way);
  if (act === 'rotate')
    return {
      enforcement: 'enforced',
      why: 'The old token is dead at once, wherever it is shown. A client that shows the shared secret gets the new one at its next connection.',
    };
  if (act === 'narrow')
    return {
      enforcement: 'until-next-connect',
      why: `A gateway cannot make a grant smaller: the row keeps it. Whoever connects with the shared secret and asks for all of it gets a wide token again, unasked and unlogged, from anywhere. Only a client without the shared secret stays narrow.${keepOut(way)}`,
    };
  return revoking(way, role);
}
