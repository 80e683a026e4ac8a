// Rules as a file: where it is followed, what is wrong with it, and what an import would change.
import { z } from 'zod';
import { instant } from './common.ts';

export const rulesFileProblem = z
  .strictObject({
    line: z.int().exactOptional().describe('Counts from 1, like the column.'),
    column: z.int().exactOptional(),
    path: z.string().describe('Such as rules[2].scopes[0]; empty where it is about the file.'),
    message: z.string(),
    rule: z.string().exactOptional().describe('The name of the rule that it is about, which is stopped meanwhile.'),
  })
  .describe('A fault of a rules file.');

export const rulesFileView = z
  .strictObject({
    path: z.string(),
    format: z.enum(['yaml', 'json']),
    readAt: instant.exactOptional().describe('When it was last taken over as a whole.'),
    problems: z.array(rulesFileProblem).describe('What is wrong with it now. The last good rules stay in force meanwhile.'),
    brokenSince: instant.exactOptional().describe('While there are problems: when the first of them came.'),
    waiting: z
      .literal(true)
      .exactOptional()
      .describe('A text that gives more than the last good one is there, and is taken when it has stayed as it is for five seconds.'),
    writableByAgents: z.boolean().describe('Rules of it that give more wait for a person’s acknowledgement.'),
  })
  .describe('The file that holds the rules.');

export const rulesDiff = z
  .strictObject({
    digest: z.string().describe('To be sent with the same text to apply it.'),
    problems: z.array(rulesFileProblem).describe('With any of these nothing can be applied.'),
    changes: z.array(
      z.strictObject({
        kind: z.enum(['add', 'change', 'remove', 'move', 'same']),
        name: z.string(),
        id: z.string().exactOptional(),
        before: z.string().exactOptional().describe('The rule read aloud.'),
        after: z.string().exactOptional(),
        fields: z.array(z.strictObject({ field: z.string(), before: z.string().exactOptional(), after: z.string().exactOptional() })),
        widens: z.boolean().describe('Rules approve more afterwards than before, or that cannot be ruled out.'),
      }),
    ),
  })
  .describe('What a file would change. Rules that it does not name are removed.');
