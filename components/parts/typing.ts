// A text that is typed here and kept elsewhere, in the address for one: the input follows the fingers, what is kept follows when they
// rest. What was sent comes back later than the next letter may come, so what comes back must not overwrite what stands in the input.

/** `known`: what was kept when it was last looked at. `sent`: what went there and has not come back yet, oldest first. */
export type Typing = { typed: string; known: string; sent: readonly string[] };

/** Something is kept now. What was sent from here changes nothing in the input; anything else, as by a link, stands in it. */
export function arrived(typing: Typing, kept: string): Typing {
  if (kept === typing.known) return typing;
  const place = typing.sent.indexOf(kept);
  // Those before it were never kept: two that came at once count as the last of them.
  if (place !== -1) return { typed: typing.typed, known: kept, sent: typing.sent.slice(place + 1) };
  return { typed: kept, known: kept, sent: [] };
}

/** Fingers rest on `text`. The same object where it is what is kept already, or where something else stands in the input by now. */
export function resting(typing: Typing, text: string): Typing {
  if (typing.typed !== text || (typing.sent.at(-1) ?? typing.known) === text) return typing;
  return { ...typing, sent: [...typing.sent, text] };
}
