// Which rows a filter lets through: the one meaning of the filters, for stored rows and for those that arrive live.
import type { HandshakeOutcome, HandshakeView, Origin } from '../api/shapes.ts';

export type HandshakeFilter = {
  outcomes?: readonly HandshakeOutcome[];
  cause?: string;
  device?: string;
  client?: string;
  origin?: Origin;
  gateway?: string;
  /** Free text, compared without regard to case. */
  text?: string;
  /** First and last moment, ms since the epoch, both included. */
  from?: number;
  to?: number;
};

type Searchable = Pick<
  HandshakeView,
  'title' | 'cause' | 'deviceId' | 'deviceName' | 'clientId' | 'clientMode' | 'remoteAddr' | 'host' | 'browserOrigin' | 'scopesTo'
>;

/** What free text looks into, in lower case; a line break between the parts, so that no match spans two of them. */
export function searchText(item: Searchable): string {
  const { title, cause, deviceId, deviceName, clientId, clientMode, remoteAddr, host, browserOrigin, scopesTo } = item;
  return [title, cause, deviceId, deviceName, clientId, clientMode, remoteAddr, host, browserOrigin, ...(scopesTo ?? [])]
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
}

/** Whether a row passes every filter that is set. A connection is also found by the beginning of its id. */
export function passes(item: HandshakeView, filter: HandshakeFilter): boolean {
  const { outcomes, cause, device, client, origin, gateway, text, from, to } = filter;
  if (outcomes !== undefined && outcomes.length > 0 && !outcomes.includes(item.outcome)) return false;
  if (cause !== undefined && item.cause !== cause) return false;
  if (device !== undefined && item.deviceId !== device) return false;
  if (client !== undefined && item.clientId !== client) return false;
  if (origin !== undefined && item.origin !== origin) return false;
  if (gateway !== undefined && item.gateway !== gateway) return false;
  if (from !== undefined || to !== undefined) {
    const at = Date.parse(item.at);
    if (at < (from ?? at) || at > (to ?? at)) return false;
  }
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  return item.conn?.startsWith(wanted) === true || searchText(item).includes(wanted);
}
