// Gateways and the devices paired with them, as the API answers them.
import { z } from 'zod';
import { deviceId, fact, freshness, instant, problemView, publicKey, risk, scopes } from './common.ts';
import { findingCode } from './devices.ts';
import { troubleView } from './handshakes.ts';

export const deviceView = z
  .strictObject({
    gateway: z.string(),
    deviceId,
    publicKey,
    displayName: z.string().exactOptional(),
    label: z.string().exactOptional().describe('The name that an operator gave it on the gateway.'),
    clientId: z.string().exactOptional(),
    clientMode: z.string().exactOptional(),
    platform: z.string().exactOptional(),
    deviceFamily: z.string().exactOptional(),
    remoteIp: z.string().exactOptional(),
    roles: z.array(z.string()),
    scopes,
    tokens: z
      .array(
        z.strictObject({
          role: z.string(),
          scopes,
          revoked: z.boolean(),
          issuedAt: instant.exactOptional(),
          rotatedAt: instant.exactOptional(),
          usedAt: instant.exactOptional(),
        }),
      )
      .describe('What each token carries; never the token.'),
    risk,
    createdAt: instant.exactOptional(),
    approvedAt: instant.exactOptional(),
    lastSeenAt: instant.exactOptional().describe('Absent where the gateway does not say.'),
    connected: z.boolean().exactOptional(),
    approvedHow: z.enum(['operator', 'rule', 'silent', 'ssh', 'bootstrap', 'unknown']),
    isConsole: z.boolean(),
    isHostKey: z.boolean(),
    vouched: z.boolean().describe('A person knows this device although it was not approved here.'),
    vouchedBy: z.string().exactOptional(),
    inLedger: z.boolean().describe('Approved through this console.'),
    refused: z.boolean(),
    grantedBy: z.string().exactOptional().describe('Who gave what it holds, where this console knows.'),
    ruleId: z.string().exactOptional(),
    unclicked: z.int().describe('Grants that nobody clicked and nobody has acknowledged.'),
    findings: z.array(findingCode).describe('What is odd about it, the gravest first.'),
  })
  .describe('A key with a pairing record.');

const factTimes = z
  .strictObject({
    fact: z.enum(['peer', 'canary', 'record', 'config']),
    had: z.int(),
    missed: z.int(),
    medianMs: z.number().exactOptional(),
    p95Ms: z.number().exactOptional(),
    lastMissed: z.string().exactOptional(),
    lastMissedAt: instant.exactOptional(),
  })
  .describe('How often a fact could be had in time, over the last judgements since the start.');

export const gatewayView = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    source: z.enum(['this-host', 'environment', 'practice']),
    practice: z.boolean(),
    state: z.enum(['connecting', 'live', 'waiting', 'refused', 'down', 'stopped']),
    since: instant,
    problem: problemView.exactOptional(),
    retryAt: instant.exactOptional(),
    version: z.string().exactOptional(),
    protocol: z.int().exactOptional(),
    consoleDeviceId: deviceId,
    grantedScopes: scopes,
    missingScopes: scopes,
    freshness,
    onThisHost: z.boolean().describe('Proven by the identity in the gateway’s state folder.'),
    limitedSight: z.boolean().describe('Its list shows no device but the console’s own: that is not the same as nothing waits.'),
    pairedCount: z.int(),
    pendingCount: z.int(),
    connectedCount: z.int().exactOptional(),
    rulesMatter: z.strictObject({ matter: z.boolean(), text: z.string() }),
    proof: z.array(fact).describe('Whether each kind of evidence can be had here, with the remedy.'),
    factTimes: z.array(factTimes),
    statement: z.strictObject({
      noProxyInFront: z.boolean(),
      by: z.string().exactOptional(),
      at: instant.exactOptional(),
      droppedBecause: z.string().exactOptional(),
      unacknowledged: z.boolean().describe('Made by the API token and not yet acknowledged by a person.'),
    }),
    sameUser: z.strictObject({ known: z.boolean(), same: z.boolean() }).describe('Console and gateway run as one OS user.'),
    waiting: z
      .strictObject({
        requestId: z.string().exactOptional(),
        deviceId,
        scopes,
        command: z.string().describe('To run on the gateway’s host.'),
        canAdmitHere: z.boolean(),
      })
      .exactOptional()
      .describe('Set while the console’s own pairing request waits.'),
    certificate: z
      .strictObject({ known: z.string().exactOptional(), refused: z.string().exactOptional(), fixed: z.boolean() })
      .describe(
        'Of a gateway that speaks TLS: SHA-256 fingerprints. `fixed`: a setting or the configuration of the gateway names the right one.',
      )
      .exactOptional(),
    alarms: z.array(z.strictObject({ code: z.string(), at: instant, text: z.string() })),
    trouble: z.array(troubleView),
  })
  .describe('A gateway as the console stands to it.');
