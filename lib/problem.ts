// Every failure a person can meet has one code, which stands in the log, the API, the page and docs/problems.md.

/** The catalogue: code -> HTTP status, title, what to do. Kept in step with docs/problems.md by a test. */
export const PROBLEMS = {
  'settings-invalid': { status: 500, title: 'A setting is wrong', fix: 'Correct the named environment variable and start again.' },
  'port-in-use': { status: 500, title: 'The port is taken', fix: 'Stop the other process or set GATEHOUSE_PORT to a free port.' },
  'data-folder-locked': {
    status: 500,
    title: 'Another Gatehouse uses this data folder',
    fix: 'Stop it, or set GATEHOUSE_DATA_DIR to another folder.',
  },
  'data-folder-unusable': {
    status: 500,
    title: 'The data folder cannot be used',
    fix: 'Make it writable for this user, or set GATEHOUSE_DATA_DIR.',
  },
  'secrets-locked': {
    status: 500,
    title: 'The secrets of the data folder cannot be opened',
    fix: 'Put the right key back: GATEHOUSE_KEY, GATEHOUSE_KEY_FILE or the named file. If it is lost for good, npm run gatehouse -- key forget lets the console start as a new device.',
  },
  'bind-unsafe': {
    status: 500,
    title: 'Other machines could listen in',
    fix: 'Set GATEHOUSE_TLS_CERT and GATEHOUSE_TLS_KEY, or GATEHOUSE_BEHIND_PROXY=1 where a proxy with TLS stands in front, or listen on 127.0.0.1.',
  },
  'tls-unusable': {
    status: 500,
    title: 'The certificate of the console cannot be used',
    fix: 'Check that GATEHOUSE_TLS_CERT and GATEHOUSE_TLS_KEY are PEM files of one pair that this user can read.',
  },
  'backup-unusable': {
    status: 500,
    title: 'The backup cannot be used',
    fix: 'List the backups with npm run gatehouse -- backups, and take another one or another place.',
  },
  'audit-unreadable': {
    status: 500,
    title: 'This is no record that can be checked',
    fix: 'Name the data folder, a backup of its database, or an export of the activity as JSON lines.',
  },
  'heads-unreadable': {
    status: 500,
    title: 'No kept head was found',
    fix: 'Give with --heads a file that can be read and holds lines that begin with "audit head", or one such line with --head.',
  },
  'record-broken': {
    status: 500,
    title: 'The record was changed by somebody else',
    fix: 'Look at the named row, compare it with a backup (npm run gatehouse -- audit verify --file BACKUP), and switch automation on again when you know what happened.',
  },
  'store-unwritable': {
    status: 503,
    title: 'The record cannot be written',
    fix: 'Free disk space or mend the permissions of the data folder. Nothing was asked of the gateway; automation is off until it can be written.',
  },
  'sign-in-required': {
    status: 401,
    title: 'Sign in first',
    fix: 'Open a sign-in link; in the terminal, npm run gatehouse -- link NAME prints one. Sessions end with the console.',
  },
  'link-spent': {
    status: 401,
    title: 'This sign-in link does not work any more',
    fix: 'Links work once, for 15 minutes, and not after a restart of the console. In the terminal, npm run gatehouse -- link NAME prints another.',
  },
  'setup-required': {
    status: 409,
    title: 'The console is not set up yet',
    fix: 'Make the first operator on the set-up page; the same link works there.',
  },
  'setup-done': {
    status: 409,
    title: 'The console is set up already',
    fix: 'Sign in. In the terminal, npm run gatehouse -- link NAME prints a link.',
  },
  'sign-in-refused': {
    status: 401,
    title: 'Signing in was refused',
    fix: 'Check name and password. In the terminal, npm run gatehouse -- link NAME prints a link that always works.',
  },
  'sign-in-locked': {
    status: 429,
    title: 'Too many wrong passwords',
    fix: 'Wait, or sign in with a passkey or a link; in the terminal, npm run gatehouse -- link NAME prints one.',
  },
  'sign-in-busy': { status: 429, title: 'Too many sign-ins at once', fix: 'Try again in a moment.' },
  'sign-in-not-fresh': {
    status: 403,
    title: 'Confirm that it is you',
    fix: 'Give your password or passkey again, or sign in anew with a link; then repeat this within 15 minutes.',
  },
  'right-missing': {
    status: 403,
    title: 'You do not have the right for this',
    fix: 'Ask an admin, who gives rights on the Operators page, or use an API token with the right.',
  },
  'passkey-refused': {
    status: 401,
    title: 'The passkey was not accepted',
    fix: 'Try again, or sign in another way. In the terminal, npm run gatehouse -- link NAME prints a link that always works.',
  },
  'passkey-impossible': {
    status: 409,
    title: 'No passkey can be used at this address',
    fix: 'Open the console at localhost, or over https under a host name.',
  },
  'password-weak': {
    status: 400,
    title: 'This password cannot be used',
    fix: 'Use 12 characters or more that are neither your name nor a well-known password.',
  },
  'operator-unknown': {
    status: 404,
    title: 'No such operator',
    fix: 'Look at the Operators page, or in the terminal: npm run gatehouse -- operator list prints the names.',
  },
  'operator-exists': { status: 409, title: 'There is an operator of this name', fix: 'Take another name.' },
  'operator-disabled': { status: 409, title: 'This operator is switched off', fix: 'Switch it on first.' },
  'last-admin': {
    status: 409,
    title: 'This is the last admin',
    fix: 'Make another active operator an admin first.',
  },
  'session-unknown': { status: 404, title: 'No such session', fix: 'List the sessions at /api/v1/sessions; it may have ended.' },
  'credential-unknown': {
    status: 404,
    title: 'No such passkey or password',
    fix: 'List them at /api/v1/operators/me/credentials.',
  },
  'token-unknown': { status: 404, title: 'No such API token', fix: 'List the tokens at /api/v1/tokens; it may be revoked.' },
  'origin-refused': {
    status: 403,
    title: 'This origin is not ours',
    fix: 'Open the console at the address it printed, or add the exact origin to GATEHOUSE_ORIGINS.',
  },
  'host-refused': {
    status: 421,
    title: 'This host name is not ours',
    fix: 'Open the console at the address it printed, or add the exact origin to GATEHOUSE_ORIGINS.',
  },
  'person-required': {
    status: 403,
    title: 'Only a person in a browser may do this',
    fix: 'Sign in and do it on the page; an API token cannot.',
  },
  'input-invalid': { status: 400, title: 'The input is not valid', fix: 'Correct the named field.' },
  'not-found': { status: 404, title: 'There is nothing here', fix: 'Check the address against /api/v1/openapi.json.' },
  'method-not-allowed': { status: 405, title: 'This address does not do that', fix: 'Check the method against /api/v1/openapi.json.' },
  'too-large': { status: 413, title: 'The body is too large', fix: 'Send less: 64 KiB, and 320 KiB where a rules file is taken.' },
  'gateway-unknown': { status: 404, title: 'No such gateway', fix: 'List the gateways at /api/v1/gateways.' },
  'gateway-down': {
    status: 503,
    title: 'The gateway cannot be reached',
    fix: 'Start the gateway or check its address. The console tries again by itself.',
  },
  'gateway-refused': {
    status: 502,
    title: 'The gateway refused the console',
    fix: 'Check the token or password that the console was given against the gateway.',
  },
  'gateway-too-old': {
    status: 502,
    title: 'The gateway speaks an older protocol',
    fix: 'Update the gateway; the console speaks protocol 3 and 4.',
  },
  'gateway-too-new': {
    status: 502,
    title: 'The gateway speaks a newer protocol',
    fix: 'Update Gatehouse; this one speaks protocol 3 and 4.',
  },
  'gateway-starting': { status: 503, title: 'The gateway is starting or stopping', fix: 'Wait; the console tries again by itself.' },
  'gateway-garbage': {
    status: 502,
    title: 'The other side does not speak the gateway protocol',
    fix: 'Check that the address is an OpenClaw gateway.',
  },
  'gateway-config-broken': {
    status: 503,
    title: 'The gateway configuration cannot be read',
    fix: 'Mend the named file, or set GATEHOUSE_GATEWAY_URL.',
  },
  'gateway-owner-mismatch': {
    status: 503,
    title: 'The listener is not the gateway',
    fix: 'Another user holds the port. No secret was sent. Find out who listens there.',
  },
  'gateway-identity-changed': {
    status: 503,
    title: 'The gateway shows another identity',
    fix: 'Automation stopped. If you replaced the gateway, say so on the Gateways page.',
  },
  'gateway-certificate-changed': {
    status: 503,
    title: 'The gateway shows another certificate',
    fix: 'No secret was sent. Compare the fingerprint with that on the gateway’s host, then accept it on the Gateways page or set GATEHOUSE_GATEWAY_FINGERPRINT.',
  },
  'gateway-limited': {
    status: 502,
    title: 'The console lacks scopes on this gateway',
    fix: 'Remove the console device on the gateway and let it pair again with all scopes.',
  },
  'setting-fixed': {
    status: 409,
    title: 'This setting cannot be changed from here',
    fix: 'Read why in the answer, and change it on the gateway’s host or in the settings of the console.',
  },
  'console-waits': {
    status: 503,
    title: 'The console itself waits for approval',
    fix: 'Approve it on the gateway host with the command shown.',
  },
  'helper-unavailable': {
    status: 409,
    title: 'The console cannot be admitted from here',
    fix: 'This needs a gateway on this host and its shared secret. Approve it on the gateway host.',
  },
  'request-gone': {
    status: 404,
    title: 'This request does not wait any more',
    fix: 'It was decided, replaced or it expired. Look at the list again.',
  },
  'request-changed': { status: 409, title: 'The request is not what you saw', fix: 'Read the new state and decide again.' },
  'request-busy': { status: 409, title: 'A decision on this device is under way', fix: 'Wait for its answer.' },
  undone: {
    status: 409,
    title: 'The gateway granted something else; it was taken back',
    fix: 'Automation stopped. Read the Activity entry before you lift the stop.',
  },
  'rules-read-only': {
    status: 409,
    title: 'A file holds the rules',
    fix: 'Change the rules file; the console follows it by itself. Or start without GATEHOUSE_RULES_FILE.',
  },
  'rules-file-broken': {
    status: 422,
    title: 'The rules file is not valid',
    fix: 'Mend the named place. The last good rules stay in force, and the broken rule approves nothing meanwhile.',
  },
  'window-unknown': {
    status: 404,
    title: 'No such permit window',
    fix: 'Windows end by themselves and with the console. List them at /api/v1/windows.',
  },
  'window-closed': { status: 409, title: 'This permit window is closed', fix: 'Open another one if it is still wanted.' },
  'take-back-impossible': {
    status: 409,
    title: 'This cannot be taken back from here',
    fix: 'Read why in the plan at /api/v1/take-backs/plan, and do it on the gateway itself.',
  },
  'device-act-impossible': {
    status: 409,
    title: 'This cannot be done to the device from here',
    fix: 'Read why in the plan at /api/v1/device-acts/plan, and take the device back or do it on the gateway itself.',
  },
  'limits-loosened': {
    status: 400,
    title: 'These figures can only be tightened',
    fix: 'Give figures no larger than the most that /api/v1/guards names.',
  },
  'rule-unknown': { status: 404, title: 'No such rule', fix: 'List the rules at /api/v1/rules.' },
  'device-unknown': { status: 404, title: 'No such device', fix: 'List the devices at /api/v1/devices.' },
  'handshake-unknown': {
    status: 404,
    title: 'No such handshake',
    fix: 'Read the list again at /api/v1/handshakes; older rows may have been removed.',
  },
  'export-busy': {
    status: 429,
    title: 'Two exports are running already',
    fix: 'Wait until one of them has ended, then ask again.',
  },
  internal: {
    status: 500,
    title: 'Something failed inside Gatehouse',
    fix: 'Look at the log of the console; please report it with this code and the time.',
  },
} as const satisfies Record<string, { status: number; title: string; fix: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A failure with a code. `detail` says what happened and never carries a secret; `extra` travels in the problem document. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extra: Record<string, unknown>;
  constructor(code: ProblemCode, detail?: string, extra: Record<string, unknown> = {}) {
    super(detail ?? PROBLEMS[code].title);
    this.name = 'Problem';
    this.code = code;
    this.extra = extra;
  }
}

/** What a page or an API answer shows of a problem. */
export type ProblemView = { code: ProblemCode; title: string; detail: string; fix: string };

/** The view of any thrown value; an unexpected one keeps its text out of the answer. */
export function problemView(error: unknown): ProblemView {
  if (error instanceof Problem) {
    const { title, fix } = PROBLEMS[error.code];
    return { code: error.code, title, detail: error.message, fix };
  }
  const { title, fix } = PROBLEMS.internal;
  return { code: 'internal', title, detail: title, fix };
}
