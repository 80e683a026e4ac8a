// Ids that are told apart by their number.

/** Counts from 1. */
export function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}
