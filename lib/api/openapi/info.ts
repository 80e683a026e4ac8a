// What a reader of the document must know before any path: signing in, freshness, problems, the bridge.

export const INFO_TEXT = `The API of Gatehouse, the pairing and scope console for OpenClaw gateways. Bodies are JSON; times are ISO 8601 in UTC.

## Signing in
Whoever calls has rights: \`viewer\` reads, \`approver\` decides what waits, \`admin\` changes rules, gateways, operators and devices. Approver and admin do not hold each other. \`x-right\` of an operation names the right it needs; of several, one is enough to be heard, and the text says which act needs which.

A script sends \`Authorization: Bearer <token>\` with an API token, made by POST /tokens with one right, or with the value of GATEHOUSE_API_TOKEN, which is approver and admin. Activity names it. No token can make tokens, operators or links, admit the console, lift a person's refusal, or acknowledge what it made itself.

A browser signs in with a link, a password, a passkey or through a trusted proxy; GET /sign-in says which ways there are. It gets a cookie and a second secret, and sends both: the cookie by itself, the second secret as \`X-Gatehouse-Key\`. The cookie alone is worth nothing. Writes also need an \`Origin\` that is exactly ours, port included. What is about operators, tokens and credentials needs a sign-in or a confirmation that is at most 15 minutes old (\`sign-in-not-fresh\`).

A Host or Origin that is not ours is refused before anything else is looked at.

## Freshness
Lists answer \`{items, cursor?, freshness}\`. \`stale\` means that the gateway has gone and this is its last good reading. An error is never an empty list.

## Problems
A failure is a problem document (RFC 9457) with a stable \`code\`. The same code stands in the log, on the pages and in docs/problems.md. With \`Retry-After\` the status is 429, whatever the code. A query parameter that comes twice is \`input-invalid\`.

## The bridge
\`/bridge\` (not below /api/v1) is a WebSocket that carries changes as they happen. A browser offers the subprotocols \`gatehouse.v1\` and \`key.<second secret>\` with its cookie and our exact Origin; a script offers \`gatehouse.v1\` with its bearer token. The server says hello (\`BridgeFrame\`, type \`hello\`) with its epoch and cursor. The client answers with \`BridgeSubscribe\`, the only frame that it may send. Then rows follow, each with a \`BridgeChange\` under a growing cursor.

To miss nothing, subscribe first and read the lists afterwards. After a lost connection, subscribe with the last epoch and cursor: what was missed is replayed, or \`reread\` says to read the lists again. A client that does not read fast enough is closed with 1013, one that sends anything else with 1008, and all of a session or token when it ends with 4001.`;
