// `gatehouse audit verify`: reads the record beside a running console, or a copy of it, and says what it can vouch for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type HeadCheck, headLine, headsIn } from '#lib/audit/heads.ts';
import { rowsOf } from '#lib/audit/sources.ts';
import { type AuditReport, verifyChain } from '#lib/audit/verify.ts';
import { isoOf, systemClock } from '#lib/clock.ts';
import { Problem } from '#lib/problem.ts';
import { dataFolders } from './running.ts';

const RECORD = 'gatehouse.db';

export const AUDIT_HELP = `  npm run gatehouse -- audit verify [--file FILE] [--heads FILE] [--head LINE]
                                 walk the record and name the first row that does not hold. FILE is a database, a backup or
                                 an export as JSON lines; --heads is any file that holds "audit head" lines printed before,
                                 - reads them from standard input`;

function recordOfFolder(): string {
  const folders = dataFolders();
  const found = folders.map((folder) => join(folder, RECORD)).find((file) => existsSync(file));
  if (found === undefined) throw new Problem('audit-unreadable', `There is no record in ${folders[0]}.`);
  return found;
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new Problem('heads-unreadable', `${file === '-' ? 'Standard input' : file} cannot be read.`);
  }
}

const when = (at: string | undefined) => (at === undefined ? '' : ` of ${at}`);

function checkWords(check: HeadCheck): string {
  const { head } = check;
  const name = `The head${when(head.at)} (row ${head.rows})`;
  if (check.kind === 'holds') return `${name} fits: nothing up to that row was changed since.`;
  if (check.kind === 'shorter') return `${name} is beyond the end: the record has only ${check.rows} rows, so its end is missing.`;
  return `${name} does not fit: the record was written anew at that row or before it.`;
}

/** What a report says to a person, line by line. */
export function auditWords({ head, read, breaks, broken, since, checks }: AuditReport, asked: number, now: string): string[] {
  const [first] = breaks;
  if (first) {
    return [
      first.text,
      `That is the first break${first.at === undefined ? '' : `; the row says ${first.at}, ${first.what}`}.`,
      broken > 1 ? `There are ${broken} breaks in ${read} rows.` : `Every other of the ${read} rows follows the one before.`,
      ...checks.map(checkWords),
    ];
  }
  const held = checks.filter((check) => check.kind === 'holds');
  const others = checks.filter((check) => check.kind !== 'holds');
  const newest = held.reduce<HeadCheck | undefined>((best, check) => (best && best.head.rows >= check.head.rows ? best : check), undefined);
  return [
    `${read} ${read === 1 ? 'row' : 'rows'}, and the chain holds${since === undefined ? '' : `. It vouches since ${since}`}.`,
    headLine(head, now),
    ...others.map(checkWords),
    ...(newest ? [`${held.length} of ${asked} kept heads fit. ${checkWords(newest)}`] : []),
    ...(asked === 0
      ? [
          'No head from elsewhere was compared: whoever can write the file could have written the whole chain anew. Keep the lines "audit head" that the console prints, and give them with --heads.',
        ]
      : []),
  ];
}

/** Runs the command. Answers the exit code: 0 when all holds, 1 when something does not. Throws Problem('audit-unreadable' | 'heads-unreadable'). */
export async function audit(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { file: { type: 'string' }, heads: { type: 'string' }, head: { type: 'string' } },
  });
  if (positionals[0] !== 'verify' || positionals.length > 1) {
    console.error(AUDIT_HELP);
    return 2;
  }
  const text = [values.heads === undefined ? '' : textOf(values.heads), values.head ?? ''].join('\n');
  const heads = headsIn(text);
  if (heads.length === 0 && (values.heads !== undefined || values.head !== undefined))
    throw new Problem(
      'heads-unreadable',
      'No line of what was given begins with "audit head", as the console and this command print them.',
    );
  const report = await verifyChain(rowsOf(values.file ?? recordOfFolder()), heads);
  for (const line of auditWords(report, heads.length, isoOf(systemClock().nowMs()))) console.log(line);
  return report.broken > 0 || report.checks.some((check) => check.kind !== 'holds') ? 1 : 0;
}
