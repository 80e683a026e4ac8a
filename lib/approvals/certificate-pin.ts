// The certificate of one gateway that speaks TLS: remembered at the first sight of one that is vouched for, and after that changed by a person only.
import { z } from 'zod';
import type { DecisionActor, GatewayView } from '../api/shapes.ts';
import { type Clock, isoOf } from '../clock.ts';
import { fingerprintWords, judgeCertificate, type ShownCertificate } from '../gateway/certificate.ts';
import type { GatewayEndpoint } from '../gateway/endpoint.ts';
import { Problem, problemView } from '../problem.ts';
import type { NewActivity } from '../store/activity.ts';
import type { Store } from '../store/open.ts';

const note = z.object({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/), by: z.string(), at: z.string() });

export type CertificatePin = {
  /** Lets a connection go on, or throws Problem('gateway-certificate-changed') before anything was sent over it. */
  check: (shown: ShownCertificate) => Promise<void>;
  /** A person says that the certificate which was refused is the right one. Throws Problem('request-changed' | 'setting-fixed'). */
  accept: (fingerprint: string, actor: DecisionActor) => Promise<void>;
  view: () => GatewayView['certificate'];
};

/** Loads what is known of the gateway's certificate. Rejects with Problem('store-unwritable') when that cannot be read. */
export async function createCertificatePin(deps: {
  endpoint: Pick<GatewayEndpoint, 'id' | 'name' | 'pin' | 'trust'>;
  store: Pick<Store, 'notes'>;
  record: (entry: Omit<NewActivity, 'id' | 'at'>) => Promise<void>;
  alarm: (code: string, text: string) => void;
  clock: Clock;
}): Promise<CertificatePin> {
  const { endpoint, store, record, clock } = deps;
  const kept = await store.notes.get(endpoint.id, 'certificate');
  let known = note.safeParse(kept).data?.fingerprint;
  // Something stood there and cannot be read: then nothing is taken at first sight.
  const unreadable = kept !== undefined && known === undefined;
  let shown: string | undefined;
  let refused: string | undefined;
  const fixed = endpoint.pin !== undefined || endpoint.trust !== undefined;

  async function keep(fingerprint: string, by: string) {
    await store.notes.set(endpoint.id, 'certificate', { fingerprint, by, at: isoOf(clock.nowMs()) });
    known = fingerprint;
  }

  return {
    async check(certificate) {
      try {
        const terms = { setting: endpoint.pin, ownConfiguration: endpoint.trust !== undefined, known };
        const verdict = judgeCertificate({ ...certificate, vouched: certificate.vouched && !unreadable }, terms);
        if (verdict === 'first') {
          await record({
            actor: { kind: 'gateway', name: endpoint.name },
            what: 'gateway.certificate',
            gateway: endpoint.id,
            text: `The certificate of ${endpoint.name} was seen for the first time, vouched for by an authority, and is remembered: ${fingerprintWords(certificate.fingerprint)}.`,
          });
          await keep(certificate.fingerprint, 'first sight');
        }
        shown = certificate.fingerprint;
        refused = undefined;
      } catch (error) {
        if (error instanceof Problem && error.code === 'gateway-certificate-changed') {
          refused = certificate.fingerprint;
          deps.alarm('certificate-changed', problemView(error).detail);
        }
        throw error;
      }
    },

    async accept(fingerprint, actor) {
      if (fixed)
        throw new Problem(
          'setting-fixed',
          endpoint.pin === undefined
            ? 'The certificate of this gateway stands in its own configuration on this host.'
            : 'GATEHOUSE_GATEWAY_FINGERPRINT names the certificate of this gateway.',
        );
      if (refused === undefined || refused !== fingerprint)
        throw new Problem('request-changed', 'The gateway shows another certificate than the one that you saw. Read it again.');
      await record({
        actor,
        what: 'gateway.certificate',
        gateway: endpoint.id,
        text: `${actor.name} accepted the certificate ${fingerprintWords(fingerprint)} of ${endpoint.name}; it was ${known ? fingerprintWords(known) : 'not known'}.`,
      });
      await keep(fingerprint, actor.name);
      refused = undefined;
    },

    view() {
      const stands = endpoint.pin ?? (endpoint.trust === undefined ? known : shown);
      if (stands === undefined && refused === undefined) return undefined;
      return {
        ...(stands === undefined ? {} : { known: fingerprintWords(stands) }),
        ...(refused === undefined ? {} : { refused: fingerprintWords(refused) }),
        fixed,
      };
    },
  };
}
