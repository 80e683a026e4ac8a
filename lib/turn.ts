// Long work in this thread is cut into pieces; between two of them others come first.

/** Resolves after everybody else had a turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
