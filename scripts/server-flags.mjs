// How Node runs the console: the same words wherever it is started, tests and service units included.

/**
 * Young objects get 4 MB instead of 64: under load most of what they held was waste, some 100 MB of it, and the console allocates little
 * otherwise (measured with `npm run bench -- steady flood`).
 * @type {readonly string[]}
 */
export const SERVER_FLAGS = ['--max-semi-space-size=4'];
