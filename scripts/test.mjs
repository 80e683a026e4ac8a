// Runs every kind of test, times each part and ends with one line that counts what passed and failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getChromium } from '../e2e/support/chromium.mjs';
import { auditDependencies } from './audit.mjs';
import { build } from './build.mjs';

const TOOLS = {
  types: ['typescript/bin/tsc', '--noEmit'],
  lint: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  knip: ['knip/bin/knip.js'],
  unit: ['vitest/vitest.mjs', 'run'],
  e2e: ['@playwright/test/cli.js', 'test', '--pass-with-no-tests'],
};

/** Tests meet no gateway and no setting of the person who runs them. */
export function cleanEnvironment(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(OPENCLAW_|CLAWDBOT_|GATEHOUSE_(?!TEST_))/.test(name)));
}

/** Passed, failed and skipped tests of a vitest JSON report or a Playwright one. */
export function countReport(report) {
  if (typeof report.numPassedTests === 'number') {
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + report.numTodoTests };
  }
  const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = report.stats ?? {};
  return { passed: expected + flaky, failed: unexpected, skipped };
}

/** Counts a part: its report when there is one; and a part that ended badly has failed at least once. */
export function countPart(code, report) {
  const counted = report ? countReport(report) : { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // The runner ended before it could write one; its exit code counts.
  }
}

/** Makes the real gateways ready that this run shall meet. Answers the versions to test and why others are missing. */
async function prepareGateways({ env, say }) {
  const { GATEWAYS, installGateway } = await import('../e2e/gateways/install.mjs');
  const asked = env.GATEHOUSE_TEST_GATEWAYS?.split(',')
    .map((version) => version.trim())
    .filter(Boolean);
  const wanted = asked ?? GATEWAYS.slice(0, env.CI ? GATEWAYS.length : 1).map((gateway) => gateway.version);
  const ready = [];
  const missing = [];
  for (const version of wanted) {
    try {
      await installGateway(version, say);
      ready.push(version);
    } catch (error) {
      missing.push(`OpenClaw ${version}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  return { ready, missing };
}

function report(parts, skips, say) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  say('');
  for (const { name, seconds, counts } of parts) {
    for (const key of Object.keys(total)) total[key] += counts[key];
    const words = `${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`;
    say(`${name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} s   ${words}`);
  }
  for (const skip of skips) say(`skipped: ${skip}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

/** `test` runs everything, `check` types, lint and knip, `unit` and `e2e` one runner with the arguments given. */
export async function runTests(command, context) {
  const { root, node, args, children, say } = context;
  const env = cleanEnvironment(context.env);
  const tool = (name, extra = [], more = {}) => {
    const [path = '', ...flags] = TOOLS[name];
    return children.run(node, [join(root, 'node_modules', path), ...flags, ...extra], { cwd: root, env: { ...env, ...more } });
  };
  if (command === 'unit') return (await tool('unit', args)).code;
  if (command === 'e2e') return (await tool('e2e', args, { CHROMIUM_PATH: await getChromium({ ...context, env }) })).code;

  const parts = [];
  const skips = [];
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  const part = async (name, work) => {
    if (children.stopped()) return undefined;
    say(`${name} ...`);
    const started = performance.now();
    const { code, file, skipped } = await work();
    const counts = skipped ? { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 } : countPart(code, file ? readReport(file) : undefined);
    parts.push({ name, seconds: (performance.now() - started) / 1000, counts });
    return code;
  };
  const attempt = async (work) => {
    try {
      return { code: (await work()) ?? 0 };
    } catch (error) {
      console.error(`[gatehouse] ${error instanceof Error ? error.message : error}`);
      return { code: 1 };
    }
  };

  try {
    if (command === 'check') {
      for (const name of ['types', 'lint', 'knip']) await part(name, () => tool(name));
      return report(parts, skips, say);
    }
    let chromium = '';
    let gateways = { ready: [], missing: [] };
    const built = await part('build', () => attempt(() => build({ ...context, env })));
    for (const name of ['types', 'lint', 'knip']) await part(name, () => tool(name));
    if (env.CI)
      await part('dependencies', async () => {
        const audit = await auditDependencies({ root, env });
        if (audit.skipped) skips.push(`the audit of dependencies: ${audit.skipped}`);
        for (const hole of audit.holes ?? []) console.error(`[gatehouse] a dependency has a known hole: ${hole}`);
        return { code: audit.holes?.length ? 1 : 0, skipped: audit.skipped !== undefined };
      });
    const unitReport = join(folder, 'unit.json');
    await part('unit', async () => ({
      ...(await tool('unit', ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`])),
      file: unitReport,
    }));
    const browser = await part('browser', () =>
      attempt(async () => {
        chromium = await getChromium({ ...context, env });
      }),
    );
    await part('gateway installs', async () => {
      gateways = await prepareGateways({ env, say });
      skips.push(...gateways.missing);
      return { code: env.CI && gateways.missing.length ? 1 : 0, skipped: gateways.missing.length > 0 };
    });
    if (built === 0 && browser === 0) {
      const browserTests = (projects) => async () => {
        const file = join(folder, `${projects[0]}.json`);
        const more = { CHROMIUM_PATH: chromium, GATEHOUSE_TEST_GATEWAYS: gateways.ready.join(','), GATEHOUSE_TEST_REPORT: file };
        return {
          ...(await tool(
            'e2e',
            projects.flatMap((project) => ['--project', project]),
            more,
          )),
          file,
        };
      };
      await part('e2e practice', browserTests(['practice', 'commands']));
      if (gateways.ready.length) await part(`e2e ${gateways.ready.join(' ')}`, browserTests(['gateway']));
    } else {
      skips.push('the browser tests: no build or no browser');
    }
    if (children.stopped()) return 1;
    return report(parts, skips, say);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
