// A rules file that cannot be used, in the few words that stand on every page and beside Rules in the rail.
import type { RulesFileView } from '#lib/api/rule-shapes.ts';

/** What is the case with the file, and what that means for requests; undefined while it is good, or no file holds the rules. */
export function brokenFile(file: Pick<RulesFileView, 'problems'> | undefined): { word: string; title: string; means: string } | undefined {
  const [first] = file?.problems ?? [];
  if (file === undefined || first === undefined) return undefined;
  const stopped = new Set(file.problems.flatMap(({ rule }) => rule ?? [])).size;
  const halted =
    stopped === 0 ? '' : `; ${stopped === 1 ? 'a rule that is wrong in it is' : `${stopped} rules that are wrong in it are`} stopped`;
  return {
    word: 'the rules file cannot be used',
    // A fault with a place is one of the text; without one it is the file that is gone or not to be trusted.
    title: file.problems.some(({ line }) => line !== undefined) ? 'The rules file is not valid' : 'The rules file cannot be used',
    means: `The last good rules stay in force${halted}.`,
  };
}
