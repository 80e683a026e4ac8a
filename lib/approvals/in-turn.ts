// One after the other, by name. Two gateways that ask the same rule at once would each see the same count of its uses.

/**
 * Waits for everybody who asked for this name before, then answers how to let the next one in. Every caller must let go, also after a
 * failure; letting go twice does nothing.
 */
export type InTurn = (name: string) => Promise<() => void>;

export function createInTurn(): InTurn {
  const last = new Map<string, Promise<void>>();
  return async (name) => {
    const before = last.get(name);
    const { promise: mine, resolve: letGo } = Promise.withResolvers<void>();
    last.set(name, mine);
    await before;
    return () => {
      letGo();
      if (last.get(name) === mine) last.delete(name);
    };
  };
}
