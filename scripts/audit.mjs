// Asks the registry whether a dependency that is shipped has a known hole. Not every registry can answer that.
import { execFile } from 'node:child_process';

const LIMIT_MS = 60_000;
const GRAVE = ['high', 'critical'];

/**
 * What an answer of `npm audit --json` says: the grave holes by package, or why there is no answer.
 * @param {string} text
 * @returns {{ holes: string[], skipped?: undefined } | { skipped: string }}
 */
export function readAudit(text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    return { skipped: 'the registry gave no answer that can be read' };
  }
  if (typeof answer?.vulnerabilities !== 'object' || answer.vulnerabilities === null)
    return { skipped: 'the registry in use answers no audit' };
  const grave = Object.values(answer.vulnerabilities).filter(({ severity }) => GRAVE.includes(severity));
  return { holes: grave.map(({ name, severity, range }) => `${name} ${range} (${severity})`) };
}

/** Audits what `npm ci --omit=dev` would install. @param {{ root: string, env: NodeJS.ProcessEnv }} where */
export function auditDependencies({ root, env }) {
  return new Promise((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], { cwd: root, env, timeout: LIMIT_MS, maxBuffer: 16 << 20 }, (_error, stdout) =>
      resolve(readAudit(stdout)),
    );
  });
}
