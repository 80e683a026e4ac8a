// A preview in words: the counts as one sentence, and what became of a request beside what the rule would have done.
import type { PreviewItem, PreviewView } from '#lib/api/rule-shapes.ts';
import type { Tone } from '../parts/scope-words.ts';

const WOULD: Record<PreviewItem['would'], { word: string; tone: Tone }> = {
  approved: { word: 'would have been approved', tone: 'good' },
  rejected: { word: 'would have been rejected', tone: 'plain' },
  left: { word: 'left to you', tone: 'plain' },
};
const BECAME: Record<PreviewItem['became'], string> = {
  'approved-by-person': 'you approved it',
  'rejected-by-person': 'you rejected it',
  'approved-by-rule': 'a rule approved it',
  'rejected-by-rule': 'a rule rejected it',
  unanswered: 'nobody answered',
  waiting: 'it waits now',
};
const RED: Record<PreviewItem['red'][number], string> = {
  'person-rejected': 'you had rejected this',
  'gives-admin': 'gives admin',
};

export const wouldWords = (item: PreviewItem) => WOULD[item.would];
export const becameWords = (item: PreviewItem) => BECAME[item.became];
export const redWords = (item: PreviewItem) => item.red.map((mark) => RED[mark]);

const count = (n: number) => n.toLocaleString('en-GB');

/** The parts of the one sentence that sums a preview up, each with its tone: "14 would have been approved", "6 left to you". */
export function previewParts(view: PreviewView): { text: string; tone: Tone }[] {
  const { looked, approved, rejected, left, personRejected, givesAdmin } = view;
  if (looked === 0) return [];
  const parts: { text: string; tone: Tone }[] = [];
  if (approved > 0 || rejected === 0)
    parts.push({ text: `${count(approved)} would have been approved`, tone: approved > 0 ? 'good' : 'plain' });
  if (rejected > 0) parts.push({ text: `${count(rejected)} would have been rejected`, tone: 'amber' });
  parts.push({ text: `${count(left)} left to you`, tone: 'plain' });
  if (personRejected > 0) parts.push({ text: `${count(personRejected)} of the ${count(approved)} you had rejected`, tone: 'red' });
  if (givesAdmin > 0) parts.push({ text: `${count(givesAdmin)} would have given admin`, tone: 'red' });
  return parts;
}

/** The whole sentence, as it is read out when a preview has come. */
export function previewSentence(view: PreviewView, days: number): string {
  const parts = previewParts(view).map(({ text }) => text);
  return parts.length === 0 ? `In the last ${days} days no request was recorded.` : `In the last ${days} days: ${parts.join(', ')}.`;
}
