// Whose certificate a gateway may show. Looked at when the socket stands and before anything of ours is sent over it.
import { TLSSocket } from 'node:tls';
import { Problem } from '../problem.ts';

/** The certificate on a socket as it is judged. */
export type ShownCertificate = {
  /** SHA-256 as lower-case hex; empty where the other side showed none. */
  fingerprint: string;
  /** An authority that this connection trusts stands behind it, for the name that was dialed. */
  vouched: boolean;
  /** Why nobody stands behind it, as a short code of OpenSSL or Node. */
  why?: string;
};

/** What is known of a gateway's certificate beforehand; the first that is there decides. */
export type CertificateTerms = {
  /** GATEHOUSE_GATEWAY_FINGERPRINT. */
  setting: string | undefined;
  /** The connection trusts only what the gateway's own configuration on this host names. */
  ownConfiguration: boolean;
  /** The one that was shown before, or that a person accepted. */
  known: string | undefined;
};

/** The certificate that the other side of a socket shows; undefined for a socket without TLS. */
export function certificateOn(socket: unknown): ShownCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { fingerprint256 } = socket.getPeerCertificate();
  const why: unknown = socket.authorizationError;
  return {
    fingerprint: (fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
    vouched: socket.authorized,
    ...(socket.authorized ? {} : { why: why instanceof Error ? why.message : String(why ?? 'not vouched for') }),
  };
}

/** A fingerprint as tools print it: pairs of capital digits with colons. */
export const fingerprintWords = (fingerprint: string): string => (fingerprint.toUpperCase().match(/../g) ?? []).join(':');

const refused = (text: string, shown: ShownCertificate, known?: string) =>
  new Problem(
    'gateway-certificate-changed',
    `${text} It shows ${fingerprintWords(shown.fingerprint)}${known ? `; known is ${fingerprintWords(known)}` : ''}.`,
    {
      shown: shown.fingerprint,
      ...(known ? { known } : {}),
    },
  );

/**
 * Answers `known` for a certificate that is the right one, `first` for one that an authority vouches for and that is to be remembered.
 * Throws Problem('gateway-certificate-changed') with both fingerprints for every other.
 */
export function judgeCertificate(shown: ShownCertificate, { setting, ownConfiguration, known }: CertificateTerms): 'known' | 'first' {
  if (shown.fingerprint === '') throw new Problem('gateway-garbage', 'The gateway showed no certificate.');
  if (setting !== undefined) {
    if (shown.fingerprint === setting) return 'known';
    throw refused('This is not the certificate of GATEHOUSE_GATEWAY_FINGERPRINT.', shown, setting);
  }
  if (ownConfiguration) {
    if (shown.vouched) return 'known';
    throw refused('This is not the certificate that the gateway’s own configuration names.', shown);
  }
  if (known !== undefined) {
    if (shown.fingerprint === known) return 'known';
    throw refused('The certificate is another one than before.', shown, known);
  }
  if (shown.vouched) return 'first';
  throw refused(`This certificate is the first one, and no authority vouches for it (${shown.why ?? 'unknown reason'}).`, shown);
}
