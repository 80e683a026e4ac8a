// The practice world around a practice gateway: sets the scene in its store and keeps the device process alive.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { identityToPem } from '../gateway/identity.ts';
import type { PracticeGateway } from './gateway.ts';
import type { PairedRow, PairingState } from './pairing.ts';
import { readStateIdentity } from './state-files.ts';

export type WorldStep = { who: string; scopes: string[]; admitted: boolean };
export type PracticeWorld = {
  /** Sets the scene and starts the devices. The gateway must be listening. */
  start: () => void;
  /** The device process, once started. */
  pid: () => number | undefined;
  /** Ends the device process. Resolves when it is gone. */
  dispose: () => Promise<void>;
};

const AGAIN_MS = 5_000;
const MAIN = fileURLToPath(new URL('./devices-main.ts', import.meta.url));
const THRIFT = ['--max-old-space-size=32', '--max-semi-space-size=1'];

const isConsole = (row: { clientId?: string | undefined; clientMode?: string | undefined; displayName?: string | undefined }) =>
  row.clientId === 'gateway-client' && row.clientMode === 'ui' && row.displayName === 'Gatehouse';

/** The store as a new scene finds it: consoles stay, the devices of the last run are gone. */
export function newScene({ paired }: PairingState): PairingState {
  const kept = Object.entries(paired).filter((entry): entry is [string, PairedRow] => isConsole(entry[1]));
  return { pending: {}, paired: Object.fromEntries(kept) };
}

function readStep(line: string): WorldStep | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('who' in value) || !('scopes' in value) || !('admitted' in value))
      return undefined;
    const { who, scopes, admitted } = value;
    if (typeof who !== 'string' || !Array.isArray(scopes) || typeof admitted !== 'boolean') return undefined;
    return { who, scopes: scopes.map(String), admitted };
  } catch {
    return undefined;
  }
}

/** A world around a gateway. `onStep` hears of every act, without any secret. A device process that dies is started again. */
export function createPracticeWorld({ gateway, onStep }: { gateway: PracticeGateway; onStep?: (step: WorldStep) => void }): PracticeWorld {
  let child: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  let over = false;

  function launch() {
    // The secrets go over stdin: arguments and environment can be read by others. Nothing of our own environment goes along.
    // The compile cache spares the process the type stripper: 57 MB instead of 81 from its second start on (Node 24.21).
    const env = { NODE_ENV: 'production' as const, NODE_COMPILE_CACHE: join(gateway.stateDir, 'cache') };
    const started = spawn(process.execPath, [...THRIFT, MAIN], { stdio: ['pipe', 'pipe', 'ignore'], env });
    child = started;
    const setup = { url: gateway.url, token: gateway.token, hostKeyPem: identityToPem(readStateIdentity(gateway.stateDir)) };
    started.stdin.on('error', () => undefined);
    started.stdin.write(`${JSON.stringify(setup)}\n`);
    createInterface({ input: started.stdout }).on('line', (line) => {
      const step = readStep(line);
      if (step) onStep?.(step);
    });
    started.on('error', () => undefined);
    started.on('close', () => {
      if (!over) again = setTimeout(launch, AGAIN_MS);
    });
  }

  return {
    start: () => {
      gateway.edit(newScene);
      launch();
    },
    pid: () => child?.pid,
    dispose: async () => {
      over = true;
      clearTimeout(again);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        running.once('close', () => resolve());
        running.kill();
      });
    },
  };
}
