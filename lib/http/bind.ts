// Beyond loopback the console speaks only where nobody can listen in.
import { Problem } from '../problem.ts';
import { isLoopbackHost, type Settings } from '../settings.ts';

/** Throws Problem('bind-unsafe') for an address that other machines reach, without TLS and without the word that a proxy has it. */
export function requireSafeBind({ host, tls, behindProxy }: Pick<Settings, 'host' | 'tls' | 'behindProxy'>): void {
  if (isLoopbackHost(host) || tls !== undefined || behindProxy) return;
  throw new Problem('bind-unsafe', `GATEHOUSE_HOST is ${host}, which other machines reach, and the console would speak there in clear.`);
}

/**
 * Where a person opens the console, for what it prints. A certificate that does not name localhost, or a proxy in front, means one of
 * the operator's own origins, where any is set.
 */
export function addressToPrint(
  { port, origins, tls, behindProxy }: Pick<Settings, 'port' | 'origins' | 'tls' | 'behindProxy'>,
  certificateNames: (host: string) => boolean,
): string {
  const scheme = tls ? 'https' : 'http';
  const here = `${scheme}://localhost:${port}`;
  const secure = origins.find((origin) => origin.startsWith('https:'));
  if (behindProxy && !tls) return secure ?? origins[0] ?? here;
  return tls && !certificateNames('localhost') ? (secure ?? here) : here;
}
