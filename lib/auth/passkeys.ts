// Passkeys: discoverable, with user verification, bound to the host name at which they were made.
import { isIP } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import type { Credential, Operator, Operators } from '../store/operators.ts';
import { createChallenges } from './challenges.ts';
import type { Assertion, Attestation } from './passkey-input.ts';
import type { RandomBytes } from './secrets.ts';

const MAX_EACH = 20;

const keptShape = z.object({ publicKey: z.string(), rpId: z.string(), transports: z.array(z.string()).optional() });

const refused = () => new Problem('passkey-refused', 'The passkey was not accepted.');

// EdDSA, ES256 and RS256. What Node still calls an experiment is not offered: it may change under a passkey that was made with it, and the
// mere question whether it is there is answered with warnings in the terminal.
const ALGORITHMS = [-8, -7, -257];

// Loaded with the first passkey: most starts need none of it.
const library = () => import('@simplewebauthn/server');

/**
 * The name that passkeys of this origin belong to, or undefined where browsers make none: at an IP address, and without encryption
 * anywhere but on this machine.
 */
export function rpIdOf(origin: string): string | undefined {
  const { hostname, protocol } = new URL(origin);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined;
  return protocol === 'https:' || hostname === 'localhost' ? hostname : undefined;
}

function requireRpId(origin: string): string {
  const rpId = rpIdOf(origin);
  if (rpId === undefined) throw new Problem('passkey-impossible', `Browsers keep no passkey for ${origin}.`);
  return rpId;
}

/** Challenges, and what comes back for them. `origin` is always one of the console's own, as the door checked it. */
export function createPasskeys(deps: { operators: Operators; clock: Clock; random: RandomBytes; newId: () => string }) {
  const { operators, clock, random, newId } = deps;
  const challenges = createChallenges({ clock, random });

  const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));

  return {
    /** What `navigator.credentials.get` is asked. Rejects with Problem('passkey-impossible'). */
    async signInOptions(origin: string) {
      const rpId = requireRpId(origin);
      const { generateAuthenticationOptions } = await library();
      const { id, text } = challenges.issue({ purpose: 'sign-in', origin });
      const options = await generateAuthenticationOptions({ rpID: rpId, challenge: bytesOf(text), userVerification: 'required' });
      return { challengeId: id, options };
    },

    /**
     * Whose passkey this is. Rejects with Problem('passkey-refused') for any that does not hold: a wrong signature, no user
     * verification, another origin, a challenge that was used, a counter that went back.
     */
    async check({ response, challengeId }: { response: Assertion; challengeId: string }, origin: string) {
      const rpId = requireRpId(origin);
      const text = challenges.read(challengeId, { purpose: 'sign-in', origin });
      if (text === undefined) throw refused();
      const credential = await operators.passkey(response.id);
      const operator = credential && (await operators.byId(credential.operatorId));
      if (!credential || !operator || operator.state !== 'active') throw refused();
      const kept = keptShape.parse(JSON.parse(credential.secret));
      const { verifyAuthenticationResponse } = await library();
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: text,
        expectedOrigin: origin,
        expectedRPID: rpId,
        credential: { id: response.id, publicKey: bytesOf(kept.publicKey), counter: credential.counter },
        requireUserVerification: true,
      }).catch(() => {
        throw refused();
      });
      const handle = response.response.userHandle;
      if (!verified || (handle !== undefined && handle !== Buffer.from(operator.id).toString('base64url'))) throw refused();
      if (!challenges.use(challengeId)) throw refused();
      await operators.noteUse(credential.id, clock.nowMs(), authenticationInfo.newCounter);
      return { operator, credential };
    },

    /** What `navigator.credentials.create` is asked. Rejects with Problem('passkey-impossible'). */
    async addOptions({ id: operatorId, name }: Pick<Operator, 'id' | 'name'>, origin: string) {
      const rpId = requireRpId(origin);
      const known = (await operators.credentials(operatorId)).flatMap(({ handle }) => (handle === undefined ? [] : [{ id: handle }]));
      if (known.length >= MAX_EACH)
        throw new Problem('input-invalid', `There are ${MAX_EACH} passkeys already; remove one.`, { field: '' });
      const { generateRegistrationOptions } = await library();
      const { id, text } = challenges.issue({ purpose: 'add', origin, operatorId });
      const options = await generateRegistrationOptions({
        rpName: 'Gatehouse',
        rpID: rpId,
        userName: name,
        userDisplayName: name,
        userID: new Uint8Array(Buffer.from(operatorId)),
        challenge: bytesOf(text),
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: known,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return { challengeId: id, options };
    },

    /** A new passkey, to be kept. Rejects with Problem('passkey-refused'). */
    async bring(
      { response, challengeId, name }: { response: Attestation; challengeId: string; name: string },
      operatorId: string,
      origin: string,
    ): Promise<Credential> {
      const rpId = requireRpId(origin);
      const text = challenges.read(challengeId, { purpose: 'add', origin, operatorId });
      if (text === undefined) throw refused();
      const { verifyRegistrationResponse } = await library();
      const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
      const verify = async () => {
        // None was asked for. A certificate in it would have the library look for its issuer on the network.
        const attestation = decodeAttestationObject(bytesOf(response.response.attestationObject));
        const plain = attestation.get('fmt') === 'none' || (attestation.get('fmt') === 'packed' && !attestation.get('attStmt').get('x5c'));
        if (!plain) throw refused();
        return verifyRegistrationResponse({
          response,
          expectedChallenge: text,
          expectedOrigin: origin,
          expectedRPID: rpId,
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        });
      };
      const { verified, registrationInfo } = await verify().catch(() => {
        throw refused();
      });
      if (!verified || !challenges.use(challengeId)) throw refused();
      const { credential } = registrationInfo;
      if (await operators.passkey(credential.id)) throw refused();
      return {
        id: newId(),
        operatorId,
        kind: 'passkey',
        name,
        handle: credential.id,
        secret: JSON.stringify({ publicKey: Buffer.from(credential.publicKey).toString('base64url'), rpId }),
        counter: credential.counter,
        createdMs: clock.nowMs(),
      };
    },

    /** Forgets the challenges that ran out. */
    sweep: challenges.sweep,
  };
}

export type Passkeys = ReturnType<typeof createPasskeys>;
