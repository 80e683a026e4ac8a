// What the gateway says of devices and of itself, in its own subsystem: audit lines, grants, token work, start and stop.
// Every expression is anchored: a caller's words stand in some of these lines, and conn is last in those.
import { isScope, SCOPES } from '../gateway/scopes.ts';
import type { AuditRecord, LifeRecord, LogRecord, OtherAuditRecord, TokenRecord } from './records.ts';
import { withRaw } from './records-raw.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const SCOPE = SCOPES.map((s) => s.replaceAll('.', '\\.')).join('|');
const SCOPE_LIST = `<none>|(?:${SCOPE})(?:,(?:${SCOPE}))*`;
const ROLE_LIST = '<none>|(?:operator|node)(?:,(?:operator|node))*';

const ACCESS = new RegExp(
  `^security audit: device access upgrade requested reason=(scope-upgrade|role-upgrade) device=([0-9a-f]{64}) ip=([0-9A-Fa-f.:]+|unknown-ip) auth=([a-z-]+) roleFrom=(${ROLE_LIST}) roleTo=(operator|node) scopesFrom=(${SCOPE_LIST}) scopesTo=(${SCOPE_LIST}) client=([a-z0-9-]+) conn=(${UUID})$`,
);
const AUDIT_DEVICE =
  /^security audit: (?:device access upgrade|device metadata upgrade|live device scope upgrade) requested (?:reason=[a-z-]+ )?device=([0-9a-f]{64}) /;
const METADATA = new RegExp(`^security audit: device metadata upgrade requested .* conn=(${UUID})$`, 's');
const LIVE_SCOPES = new RegExp(` scopesTo=((?:${SCOPE})(?:,(?:${SCOPE}))*)$`);
const LIVE_HELD = new RegExp(` device=[0-9a-f]{64} scopesFrom=((?:${SCOPE})(?:,(?:${SCOPE}))*) scopesTo=`);
const GRANT = /^device pairing (auto-approved|approved) device=([0-9a-f]{64}) role=([a-z]+)$/;
const TOKEN =
  /^device (token rotated|token revoked|pairing removed|pairing pruned superseded silent pairing) device=([0-9a-f]{64})(?: role=([a-z]+))?/;
const TOKEN_WORK: Readonly<Record<string, TokenRecord['what']>> = {
  'token rotated': 'rotated',
  'token revoked': 'revoked',
  'pairing removed': 'removed',
  'pairing pruned superseded silent pairing': 'pruned',
};
// 2026.9.6 only, and once in its life.
const UNATTRIBUTABLE = /^gateway: observed unattributable proxy-shaped traffic from ([0-9A-Fa-f.:]+|unknown);/;
// 2026.9.6 takes callers, and says so, some seconds before it calls itself ready.
const READY = /^(?:(?:ready|http server listening) \(.*\)|gateway ready)$/s;
const ENDING = /^received [A-Z0-9]{4,12}; (shutting down|restarting)$/;

const split = (value: string) => (value === '<none>' ? [] : value.split(','));

/** The text between two marks that each stand there once; a third party's words could have brought along a second one. */
function between(text: string, from: string, to: string): string | undefined {
  const start = text.indexOf(from);
  const end = text.indexOf(to);
  if (start === -1 || end < start || text.lastIndexOf(from) !== start || text.lastIndexOf(to) !== end) return undefined;
  const value = text.slice(start + from.length, end);
  return value === '<none>' ? undefined : value;
}

function metadataFields(message: string): Pick<OtherAuditRecord, 'platformFrom' | 'platformTo'> {
  const to = between(message, ' claimedPlatform=', ' pinnedPlatform=');
  const from = between(message, ' pinnedPlatform=', ' claimedDeviceFamily=');
  return { ...(from === undefined ? {} : { platformFrom: from }), ...(to === undefined ? {} : { platformTo: to }) };
}

function readAudit(at: number, message: string, line: string, masked: boolean): AuditRecord | OtherAuditRecord {
  const access = ACCESS.exec(message);
  if (access) {
    const [, reason = '', deviceId = '', , auth = '', roleFrom = '', roleTo = '', scopesFrom = '', scopesTo = '', client = '', conn = ''] =
      access;
    return withRaw(
      {
        kind: 'audit' as const,
        at,
        reason: reason === 'role-upgrade' ? ('role-upgrade' as const) : ('scope-upgrade' as const),
        deviceId,
        auth,
        roleFrom: split(roleFrom),
        roleTo,
        scopesFrom: split(scopesFrom),
        scopesTo: split(scopesTo),
        client,
        conn,
        masked,
      },
      line,
    );
  }
  const deviceId = AUDIT_DEVICE.exec(message)?.[1];
  const metadata = METADATA.exec(message);
  const live = message.startsWith('security audit: live device scope upgrade');
  const scopesTo = live ? LIVE_SCOPES.exec(message)?.[1]?.split(',').filter(isScope) : undefined;
  const scopesFrom = live ? LIVE_HELD.exec(message)?.[1]?.split(',').filter(isScope) : undefined;
  return withRaw(
    {
      kind: 'audit-other' as const,
      at,
      sort: metadata && deviceId ? ('metadata' as const) : live && deviceId ? ('live' as const) : ('unreadable' as const),
      deviceId,
      conn: metadata?.[1],
      ...(scopesFrom ? { scopesFrom } : {}),
      ...(scopesTo ? { scopesTo } : {}),
      ...(metadata && deviceId ? metadataFields(message) : {}),
    },
    line,
  );
}

/** What the gateway says of itself: texts that only it writes, each as a whole. */
function lifeOf(message: string): LifeRecord['what'] | undefined {
  if (message === 'starting...') return 'starting';
  if (READY.test(message)) return 'ready';
  const ending = ENDING.exec(message)?.[1];
  return ending === undefined ? undefined : ending === 'restarting' ? 'restarting' : 'stopping';
}

/** Reads a line of the subsystem `gateway`; undefined for one that is none of ours. */
export function gatewayRecord(at: number, message: string, line: string, masked: boolean): LogRecord | undefined {
  if (message.startsWith('security audit:')) return readAudit(at, message, line, masked);
  if (message.startsWith('device ')) {
    const grant = GRANT.exec(message);
    if (grant)
      return withRaw(
        {
          kind: 'grant' as const,
          at,
          how: grant[1] === 'approved' ? ('operator' as const) : ('silent' as const),
          deviceId: grant[2] ?? '',
          role: grant[3] ?? '',
        },
        line,
      );
    const token = TOKEN.exec(message);
    if (!token) return undefined;
    const what = TOKEN_WORK[token[1] ?? ''];
    return what && withRaw({ kind: 'token' as const, at, what, deviceId: token[2] ?? '', role: token[3] }, line);
  }
  // A masked line keeps breaking the proof, which it does as an unknown one.
  if (masked) return undefined;
  const life = lifeOf(message);
  if (life) return withRaw({ kind: 'life' as const, at, what: life }, line);
  const remoteAddr = UNATTRIBUTABLE.exec(message)?.[1];
  return remoteAddr === undefined ? undefined : withRaw({ kind: 'unattributable' as const, at, remoteAddr }, line);
}
