// What the console could not read or keep: an honest hole in the log, shown where it is.
import { setCommand } from '../commands.ts';
import type { CatalogueEntry } from '../entry.ts';
import { remedy } from '../remedies.ts';

type Part = Pick<CatalogueEntry, 'key' | 'title' | 'happened' | 'why'> & {
  remedies?: CatalogueEntry['remedies'];
  seen?: CatalogueEntry['seen'];
  severity?: CatalogueEntry['severity'];
};

const gap = ({ remedies = () => [], severity = 'notice', ...rest }: Part): CatalogueEntry => ({
  codes: [],
  outcome: 'gap',
  severity,
  remedies,
  seen: { '2026.4.14': 'source', '2026.9.6': 'source' },
  stops: 'Requests whose attempts fall into the gap are held for a person.',
  docs: `gaps#${rest.key}`,
  ...rest,
});

export const GAPS: readonly CatalogueEntry[] = [
  gap({
    key: 'unread-lines',
    seen: { '2026.4.14': 'live', '2026.9.6': 'live' },
    title: 'Lines that cannot be read',
    happened: (facts) =>
      `${facts.suppressed === undefined ? 'Some' : facts.suppressed === 1 ? 'One' : String(facts.suppressed)} of the lines of the log could not be read: no JSON, no time, or too long.`,
    why: () => 'Another program writes into the file, a line was cut by a crash or a full disk, or a caller sent something very long.',
    remedies: () => [
      remedy('gateway-host', 'Look at the file around this time. Every gateway of the same user writes into the same file on 2026.4.14.'),
    ],
  }),
  gap({
    key: 'limit',
    title: 'More lines than one read gives',
    happened: () => 'The gateway wrote more lines than one reading returns, and older ones were dropped.',
    why: () =>
      'The console asks the gateway for its log (logs.tail) up to 5,000 lines at a time, and the gateway drops the oldest beyond that without saying so.',
    remedies: () => [remedy('nowhere', 'A console on the gateway’s own host reads the file itself and has no such limit.')],
  }),
  gap({
    key: 'file-changed',
    title: 'A new log file began',
    happened: () => 'The gateway went on in another file, and the last lines of the old one may be missing.',
    why: () => 'A new day began, the file was rotated, or another file was configured.',
  }),
  gap({
    key: 'file-shrunk',
    title: 'The log file shrank',
    happened: () => 'The file is shorter than it was: what stood there is gone.',
    why: () => 'It was truncated, rotated in place or replaced.',
  }),
  gap({
    key: 'source-failed',
    severity: 'warning',
    title: 'The log could not be read',
    happened: () => 'For a while the console could not read the gateway’s log; what happened meanwhile may be missing.',
    why: () => 'The gateway was away, refused logs.tail, or the file could not be opened.',
    remedies: () => [remedy('nowhere', 'The Gateways page says what is wrong with the source at the moment.')],
  }),
  gap({
    key: 'size-cap',
    severity: 'warning',
    title: 'The log file is full',
    happened: () => 'The gateway wrote that its log file reached its largest size. It writes nothing more until the next file begins.',
    why: () => 'logging.maxFileBytes limits the file. From here on, failed connections leave no line, and no rule can be sure of anything.',
    remedies: (_, place) => [
      remedy('gateway-host', 'Stop what fills the log: a client in a loop, or verbose logging.'),
      remedy(
        'gateway-config',
        'Or allow a larger file, 1 GB here, and restart the gateway.',
        setCommand(place, 'logging.maxFileBytes', 1_000_000_000),
      ),
    ],
  }),
  gap({
    key: 'rows-dropped',
    severity: 'warning',
    title: 'Rows that could not be kept',
    happened: (facts) =>
      `The console could not store ${facts.suppressed === undefined ? 'some rows' : facts.suppressed === 1 ? 'one row' : `${facts.suppressed} rows`} and dropped them.`,
    why: () => 'The disk of the console is full or not writable, or more came in than it could write.',
    remedies: () => [remedy('here', 'Look at the disk of the console’s data folder.')],
  }),
];
