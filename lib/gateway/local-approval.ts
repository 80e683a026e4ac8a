// `gateway.nodes.pairing.autoApproveLocal` (2026.9.x): the one setting of a gateway that the console may change, and how it is read.
import { z } from 'zod';

const PATH = 'gateway.nodes.pairing.autoApproveLocal';
const patchTo = (value: boolean) => JSON.stringify({ gateway: { nodes: { pairing: { autoApproveLocal: value } } } });

/** The setting's place, and all that is ever sent to change it. */
export const LOCAL_APPROVAL = {
  path: PATH,
  patch: { on: patchTo(true), off: patchTo(false) },
  note: { on: 'Gatehouse: autoApproveLocal on', off: 'Gatehouse: autoApproveLocal off' },
} as const;

const pairing = z
  .object({
    autoApproveLocal: z.boolean().optional().catch(undefined),
    sshVerify: z.unknown().optional(),
    autoApproveCidrs: z.array(z.unknown()).optional().catch(undefined),
  })
  .optional()
  .catch(undefined);
const config = z.object({
  gateway: z
    .object({ nodes: z.object({ pairing }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
const answer = z.object({
  hash: z.string().min(1).max(200),
  valid: z.boolean().optional().catch(undefined),
  config,
  runtimeConfig: config.optional().catch(undefined),
});

export type LocalSetting = {
  /** What the configuration says, and what the gateway runs with where it tells. Absent means on. */
  written: boolean;
  inForce: boolean;
  /** Whether it is written at all. */
  isSet: boolean;
  /** A function of the content: the same again when a change was made and undone. */
  hash: string;
  /** The file on disk can be read; false on a broken one, while the gateway runs on with the last good. */
  valid: boolean;
  /** Switches beside it that admit nodes whatever it says. */
  sshVerify: boolean;
  cidrs: number;
};

/** Reads the answer of `config.get`; undefined where it is not as measured on 2026.9.6. Everything else in it is dropped. */
export function readLocalSetting(value: unknown): LocalSetting | undefined {
  const parsed = answer.safeParse(value);
  if (!parsed.success) return undefined;
  const { config: written, runtimeConfig, hash, valid } = parsed.data;
  const of = (c: z.infer<typeof config> | undefined) => c?.gateway?.nodes?.pairing;
  const here = of(written);
  const there = runtimeConfig ? of(runtimeConfig) : here;
  const ssh = there?.sshVerify;
  return {
    written: here?.autoApproveLocal ?? true,
    inForce: there?.autoApproveLocal ?? true,
    isSet: here?.autoApproveLocal !== undefined,
    hash,
    valid: valid ?? true,
    sshVerify: ssh !== false && !(typeof ssh === 'object' && ssh !== null && 'enabled' in ssh && ssh.enabled === false),
    cidrs: there?.autoApproveCidrs?.length ?? 0,
  };
}

const lookup = z.object({ path: z.literal(PATH), schema: z.looseObject({ type: z.string() }), reloadKind: z.string() });

/** Whether the gateway's own schema knows the setting as one that takes effect while it runs, and can be on or off. */
export function isSwitchable(value: unknown): boolean {
  const parsed = lookup.safeParse(value);
  return parsed.success && parsed.data.schema.type === 'boolean' && parsed.data.reloadKind === 'hot';
}
