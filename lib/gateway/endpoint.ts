// A gateway that the console looks after: where it is, how to sign in, where its state lies. Secrets in it stay in this process.
export type GatewayEndpoint = {
  id: string;
  name: string;
  url: string;
  source: 'this-host' | 'environment' | 'practice';
  auth: { token?: string; password?: string };
  /** The state folder on this host, where one is known. */
  stateDir?: string;
  /** Certificates to trust for this gateway alone (PEM texts). */
  trust?: string[];
  /** SHA-256 of the only certificate that it may show, as lower-case hex; the operator's setting. */
  pin?: string;
};

/** The port of a WebSocket address. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port);
}

/** Whether an address dials this machine itself. */
export function isLoopbackUrl(url: string): boolean {
  const host = new URL(url).hostname;
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
