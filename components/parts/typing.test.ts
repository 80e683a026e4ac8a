// No letter is lost to what comes back from the address, in whatever order letters and answers come.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrived, resting, type Typing } from './typing.ts';

const start: Typing = { typed: '', known: '', sent: [] };
const typedAs = (typing: Typing, typed: string): Typing => ({ ...typing, typed });

test('a letter that is typed before the one before it comes back stays', () => {
  const s = resting(typedAs(start, 's'), 's');
  expect(arrived(typedAs(s, 'st'), 's').typed).toBe('st');
});

test('what was not sent from here stands in the input, and nothing of before comes over it', () => {
  const s = resting(typedAs(start, 's'), 's');
  const linked = arrived(s, 'a link');
  expect(linked).toEqual({ typed: 'a link', known: 'a link', sent: [] });
  expect(resting(linked, 's')).toBe(linked);
  expect(arrived(arrived(s, 's'), '').typed).toBe('');
});

test('the same text is sent once', () => {
  const s = resting(typedAs(start, 's'), 's');
  expect(resting(s, 's')).toBe(s);
  expect(resting(start, '')).toBe(start);
});

test('whatever is typed, and however late and however many at once it comes back, the input holds what was typed', () => {
  const step = fc.oneof(fc.record({ letter: fc.constantFrom('a', 'b', '<') }), fc.constant('rest' as const), fc.constant('back' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let typing = start;
      let typed = '';
      for (const one of steps) {
        if (one === 'rest') typing = resting(typing, typed);
        // The newest alone comes back where several are on their way.
        else if (one === 'back') typing = arrived(typing, typing.sent.at(-1) ?? typing.known);
        else {
          typed = one.letter === '<' ? typed.slice(0, -1) : typed + one.letter;
          typing = typedAs(typing, typed);
        }
        expect(typing.typed).toBe(typed);
      }
    }),
  );
});
