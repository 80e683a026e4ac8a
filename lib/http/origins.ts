// Which host names and origins are this console. Everything else is refused before it is looked at: a foreign page
// that resolves its own name to our address (DNS rebinding) still sends its own name.

export type Origins = {
  /** Whether a Host header names this console. */
  allowsHost: (host: string | undefined) => boolean;
  /** Whether an Origin header is exactly one of ours: scheme, host and port. */
  allowsOrigin: (origin: string | undefined) => boolean;
  list: readonly string[];
};

const WILDCARDS = new Set(['', '0.0.0.0', '::', '[::]']);
const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * The names of a console that listens on `host` and `port`: localhost, both loopback addresses, the host itself unless
 * it is a wildcard, and the further exact origins in `extra` (such as `https://console.example`). `tls`: the console serves it itself.
 * Throws TypeError for an extra origin that is not one.
 */
export function createOrigins({
  host,
  port,
  extra,
  tls = false,
}: {
  host: string;
  port: number;
  extra: readonly string[];
  tls?: boolean;
}): Origins {
  const own = ['localhost', '127.0.0.1', '[::1]'];
  if (!WILDCARDS.has(host)) own.push(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
  const urls = [...own.map((name) => new URL(`${tls ? 'https' : 'http'}://${name}:${port}`)), ...extra.map((origin) => new URL(origin))];
  const origins = new Set(urls.map((url) => url.origin));
  const hosts = new Set<string>();
  for (const url of urls) {
    hosts.add(url.host);
    // A client may or may not write the default port of the scheme.
    const standard = DEFAULT_PORTS[url.protocol];
    if (url.port === '' && standard !== undefined) hosts.add(`${url.host}:${standard}`);
  }
  return {
    allowsHost: (name) => name !== undefined && hosts.has(name.toLowerCase()),
    allowsOrigin: (origin) => origin !== undefined && origins.has(origin),
    list: [...origins],
  };
}
