// Every test that starts a console is a witness that its secrets stay where they belong: what the console printed, what lies in its data
// folder and what its API answered is searched for each secret that the test knows, in the forms in which one travels.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter texts occur by chance. */
const SHORTEST = 16;
/** Of each kind: a test that signs in hundreds of people looks for the first of them, and for all else too. */
const MOST_EACH = 50;
/** Of a file as big as this only the beginning is read. */
const MOST_BYTES = 64 * 1024 * 1024;

export type Leaks = {
  /** From now on this is a secret. */
  know: (kind: string, secret: string) => void;
  /** Which kinds of secrets stand in this, never the secrets themselves. */
  within: (bytes: string | Buffer) => string[];
  /** Throws with the kind and the place, never with the secret. */
  expectNone: (bytes: string | Buffer, place: string) => void;
  /** Searches every file of a folder. Throws as above. */
  expectNoneIn: (folder: string) => void;
};

/** The forms of a secret: as it is, in an address, as hex, and inside base64 of either alphabet, wherever it begins there. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret, 'utf8');
  const inBase64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset, 1), bytes]).toString('base64');
    // The letters at both ends are made of neighbours, too.
    return text.slice(offset === 0 ? 0 : offset + 1, -4);
  });
  const urls = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const all = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex'), ...inBase64, ...urls];
  return [...new Set(all)].map((text) => Buffer.from(text, 'utf8'));
}

export function createLeaks(): Leaks {
  const known = new Map<string, { kind: string; forms: Buffer[] }>();

  function within(bytes: string | Buffer): string[] {
    const hay = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
    return [...known.values()].filter(({ forms }) => forms.some((form) => hay.includes(form))).map(({ kind }) => kind);
  }
  function expectNone(bytes: string | Buffer, place: string): void {
    const kinds = within(bytes);
    if (kinds.length > 0) throw new Error(`a secret stands in ${place}: ${kinds.join(', ')}`);
  }

  return {
    know(kind, secret) {
      if (secret.length < SHORTEST || known.has(secret)) return;
      if ([...known.values()].filter((one) => one.kind === kind).length >= MOST_EACH) return;
      known.set(secret, { kind, forms: formsOf(secret) });
    },
    within,
    expectNone,
    expectNoneIn(folder) {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const file = join(folder, name);
        // A file may go while the folder is read: the lock of a console that ended.
        const found = statSync(file, { throwIfNoEntry: false });
        if (!found?.isFile()) continue;
        expectNone(readFileSync(file).subarray(0, MOST_BYTES), `the file ${name} of the data folder`);
      }
    },
  };
}

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Every text in a JSON value under a name that says secret. */
export function secretsIn(value: unknown): string[] {
  if (!isGroup(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (/(token|password|secret)$/i.test(name) ? [inner] : []) : secretsIn(inner),
  );
}

/** What a gateway's configuration and its list of paired devices hold that nobody else may. Missing files hold nothing. */
export function gatewaySecrets({ configPath, stateDir }: { configPath: string; stateDir: string }): { kind: string; secret: string }[] {
  const read = (file: string): string[] => {
    try {
      return secretsIn(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return [];
    }
  };
  return [
    ...read(configPath).map((secret) => ({ kind: 'the gateway’s shared secret', secret })),
    ...read(join(stateDir, 'devices', 'paired.json')).map((secret) => ({ kind: 'a device token', secret })),
  ];
}
