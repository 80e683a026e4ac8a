// Long work on the log is cut into pieces; between two of them others come first.
/** Lets everybody else have a turn of the event loop: the database works in this thread. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
