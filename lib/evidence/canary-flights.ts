// When canaries fly. One serves everybody who needs proof from before it was sent; and the socket of the next is opened while the last
// record of an attempt is still awaited, so that a decision waits for the canary's record alone.
import type { CanaryResult } from './canary.ts';

export type CanaryFlights = {
  /** How the last one ended, and when, ms of the console's clock. */
  last: () => (CanaryResult & { at: number }) | undefined;
  /** Opens the socket of the next one ahead. Whoever calls this calls `after` or `release` in the end. */
  prepare: () => void;
  /** Resolves when a canary that was sent at `at` or later came back or did not. Never rejects. */
  after: (at: number) => Promise<void>;
  /** Sends one that was prepared, for nobody: a socket that says nothing would stand in the log as a stranger's. */
  release: () => void;
};

type Flight = { sentAt: number | undefined; send: () => void; landed: Promise<void> };

/**
 * @param fly lets one fly: it may open its socket at once, and sends when `ready` resolves. Does not reject
 * @param onLanded told each result before anybody who waits for it; does not reject
 */
export function createCanaryFlights(deps: {
  fly: (ready: Promise<void>) => Promise<CanaryResult>;
  onLanded: (result: CanaryResult) => Promise<void>;
  now: () => number;
}): CanaryFlights {
  const { now } = deps;
  let last: (CanaryResult & { at: number }) | undefined;
  let flight: Flight | undefined;

  function start(): Flight {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const started: Flight = {
      sentAt: undefined,
      send() {
        started.sentAt ??= now();
        resolve();
      },
      landed: deps
        .fly(ready)
        .then((result) => {
          last = { ...result, at: now() };
          return deps.onLanded(result);
        })
        .finally(() => {
          flight = undefined;
        }),
    };
    return started;
  }

  const serves = (at: number) => last?.read === true && last.openedAt >= at;

  return {
    last: () => last,
    prepare() {
      flight ??= start();
    },
    async after(at) {
      // One that was opened ahead is sent all the same: left silent, the gateway would end it as a stranger's, and the next would wait for it.
      if (serves(at)) return flight?.send();
      if (flight?.sentAt !== undefined) {
        const { sentAt, landed } = flight;
        await landed;
        if (sentAt >= at || serves(at)) return flight?.send();
      }
      flight ??= start();
      flight.send();
      await flight.landed;
    },
    release() {
      flight?.send();
    },
  };
}
