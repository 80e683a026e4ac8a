// What a browser sends after it asked an authenticator, as far as it is looked at before the library checks it.
import { z } from 'zod';

const bytes = z
  .string()
  .min(1)
  .max(8192)
  .regex(/^[\w-]+$/, 'is not base64url');
const extensions = z.record(z.string().max(100), z.unknown()).default({});

const common = {
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['cross-platform', 'platform']).exactOptional(),
  // Nothing is asked of an extension, so nothing that it answers counts.
  clientExtensionResults: extensions.transform(() => ({})),
};

export const challengeId = z.string().min(1).max(100);

/** Proves a passkey that is known. */
export const assertionInput = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: z.string().max(200).exactOptional(),
  }),
});

/** Brings a new one. */
export const attestationInput = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(z.string().max(50)).max(10).exactOptional(),
  }),
});

export type Assertion = z.infer<typeof assertionInput>;
export type Attestation = z.infer<typeof attestationInput>;
