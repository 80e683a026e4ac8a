// Makes a record of today look like one that an older console wrote, so that a test sees its steps run anew.
import type { DatabaseSync } from 'node:sqlite';

/** What takes each step back, newest first. A new step adds its line here. */
const BACK: readonly [step: string, sql: string][] = [
  ['0011-links-made-by', 'alter table links drop column made_by'],
  ['0010-open-changes-and-words', 'drop index activity_words; drop index device_changes_open_by_age'],
  ['0010-audit-chain', 'alter table activity drop column prev; alter table activity drop column hash'],
  [
    '0009-operators',
    'drop table credentials; drop table operators; drop table tokens; alter table links drop column purpose; alter table links drop column operator_id',
  ],
  ['0009-activity-by-decision', 'drop index activity_by_decision'],
  ['0007-requests-of-a-device', 'drop index cases_by_device'],
  ['0006-node-decisions', 'drop table node_decisions'],
  ['0005-inventory', 'drop table inventory; drop table device_changes; drop table device_acts'],
  ['0004-unused-index', "create index take_backs_open on take_backs (state) where state = 'asking'"],
  [
    '0003-recorded-requests',
    'drop table rule_calls; drop table cases; drop table case_texts; drop table take_backs; drop index activity_by_rule',
  ],
];

/** Takes back every step from the one whose name begins so; the next start runs them again. */
export function asBefore(db: DatabaseSync, step: string): void {
  for (const [name, sql] of BACK) if (name >= step) db.exec(sql);
  db.prepare('delete from kysely_migration where name >= ?').run(step);
}
