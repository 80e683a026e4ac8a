// Behind every npm script. Plain JS, because it runs under whatever Node the machine has, before node_modules exists.
const USAGE = 'start | build | dev | test | unit | e2e | check | bench | gatehouse';

async function main() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    console.error(`[gatehouse] Node ${process.version} is too old. Install Node 20 or newer from nodejs.org and run this again.`);
    return 1;
  }
  // Imported only now: an older Node would stop at their syntax with a stack trace instead of the line above.
  const { runCommand } = await import('./commands.mjs');
  const command = process.argv[2];
  return await runCommand(command || '', process.argv.slice(3), USAGE);
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`[gatehouse] ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
