// The handshake log as the API answers it: rows, one row explained, the histogram, and what can be chosen from.
import { z } from 'zod';
import { instant, origin, scopes } from './common.ts';

export const severity = z.enum(['info', 'notice', 'warning', 'serious']);

export const handshakeView = z
  .strictObject({
    id: z.string(),
    seq: z.int().describe('The place in the log: grows with `at`, newest is largest. Pages are cut by it.'),
    gateway: z.string(),
    at: instant,
    derived: z.literal(true).exactOptional().describe('No record gives this moment or this success: it was derived.'),
    unsure: z.literal(true).exactOptional().describe('Several gateways share the log file, and the line does not say whose it is.'),
    outcome: z.enum(['refused', 'waiting', 'timed-out', 'left-early', 'admitted', 'note', 'gap']),
    cause: z.string().describe('Key of the diagnosis, such as pairing-required/scope-upgrade.'),
    title: z.string(),
    deviceId: z.string().exactOptional(),
    deviceName: z.string().exactOptional().describe('From its pairing record.'),
    clientId: z.string().exactOptional().describe('The caller’s own word, like clientMode, host and browserOrigin.'),
    clientMode: z.string().exactOptional(),
    origin: origin.exactOptional().describe('The path as the record shows it. Never a proof.'),
    browserOrigin: z.string().exactOptional().describe('The Origin header.'),
    remoteAddr: z.string().exactOptional(),
    host: z.string().exactOptional().describe('The Host header.'),
    scopesFrom: scopes.exactOptional(),
    scopesTo: scopes.exactOptional(),
    durationMs: z.number().exactOptional(),
    conn: z.string().exactOptional(),
    requestId: z.string().exactOptional(),
    run: z
      .strictObject({
        id: z.int().describe('The seq of its first attempt; ask for its rows with `run`.'),
        count: z.int().describe('How many attempts up to this one; with `fold=1`, how many in all.'),
        firstAt: instant,
      })
      .describe('The same caller failing the same way without a longer pause.'),
  })
  .describe('A row of the handshake log: an attempt, a sign of success, a thing that the gateway noted, or a gap.');

export const diagnosisView = z
  .strictObject({
    key: z.string(),
    severity,
    title: z.string(),
    happened: z.string().describe('With the values of this attempt; some of them are the caller’s words.'),
    why: z.string(),
    remedies: z
      .array(
        z.strictObject({
          text: z.string(),
          where: z.enum(['here', 'gateway-host', 'gateway-config', 'client', 'proxy', 'nowhere']),
          command: z.string().exactOptional().describe('One line to run or to paste.'),
        }),
      )
      .describe('Least harmful first.'),
    stops: z.string().describe('What ends the loop, where the caller retries.'),
    docs: z.string().describe('Page and section under docs/handshakes/, such as pairing-required#scope-upgrade.'),
    seen: z
      .array(z.strictObject({ version: z.string(), how: z.enum(['live', 'recorded', 'source']) }))
      .describe('How this entry is known, per gateway version.'),
    known: z.boolean().describe('False for a cause that the catalogue has no entry for.'),
  })
  .describe('Why a handshake ended as it did, and what mends it.');

export const timelineStep = z
  .strictObject({
    step: z.enum(['open', 'challenge', 'connect', 'audit', 'unauthorized', 'warning', 'close', 'grant', 'note']),
    at: instant,
    derived: z.boolean().describe('Computed from other times, not written in a record.'),
    text: z.string(),
  })
  .describe('One moment of a connection.');

export const aftermathView = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('admitted'), at: instant, derived: z.boolean(), text: z.string() }),
    z.strictObject({ kind: z.literal('again'), at: instant, text: z.string() }),
    z.strictObject({ kind: z.literal('quiet'), since: instant, text: z.string() }),
  ])
  .describe('What became of the caller since.');

export const handshakeDetail = z
  .strictObject({
    row: handshakeView,
    diagnosis: diagnosisView.exactOptional(),
    facts: z.array(z.strictObject({ name: z.string(), text: z.string() })).describe('What the records say, by name.'),
    timeline: z.array(timelineStep),
    raw: z.array(z.string()).describe('The records behind it, redacted.'),
    aftermath: aftermathView.exactOptional(),
    waits: z.strictObject({ requestId: z.string() }).exactOptional().describe('The request of this device that waits now.'),
  })
  .describe('Everything that explains one row.');

export const histogramView = z
  .strictObject({
    from: instant,
    to: instant,
    bucketMs: z.int(),
    buckets: z.array(
      z.strictObject({
        at: instant.describe('Where it begins.'),
        refused: z.int(),
        waiting: z.int(),
        timedOut: z.int(),
        leftEarly: z.int(),
        admitted: z.int(),
      }),
    ),
  })
  .describe('Attempts by outcome, oldest first, empty buckets included.');

const facet = z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.int() })).describe('Most frequent first.');

export const facetsView = z
  .strictObject({ causes: facet, devices: facet, clients: facet, origins: facet })
  .describe('What the other filters leave to choose from.');

export const troubleView = z
  .strictObject({
    code: z.enum([
      'log-unreadable',
      'log-level',
      'log-silent',
      'log-gap',
      'clock-off',
      'gateway-restarting',
      'rate-lock',
      'throttled',
      'shared-log',
      'rows-unstored',
    ]),
    severity,
    text: z.string(),
    fix: z.string().exactOptional(),
    since: instant.exactOptional(),
    until: instant.exactOptional().describe('When it ends by itself, as far as it is known.'),
  })
  .describe('Trouble of a gateway that has no row of its own.');
