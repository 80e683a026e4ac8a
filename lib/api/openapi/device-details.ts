// One device with its findings and its story, what may go, and who holds what is grave, as the API description carries them.
import { z } from 'zod';
import { deviceId, freshness, instant, publicKey, risk, scopes } from './common.ts';
import { deviceActInput, deviceChangeView, findingCode } from './devices.ts';
import { deviceView } from './gateways.ts';
import { commandGroup } from './nodes.ts';
import { enforcement } from './take-backs.ts';

const deviceFinding = z
  .strictObject({
    code: findingCode,
    severity: z.enum(['fault', 'warning', 'note']).describe('`fault`: something does not work, or somebody holds what nobody gave.'),
    title: z.string(),
    text: z.string(),
    since: instant.exactOptional(),
    fixes: z
      .array(
        z.strictObject({
          title: z.string(),
          text: z.string(),
          command: z.string().exactOptional().describe('To run on the gateway’s host or the client’s, as `text` says.'),
          act: z
            .enum(['rename', 'rotate', 'narrow', 'revoke', 'take-back', 'acknowledge', 'approve'])
            .exactOptional()
            .describe('What this console can do about it itself.'),
          harm: z.enum(['none', 'reconnects', 'loses-token', 'loses-pairing']),
        }),
      )
      .describe('In order of harm, the least first.'),
  })
  .describe('What is odd about a device, and how to mend it. docs/devices.md has a section for each.');

const nodeHolding = z
  .strictObject({
    groups: z.array(commandGroup).exactOptional().describe('What may be run on it, the gravest first; absent where nobody can say.'),
    approvedAt: instant.exactOptional(),
    waits: z.array(commandGroup).exactOptional().describe('What waits to be decided.'),
    note: z.string().exactOptional(),
  })
  .describe('The commands of a node, by the gateway’s own list of nodes.');

export const deviceDetail = z
  .strictObject({
    device: deviceView,
    sentence: z.string().describe('The grant as a sentence.'),
    findings: z.array(deviceFinding),
    node: nodeHolding.exactOptional(),
    removal: z.strictObject({ enforcement, why: z.string() }).describe('Whether taking it back altogether holds.'),
    cannot: z
      .array(z.strictObject({ act: deviceActInput.shape.act, why: z.string() }))
      .describe('Acts that this gateway cannot be asked for.'),
    changes: z.array(deviceChangeView).describe('Its newest differences between readings.'),
  })
  .describe('All that is known of one device now.');

export const deviceStory = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        at: instant,
        kind: z.enum(['request', 'decision', 'handshake', 'change', 'act', 'take-back', 'word']),
        tone: z.enum(['good', 'bad', 'warn', 'plain']),
        title: z.string(),
        text: z.string().exactOptional(),
        href: z.string().exactOptional().describe('A page of this console that shows all of it.'),
        times: z.number().exactOptional().describe('So many are folded into it.'),
      }),
    ),
    next: z.string().exactOptional().describe('Where to go on: send it as `before`. Absent at the end.'),
  })
  .describe('The life of a device, newest first.');

export const cleanUpView = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        kind: z.enum(['stale', 'duplicate', 'ephemeral', 'never-used']),
        title: z.string(),
        why: z.string(),
        items: z.array(
          z.strictObject({
            gateway: z.string(),
            deviceId,
            why: z.string(),
            keeps: z.string().exactOptional().describe('Of duplicates: the device that stays.'),
          }),
        ),
      }),
    ),
    freshness,
  })
  .describe('Rows that may go. A device stands in one group at most.');

export const accessReview = z
  .strictObject({
    at: instant,
    gateways: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        version: z.string().exactOptional(),
        freshness,
        holders: z.array(
          z.strictObject({
            deviceId,
            publicKey,
            displayName: z.string().exactOptional(),
            clientId: z.string().exactOptional(),
            platform: z.string().exactOptional(),
            remoteIp: z.string().exactOptional(),
            roles: z.array(z.string()),
            scopes,
            risk,
            since: instant.exactOptional(),
            sinceWhat: z
              .enum(['decision', 'reading', 'approved', 'unknown'])
              .describe(
                '`decision`: of this console. `reading`: the first that showed it. `approved`: the gateway’s last approval of anything.',
              ),
            how: z.enum(['operator', 'rule', 'silent', 'ssh', 'bootstrap', 'unknown']),
            by: z.string().exactOptional(),
            decisionId: z.string().exactOptional(),
            lastUsedAt: instant.exactOptional(),
            lastUsedBy: z
              .enum(['gateway', 'handshake'])
              .exactOptional()
              .describe('Who tells it: the gateway’s list, or a handshake that this console read in its log.'),
            node: nodeHolding.exactOptional(),
            connected: z.boolean().exactOptional(),
            isConsole: z.boolean(),
            isHostKey: z.boolean(),
            unclicked: z.int(),
            grants: z
              .array(z.strictObject({ at: instant, roles: z.array(z.string()), scopes }))
              .exactOptional()
              .describe('The newest grants that nobody clicked: what each gave, and when.'),
          }),
        ),
      }),
    ),
  })
  .describe('Who holds what is grave: every gateway, also one without a holder and one that was never read.');
