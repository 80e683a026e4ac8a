// Shapes that many answers share: freshness, evidence, verdicts, who acted, problems. A test holds them to shapes.ts.
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../../problem.ts';

const isCode = (text: string): text is ProblemCode => text in PROBLEMS;

/** Every code of the catalogue, in its order. */
export const problemCodes: readonly ProblemCode[] = Object.keys(PROBLEMS).filter(isCode);

export const instant = z.iso.datetime().describe('ISO 8601, UTC.');
export const deviceId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('Hex SHA-256 of the raw 32-byte public key.');
export const publicKey = z.string().describe('Ed25519 public key, base64url without padding.');
export const scopes = z.array(z.string()).describe('Scopes as the gateway names them, least risk first, such as operator.read.');

export const risk = z
  .enum(['read', 'write', 'elevated', 'admin', 'node'])
  .describe('The gravest thing in it. `elevated`: approvals, pairing, talk.secrets. `node`: commands on that machine.');

export const freshness = z
  .strictObject({
    state: z.enum(['live', 'stale', 'never']),
    asOf: instant.exactOptional(),
  })
  .describe(
    '`live`: read from the gateway and followed. `stale`: the last good reading, kept since the gateway went. `never`: not read yet.',
  );

export const origin = z.enum(['host-key', 'loopback', 'proxied', 'remote', 'unknown']);
export const assurance = z.enum(['peer', 'log']).describe('`peer`: the connecting process was seen. `log`: all facts but that one.');

export const fact = z
  .strictObject({
    name: z.enum(['key', 'attempts', 'records', 'source', 'canary', 'peer', 'configuration', 'statement', 'provenance', 'complete']),
    label: z.string(),
    held: z.boolean().exactOptional().describe('True: held. False: contradicted. Absent: missing.'),
    text: z.string(),
    records: z.array(z.string()).exactOptional().describe('The gateway’s records that it stands on, redacted, oldest first.'),
  })
  .describe('One fact behind an origin.');

export const originView = z
  .strictObject({
    origin,
    assurance: assurance.exactOptional(),
    summary: z.string(),
    facts: z.array(fact),
    alarm: z.string().exactOptional().describe('The gateway’s own key came by a path that is not clean.'),
    askedBy: z.enum(['gateway-process', 'other-process']).exactOptional().describe('Who asked, where the peer was seen.'),
    settled: z.boolean().describe('False while evidence is still being collected.'),
    next: z
      .strictObject({ grade: z.string(), missing: z.array(z.string()) })
      .exactOptional()
      .describe('The next better grade, and what is missing for it.'),
  })
  .describe('Where a request came from, with the proof.');

export const verdictReason = z.strictObject({
  code: z.string(),
  text: z.string(),
  rule: z.string().exactOptional(),
  ruleName: z.string().exactOptional(),
});

export const reason = z.enum(['new-device', 'scope-upgrade', 'role-upgrade', 'metadata-change', 'unchanged']);

export const actor = z
  .strictObject({
    kind: z.enum(['person', 'rule', 'api-token', 'gateway', 'file', 'terminal']),
    name: z.string(),
    ruleId: z.string().exactOptional(),
    windowId: z.string().exactOptional(),
  })
  .describe('Who did it.');

export const problemView = z
  .strictObject({ code: z.enum(problemCodes), title: z.string(), detail: z.string(), fix: z.string() })
  .describe('A problem as it stands inside another answer.');

/** The problem document of RFC 9457. What else it carries depends on the code, so it is open. */
export const problem = z
  .looseObject({
    type: z
      .string()
      .describe('Names the kind of problem, `urn:gatehouse:problem:` and the code. It is no address; docs/problems.md explains each code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened. Never holds a secret.'),
    code: z.enum(problemCodes).describe('Stable: the same in the log, on the pages and in docs/problems.md.'),
    fix: z.string().describe('What to do.'),
    field: z.string().optional().describe('With `input-invalid`: the field, dotted.'),
    issues: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .optional()
      .describe('With `input-invalid`: up to ten.'),
    request: z.unknown().optional().describe('With `request-changed`: the RequestView as it is now, absent when it is gone.'),
    allow: z.array(z.string()).optional().describe('With `method-not-allowed`: what this address does.'),
  })
  .describe('A problem document (RFC 9457).');
