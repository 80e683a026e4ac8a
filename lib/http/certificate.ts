// The certificate that the console itself serves: read, checked as a pair, and read again when a renewal put another in its place.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Problem } from '../problem.ts';
import type { TlsFiles } from '../settings.ts';
import { systemCode } from '../store/failures.ts';

const LOOK_EVERY_MS = 5_000;

export type Pair = { cert: string; key: string };

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem('tls-unusable', `${file} cannot be read (${systemCode(error) ?? 'unknown reason'}).`);
  }
}

/** Reads both files. Throws Problem('tls-unusable') unless they are a certificate and its own key. */
export function readPair({ certFile, keyFile }: TlsFiles): Pair {
  const pair = { cert: read(certFile), key: read(keyFile) };
  let fits: boolean;
  try {
    fits = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
    if (fits) createSecureContext(pair);
  } catch {
    throw new Problem('tls-unusable', `${certFile} and ${keyFile} are not a certificate and a private key as PEM text.`);
  }
  if (!fits) throw new Problem('tls-unusable', `The private key ${keyFile} is not that of the certificate ${certFile}.`);
  return pair;
}

/** What is worth telling of a pair at start: a key that others may read, a certificate that ran out. `nowMs` since 1970. */
export function pairWarnings({ certFile, keyFile }: TlsFiles, { cert }: Pair, nowMs: number): string[] {
  const { validTo } = new X509Certificate(cert);
  const open = process.getuid !== undefined && (statSync(keyFile).mode & 0o007) !== 0;
  return [
    ...(open ? [`GATEHOUSE_TLS_KEY: every user may read ${keyFile}; set its mode to 0600 or 0640.`] : []),
    ...(Date.parse(validTo) <= nowMs ? [`GATEHOUSE_TLS_CERT: the certificate in ${certFile} ran out on ${validTo}.`] : []),
  ];
}

/** Whether the certificate is one for this host name. */
export const namesHost = ({ cert }: Pair, host: string): boolean => new X509Certificate(cert).checkHost(host) !== undefined;

/**
 * Looks at both files every few seconds and hands a changed pair on. While they do not fit, as in the middle of a renewal, the last good
 * pair stays in use; that is told once for each state of the files.
 */
export function followPair(
  files: TlsFiles,
  first: Pair,
  { use, onFailure, everyMs = LOOK_EVERY_MS }: { use: (pair: Pair) => void; onFailure: (error: unknown) => void; everyMs?: number },
): { look: () => void; dispose: () => void } {
  let inUse = JSON.stringify(first);
  let told = '';
  function look(): void {
    try {
      const pair = readPair(files);
      const text = JSON.stringify(pair);
      told = '';
      if (text === inUse) return;
      use(pair);
      inUse = text;
    } catch (error) {
      const text = error instanceof Error ? error.message : '';
      if (text === told) return;
      told = text;
      onFailure(error);
    }
  }
  const timer = setInterval(look, everyMs);
  timer.unref();
  return { look, dispose: () => clearInterval(timer) };
}
