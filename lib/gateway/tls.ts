// TLS to a gateway: which certificates a connection trusts.

/**
 * WebSocket options that trust these certificates (PEM) and nothing else for one connection; none when there are none.
 * A pinned certificate stands for itself, whatever name it carries: the address is this machine's own. (`false` is "no error" to tls.)
 */
export const tlsOptions = (trust: readonly string[] | undefined) =>
  trust && trust.length > 0 ? { ca: [...trust], checkServerIdentity: () => false } : {};

/**
 * The same for a link that judges the certificate itself, before it sends anything: it must see one that nobody vouches for, to name its
 * fingerprint. Only for connections on which `certificateOn` is asked.
 */
export const judgedTlsOptions = (trust: readonly string[] | undefined) => ({ ...tlsOptions(trust), rejectUnauthorized: false });
