// Says what happened in one attempt, why, and what mends it here: the catalogue's words with this attempt's values.
import type { DiagnosisView, RemedyView } from '../api/shapes.ts';
import type { AttemptFacts } from '../handshakes/attempt.ts';
import { diagnose, entryFor } from './diagnose.ts';
import type { CatalogueEntry, Place } from './entry.ts';
import { report } from './remedies.ts';
import { fromWhere, plain, who } from './words.ts';

const PRACTICE = ' This is the practice gateway: the commands are those of a real one.';
// A command longer than this is no help to anybody; the words of the remedy stay.
const COMMAND_LIMIT = 4000;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/u;

/** A command is one plain line, or it is left out. The last guard: builders already let only a closed grammar in. */
function safe({ text, where, command }: RemedyView): RemedyView {
  return command === undefined || command.length > COMMAND_LIMIT || UNSAFE.test(command) ? { text, where } : { text, where, command };
}

const seenOf = (entry: CatalogueEntry): DiagnosisView['seen'] => {
  const { '2026.4.14': older, '2026.9.6': newer } = entry.seen;
  return [...(older ? [{ version: '2026.4.14', how: older }] : []), ...(newer ? [{ version: '2026.9.6', how: newer }] : [])];
};

function unknown(facts: AttemptFacts, place: Place): DiagnosisView {
  const { key, severity, title } = diagnose(facts);
  const reason = facts.reason ?? facts.authReason;
  const words = `cause “${plain(facts.cause ?? 'none')}”${reason === undefined ? '' : ` and reason “${plain(reason)}”`}`;
  return {
    key,
    severity,
    title,
    happened: `The gateway closed the connection of ${who(facts, place)}${fromWhere(facts)} with the ${words}.`,
    why: `This console does not know these words${place.version ? ` of ${plain(place.version, 40)}` : ''}. They are shown as the gateway wrote them, and nothing is guessed.`,
    remedies: [report()],
    stops: 'Not known.',
    docs: 'README#unknown',
    seen: [],
    known: false,
  };
}

/** Explains one attempt at one place. Never throws; commands hold no secret and nothing that a caller wrote unchecked. */
export function explain(facts: AttemptFacts, place: Place): DiagnosisView {
  const entry = entryFor(facts);
  if (entry === undefined) return unknown(facts, place);
  const { key, severity, title, known } = diagnose(facts);
  return {
    key,
    severity,
    title,
    happened: entry.happened(facts, place),
    why: entry.why(facts, place) + (place.practice ? PRACTICE : ''),
    remedies: entry.remedies(facts, place).map(safe),
    stops: entry.stops,
    docs: entry.docs,
    seen: seenOf(entry),
    known,
  };
}
