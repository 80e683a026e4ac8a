// The topics of the bridge, written once: the server takes them, the browser follows all of them, and the contract is made of them.
// A change of another topic cannot be published, and a topic without a place in the cached lists does not compile.
export const BRIDGE_TOPICS = [
  'gateways',
  'automation',
  'requests',
  'decisions',
  'devices',
  'handshakes',
  'rules',
  'rules-file',
  'windows',
  'take-backs',
  'device-changes',
  'device-acts',
  'node-requests',
  'node-decisions',
  'activity',
] as const;

export type BridgeTopic = (typeof BRIDGE_TOPICS)[number];
