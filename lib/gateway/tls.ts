// TLS to a gateway of this host that speaks with a certificate of its own.

/**
 * WebSocket options that trust these certificates (PEM) and nothing else for one connection; none when there are none.
 * A pinned certificate stands for itself, whatever name it carries: the address is this machine's own. (`false` is "no error" to tls.)
 */
export const tlsOptions = (trust: readonly string[] | undefined) =>
  trust && trust.length > 0 ? { ca: [...trust], checkServerIdentity: () => false } : {};
