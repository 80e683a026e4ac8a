// How often a rule may act for one device. Browser-safe: the form says the same that the rulebook stores.
import type { RuleInput } from '../api/rule-shapes.ts';

/**
 * The limit for one device within an hour: what the author wrote, else half of what the rule may in all, rounded up, so that one device
 * cannot use up everybody's share.
 */
export const perDeviceOf = (rule: { maxPerHour: number; maxPerDevicePerHour?: number | undefined }): number =>
  rule.maxPerDevicePerHour ?? Math.max(1, Math.ceil(rule.maxPerHour / 2));

/** Whether a rule can ever be about one key only: then there is one limit an hour, the tighter of the two. */
export const isForOneKey = ({ deviceId, origin, gateway }: Pick<RuleInput, 'deviceId' | 'origin' | 'gateway'>): boolean =>
  deviceId !== undefined || ((origin ?? 'host-key') === 'host-key' && gateway !== undefined);
