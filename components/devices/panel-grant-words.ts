// What was approved against what each token holds, side by side, and every difference in words.
import type { DeviceView } from '#lib/api/shapes.ts';
import { addedScopes, normaliseScopes } from '#lib/gateway/scopes.ts';
import { scopeList, type Tone } from '../parts/scope-words.ts';

export type TokenDrift = { role: string; tone: Tone; text: string };

/** A role that was approved, and the scopes of its token; `token` is undefined where there is none. */
export type GrantColumn = { role: string; token?: DeviceView['tokens'][number] };

/** One column for each role that was approved or has a token, operator first. */
export function grantColumns({ roles, tokens }: Pick<DeviceView, 'roles' | 'tokens'>): GrantColumn[] {
  const named = [...new Set([...roles, ...tokens.map(({ role }) => role)])];
  return named
    .toSorted((a, b) => Number(b === 'operator') - Number(a === 'operator'))
    .map((role) => {
      const token = tokens.find((one) => one.role === role);
      return token === undefined ? { role } : { role, token };
    });
}

/** Every scope that was approved or that a token holds, least risk first. */
export const grantRows = ({ scopes, tokens }: Pick<DeviceView, 'scopes' | 'tokens'>): string[] =>
  normaliseScopes([...scopes, ...tokens.flatMap((token) => token.scopes)]);

/**
 * Where tokens and approval part, in words. A scope that another one contains is not missing. Only operator tokens carry scopes; of
 * the others it is told whether they are there.
 */
export function driftOf(device: Pick<DeviceView, 'roles' | 'scopes' | 'tokens'>): TokenDrift[] {
  return grantColumns(device).flatMap(({ role, token }): TokenDrift[] => {
    if (token === undefined) return [{ role, tone: 'amber', text: `It has role ${role} and no token for it.` }];
    if (token.revoked) return [{ role, tone: 'red', text: `Its ${role} token is revoked; the approval stands.` }];
    const notApproved = device.roles.includes(role)
      ? []
      : [{ role, tone: 'red' as const, text: `It holds a ${role} token, and role ${role} is not approved.` }];
    if (role !== 'operator') return notApproved;
    const lacks = addedScopes(token.scopes, device.scopes);
    const beyond = addedScopes(device.scopes, token.scopes);
    return [
      ...notApproved,
      ...(beyond.length > 0 ? [{ role, tone: 'red' as const, text: `Its token holds ${scopeList(beyond)}, which is not approved.` }] : []),
      ...(lacks.length > 0 ? [{ role, tone: 'amber' as const, text: `Its token lacks ${scopeList(lacks)}, which is approved.` }] : []),
    ];
  });
}
