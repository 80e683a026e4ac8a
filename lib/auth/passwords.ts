// Passwords as argon2id in PHC strings. A hash costs 19 MiB and a few hundredths of a second of one core, so only two run at once.
import { argon2, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { RandomBytes } from './secrets.ts';

const COST = { memory: 19 * 1024, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const SALT_BYTES = 16;
const AT_ONCE = 2;
const WAITING = 30;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

type Cost = typeof COST;

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

// What two keyboards write differently for one sign is one password.
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFC'), 'utf8');

function derive(password: string, nonce: Uint8Array, cost: Cost, tagLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message: bytesOf(password), nonce, tagLength, ...cost }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

/** Runs at most two at once; beyond 30 that wait it rejects with Problem('sign-in-busy'). */
function createGate(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) throw new Problem('sign-in-busy', 'Too many passwords are being checked.', { retryAfterS: 2 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes just now gets in before those who wait.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** Makes and checks password hashes, a few at a time. */
export function createPasswords(random: RandomBytes) {
  const gate = createGate();
  let decoy: Promise<string> | undefined;

  async function hash(password: string): Promise<string> {
    const salt = random(SALT_BYTES);
    const tag = await gate(() => derive(password, salt, COST, TAG_BYTES));
    return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  async function fits(password: string, phc: string): Promise<boolean> {
    const [, memory, passes, parallelism, salt, tag] = PHC.exec(phc) ?? [];
    if (memory === undefined || passes === undefined || parallelism === undefined || salt === undefined || tag === undefined) return false;
    const known = Buffer.from(tag, 'base64');
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
    const offered = await gate(() => derive(password, Buffer.from(salt, 'base64'), cost, known.length));
    return timingSafeEqual(offered, known);
  }

  return {
    /** The PHC string of a password. Rejects with Problem('sign-in-busy'). */
    hash,

    /**
     * Whether a password is the one of this PHC string. Without a string it takes the same time and answers false, so that nobody learns
     * which names exist or have a password. Rejects with Problem('sign-in-busy').
     */
    async verify(password: string, phc: string | undefined): Promise<boolean> {
      if (phc !== undefined) return fits(password, phc);
      decoy ??= hash(Buffer.from(random(SALT_BYTES)).toString('base64'));
      decoy.catch(() => {
        decoy = undefined;
      });
      await fits(password, await decoy);
      return false;
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;
