// What the log and Activity say of the daily backups: each that was made, and that there is none, once until there is one again.
import { problemView } from '../problem.ts';
import type { NewActivity } from './activity.ts';

/** Both never throw. `record` writes a row of Activity; what it cannot write stands in the log. */
export function createBackupNews(deps: {
  log: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
  record: (entry: Pick<NewActivity, 'actor' | 'what' | 'text'>) => Promise<void>;
}) {
  let failing = false;
  return {
    done(file: string): void {
      failing = false;
      deps.log.info({ file }, 'the record was backed up');
    },
    failed(error: unknown): void {
      const { code, detail, fix } = problemView(error);
      const text = `There is no backup of today: ${detail}`;
      deps.log.warn({ code }, text);
      // It is tried again every quarter of an hour.
      if (failing) return;
      failing = true;
      deps
        .record({ actor: { kind: 'gateway', name: 'Gatehouse' }, what: 'backup.failed', text: `${text} ${fix}` })
        .catch((unwritten: unknown) => {
          // The next failure tells it again.
          failing = false;
          deps.log.warn({ err: unwritten }, 'a row of Activity could not be written');
        });
    },
  };
}
