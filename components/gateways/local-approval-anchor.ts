// Apart from the switch, so that a page that only points at it does not load it.
/** The place of a gateway's switch for silent grants on the Gateways page, to be pointed at from elsewhere. */
export const localApprovalAnchor = (gateway: string) => `local-approval-${gateway}`;
