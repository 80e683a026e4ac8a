// How often a rule may act for one device. Browser-safe: the form says the same that the rulebook stores.

/**
 * The limit for one device within an hour: what the author wrote, else half of what the rule may in all, rounded up, so that one device
 * cannot use up everybody's share.
 */
export const perDeviceOf = (rule: { maxPerHour: number; maxPerDevicePerHour?: number | undefined }): number =>
  rule.maxPerDevicePerHour ?? Math.max(1, Math.ceil(rule.maxPerHour / 2));
