// Looks at the tokens of a rules file before it is read in earnest: nested deeply enough, a few hundred characters would keep the parser busy
// for minutes, and everything else in this process would wait (seen with yaml 2.9.1: 1,000 explicit keys in one another).
import { CST, Lexer } from 'yaml';

const MAX_DEPTH = 32;
const MAX_FIELDS = 8_000;
const MAX_ITEMS = 20_000;
/** Tags, anchors, aliases and directives. Each that is wrong is a fault that the reader weighs against all others. */
const MAX_MARKS = 200;

/** Why a text is not read at all, with the offset where that shows; undefined when it may be read. Takes time in proportion to its length. */
export function beyondBounds(text: string): { offset: number; message: string } | undefined {
  let offset = 0;
  let depth = 0;
  let inLine = 0;
  let fields = 0;
  let items = 0;
  let marks = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'newline') inLine = 0;
    if (type === 'explicit-key-ind') return { offset, message: 'a field is written as name: value, without a question mark' };
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth += 1;
    if (type === 'flow-map-end' || type === 'flow-seq-end') depth -= 1;
    if (type === 'seq-item-ind') inLine += 1;
    if (type === 'seq-item-ind' || type === 'comma') items += 1;
    if (type === 'map-value-ind') fields += 1;
    if (type === 'tag' || type === 'directive-line' || type === 'alias' || type === 'anchor') marks += 1;
    const indented = type === 'space' && token.length > 4 * MAX_DEPTH && token.trim() === '' && text[offset - 1] === '\n';
    if (depth > MAX_DEPTH || inLine > MAX_DEPTH || indented) return { offset, message: 'it is nested too deeply' };
    if (fields > MAX_FIELDS || items > MAX_ITEMS || marks > MAX_MARKS)
      return { offset, message: 'it holds more than any rules file needs' };
    // Marks of the lexer's own stand for no character of the text.
    if (type !== 'doc-mode' && type !== 'flow-error-end' && type !== 'scalar') offset += token.length;
  }
  return undefined;
}
