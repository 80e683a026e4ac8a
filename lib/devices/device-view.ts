// A paired row with what this console knows of it. Pure.
import type { FindingCode } from '../api/device-shapes.ts';
import type { DeviceView } from '../api/shapes.ts';
import { isoOf } from '../clock.ts';
import type { PairedDevice } from '../gateway/records.ts';
import { highestRisk, normaliseScopes } from '../gateway/scopes.ts';
import { present } from '../present.ts';
import type { LedgerEntry } from '../store/ledger.ts';

const VIA: ReadonlyMap<string, DeviceView['approvedHow']> = new Map([
  ['owner', 'operator'],
  ['operator', 'operator'],
  ['silent', 'silent'],
  ['trusted-cidr', 'silent'],
  ['ssh-verified', 'ssh'],
  ['bootstrap', 'bootstrap'],
]);

const when = (ms: number | undefined) => (ms === undefined ? undefined : isoOf(ms));

/**
 * The view of one device.
 * @param silently the gateway's log says that it paired this device by itself
 */
export function deviceView(
  gateway: string,
  row: PairedDevice,
  known: {
    ledger: LedgerEntry | undefined;
    consoleId: string;
    hostKeyId: string | undefined;
    silently: boolean;
    unclicked: number;
    findings: FindingCode[];
    ruleId?: string;
  },
): DeviceView {
  const { ledger } = known;
  const byRule = ledger?.approved?.by.startsWith('rule ') ?? false;
  // This console knows best what it did itself: a gateway takes the console's own approvals for its owner's.
  const how =
    ledger?.approved && ledger.approved.rowMs === row.createdAtMs
      ? byRule
        ? 'rule'
        : 'operator'
      : row.approvedVia !== undefined
        ? (VIA.get(row.approvedVia) ?? 'unknown')
        : known.silently
          ? 'silent'
          : 'unknown';
  return {
    gateway,
    deviceId: row.deviceId,
    publicKey: row.publicKey,
    ...present({
      displayName: row.label ?? row.displayName,
      label: row.label,
      clientId: row.clientId,
      clientMode: row.clientMode,
      platform: row.platform,
      deviceFamily: row.deviceFamily,
      remoteIp: row.remoteIp,
      createdAt: when(row.createdAtMs),
      approvedAt: when(row.approvedAtMs),
      lastSeenAt: when(row.lastSeenAtMs),
      connected: row.connected,
      ruleId: known.ruleId,
      vouchedBy: ledger?.vouched?.by,
      grantedBy: ledger?.approved && ledger.approved.rowMs === row.createdAtMs ? ledger.approved.by : undefined,
    }),
    roles: row.roles,
    scopes: normaliseScopes(row.scopes),
    tokens: row.tokens.map((t) => ({
      role: t.role,
      scopes: normaliseScopes(t.scopes),
      revoked: t.revokedAtMs !== undefined,
      ...present({ issuedAt: when(t.createdAtMs), rotatedAt: when(t.rotatedAtMs), usedAt: when(t.lastUsedAtMs) }),
    })),
    risk: highestRisk(row.roles, row.scopes),
    approvedHow: how,
    isConsole: row.deviceId === known.consoleId,
    isHostKey: row.deviceId === known.hostKeyId,
    vouched: ledger?.vouched !== undefined,
    inLedger: ledger?.approved !== undefined,
    refused: ledger?.refused !== undefined,
    unclicked: known.unclicked,
    findings: known.findings,
  };
}
