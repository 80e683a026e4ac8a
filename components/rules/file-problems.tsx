// What is wrong with a rules file, each fault with its place.
import type { RulesFileProblem } from '#lib/api/rule-shapes.ts';
import { shownText } from '../parts/shown-text.ts';
import { placeWords } from './rule-words.ts';

/** A list in the order of the file. */
export function FileProblems({ problems }: { problems: readonly RulesFileProblem[] }) {
  return (
    <ul className="grid gap-1" aria-label="Problems of the file">
      {problems.map((problem) => {
        const place = placeWords(problem);
        return (
          <li key={`${place} ${problem.message}`} className="break-words">
            {place !== '' && <code className="mr-1.5 font-mono text-xs font-semibold">{shownText(place, 120)}</code>}
            {problem.rule !== undefined && <span className="font-medium">{shownText(problem.rule, 80)}: </span>}
            {shownText(problem.message, 400)}
          </li>
        );
      })}
    </ul>
  );
}
