// Turns values of an attempt into words that are safe to show: what a caller wrote is cut, and characters that would
// move or hide other text are replaced. Shared by all entries, so that the same thing is always said the same way.
import type { AttemptFacts } from '../handshakes/attempt.ts';
import type { Place } from './entry.ts';

// Control, format (bidi marks among them), line and paragraph separators, lone surrogates, private use.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const ASCII = /^[\x20-\x7e]*$/;
const SAID_LIMIT = 80;

/** A caller's or gateway's string for display: at most `limit` characters, without control, format and bidi characters. */
export function plain(text: string, limit = SAID_LIMIT): string {
  // Nearly all that a gateway writes is plain already, and every line of a log passes here.
  if (text.length <= limit && ASCII.test(text)) return text;
  // Cut before looking closely: a hostile string may be long.
  const cut = Array.from(text.slice(0, limit * 2));
  const shown = cut.slice(0, limit).join('').replace(UNSAFE, '\u{FFFD}');
  return cut.length > limit || text.length > limit * 2 ? `${shown}…` : shown;
}

/** The same in quotation marks, to set a caller's words apart from ours. */
export const quoted = (text: string, limit = SAID_LIMIT): string => `“${plain(text, limit)}”`;

/** A list in words: "a", "a and b", "a, b and c". Long lists are cut and counted. */
export function listed(items: readonly string[], limit = 8): string {
  const shown = items.slice(0, limit);
  if (items.length > limit) return `${shown.join(', ')} and ${items.length - limit} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** Scopes by their short names: `operator.talk.secrets` is talk.secrets. */
export const scopeWords = (scopes: readonly string[]): string => listed(scopes.map((scope) => plain(scope.replace(/^operator\./, ''), 40)));

/** Milliseconds in the unit that a person would use. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const minutes = Math.round(ms / 6000) / 10;
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

/** The first 8 characters of a device id, when it is one. */
export const shortId = (deviceId: string | undefined): string | undefined =>
  deviceId !== undefined && /^[0-9a-f]{64}$/.test(deviceId) ? deviceId.slice(0, 8) : undefined;

/** Client ids come from a closed list of the gateway; anything of another form is set apart as the caller's own words. */
const clientWords = (id: string): string => (/^[a-z][a-z0-9-]{0,39}$/.test(id) ? id : quoted(id, 60));

/**
 * Who asked, to stand within a sentence: "the device “Kitchen Mac” (8b432c2e)", "the client cli", "a client". Where the gateway had
 * not checked the signature yet, device and name are only what the caller claims (both versions check it before the shared secret
 * and pairing count, and refuse with device-auth-invalid).
 */
export function who(facts: AttemptFacts, place: Place): string {
  const id = shortId(facts.deviceId);
  const client = facts.clientId === undefined || facts.clientId === '' ? undefined : `the client ${clientWords(facts.clientId)}`;
  if (facts.cause === 'device-auth-invalid') return `${client ?? 'a client'}${id ? `, which claims to be the device ${id},` : ''}`;
  const name = place.paired?.name;
  if (name !== undefined && name !== '') return `the device ${quoted(name, 60)}${id ? ` (${id})` : ''}`;
  if (client !== undefined) return `${client}${id ? ` (${id})` : ''}`;
  return id ? `the device ${id}` : 'a client';
}

/** A sentence that begins with a name or a word of ours. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const LOOPBACK = /^(?:127\.|(?:0*:){2,7}0*1(?:\/|$)|(?:0*:)+ffff:(?:127\.|7f)|localhost$)/i;

/** Whether an address is one that only this host itself can use. */
export const isLoopback = (address: string | undefined): boolean => address !== undefined && LOOPBACK.test(address);

type Path = 'loopback' | 'proxied' | 'remote' | 'unknown';

/** The way that a record shows. A display, never a proof: an address header is the caller's word. */
export function pathOf(facts: AttemptFacts): Path {
  if (facts.forwardedFor !== undefined && facts.forwardedFor !== '') return 'proxied';
  if (facts.remoteAddr === undefined) return 'unknown';
  return isLoopback(facts.remoteAddr) ? 'loopback' : 'remote';
}

/** Where it came from, to end a sentence with: " from 10.0.0.3", or nothing. */
export function fromWhere(facts: AttemptFacts): string {
  switch (pathOf(facts)) {
    case 'loopback':
      return ' over loopback';
    case 'proxied':
      return ` through a proxy that names ${quoted(facts.forwardedFor ?? '', 60)} as the caller`;
    case 'remote':
      return ` from ${plain(facts.remoteAddr ?? '', 60)}`;
    case 'unknown':
      return '';
  }
}
