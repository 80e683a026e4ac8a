// The session cookie. Cookies do not separate ports, so its name carries ours, and it is worth nothing alone.

// Browsers take a cookie of such a name only over TLS, from this very host and for all of it: no subdomain and no plain page can plant one.
const HOST_PREFIX = '__Host-';

/** The cookie's name for a console that listens on `port`, as it is over plain HTTP on this machine. */
export const cookieNameFor = (port: number): string => `gatehouse_${port}`;

// Another port of this host can plant cookies of our name; a few are tried, not an unbounded number.
const MAX_CANDIDATES = 8;

/** Every value that a Cookie header carries under this name, in order; those that only TLS can have set come first. */
export function cookieValues(header: string | undefined, name: string): string[] {
  return [...valuesOf(header, HOST_PREFIX + name), ...valuesOf(header, name)].slice(0, MAX_CANDIDATES);
}

function valuesOf(header: string | undefined, name: string): string[] {
  if (header === undefined) return [];
  const values: string[] = [];
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) values.push(part.slice(at + 1).trim());
    if (values.length === MAX_CANDIDATES) break;
  }
  return values;
}

/** The Set-Cookie text that starts a session. `maxAgeS` in seconds. Over TLS it is Secure and has the prefix that binds it to this host. */
export function sessionCookie(name: string, value: string, maxAgeS: number, secure: boolean): string {
  return `${secure ? HOST_PREFIX : ''}${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.max(0, Math.floor(maxAgeS))}${secure ? '; Secure' : ''}`;
}
