// What goes wrong at a gateway, for the console's own log: each thing once, and nothing that only says that the gateway is restarting.
import { GatewayRefusal } from '../gateway/link.ts';
import { Problem, problemView } from '../problem.ts';

/** The log is looked at once a second, so what keeps failing would fill the console's log. */
const AGAIN_MS = 10 * 60_000;
const KEPT = 100;

/**
 * Takes errors. A lost connection is told by the connection itself, and what a restart makes fail is no fault of anybody's; anything
 * else is warned of, the same again only after 10 minutes, with the count of those in between.
 * @param isRestarting whether the gateway is known to restart. Its code UNAVAILABLE alone does not say so: 2026.4.14 and 2026.9.6
 * answer it to any call that failed, such as `logs.tail` where the log cannot be read.
 */
export function createDeskFaults(deps: {
  gateway: string;
  warn: (fields: object, text: string) => void;
  isRestarting: () => boolean;
  now: () => number;
}): (error: unknown) => void {
  const told = new Map<string, { at: number; more: number }>();

  return (error) => {
    if (error instanceof GatewayRefusal && (error.isPassing || (error.code === 'UNAVAILABLE' && deps.isRestarting()))) return;
    const refused = error instanceof GatewayRefusal;
    const { code, detail } = problemView(refused ? new Problem('gateway-refused', `The gateway said no: ${error.message}`) : error);
    if (code === 'gateway-down') return;
    const key = `${code} ${error instanceof Error ? error.message : detail}`;
    const last = told.get(key);
    if (last && deps.now() - last.at < AGAIN_MS) {
      last.more += 1;
      return;
    }
    told.delete(key);
    told.set(key, { at: deps.now(), more: 0 });
    for (const oldest of told.keys()) {
      if (told.size <= KEPT) break;
      told.delete(oldest);
    }
    deps.warn(
      { gateway: deps.gateway, code, err: error instanceof Problem ? undefined : error, ...(last?.more ? { more: last.more } : {}) },
      detail,
    );
  };
}
