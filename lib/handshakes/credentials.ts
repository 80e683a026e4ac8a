// Takes out of a text what could be a credential, whoever wrote it and however it is quoted or escaped. Callers choose much of what a log
// holds, so every expression runs in linear time: what follows a name never fails, and no search begins within a repetition.

const NAME = '(?:tokens?|passwords?|passwd|passphrases?|pwd|secrets?|authorization|api[-_ ]?keys?|credentials?)';
// Said of a credential, and none: diagnosis needs them.
const PLAIN = '(?!(?:true|false|null|none|undefined|missing|mismatch|yes|no)(?![\\w-]))';
const SIGN = '(?:[=:]|%3[AD])';
// A value in quotes goes to its own quote. A text that holds JSON stands in the line with its quotes escaped, once or more often.
const QUOTED = '(?:(["\'])(?:\\\\[\\s\\S]|(?!\\2)[^\\\\])+|(\\\\+["\'])(?:(?!\\3)(?:\\\\+["\']?|[^\\\\"]))+)';
// A quote within a word is a part of the word.
const WORD = '(?:[^\\s"\'&]|["\'](?=\\w))+';

/** `"name": value`, quotes escaped or not: a string, a list, or a number. */
const AS_JSON = new RegExp(`(${NAME}\\\\*["']\\s*:\\s*)${PLAIN}(?:${QUOTED}|\\[[^\\]]*|[^\\s,{}[\\]"'\\\\]+)`, 'gi');
/** `name=value` and `name: value`, with the scheme that a header may name before it. */
const AS_TEXT = new RegExp(`(${NAME}\\s*${SIGN}\\s*(?:(?:bearer|basic|token|digest)\\s+)?)${PLAIN}(?:${QUOTED}|\\[[^\\]]*|${WORD})`, 'gi');
const COOKIE = /((?:cookies?|cookie2)\\*["']?\s*(?:[=:]|%3[AD])\s*\\*["']?)[^\r\n"']+/gi;
const SCHEME = /(\b(?:bearer|basic)\s+)[^\s"',&}\\]{6,}/gi;
const JSON_WEB_TOKEN = /eyJ[\w-]{8,}(?:\.[\w-]*)*/g;
const USERINFO = /(:\/\/)[^\s/"'\\]*@/g;
const ESCAPED = /(?<!\\)\\+u00([2-7][0-9a-f])/gi;

/** A quote or a backslash stays escaped: it is not where a value ends. */
function unescaped(text: string): string {
  return text.replace(ESCAPED, (whole, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return char === '"' || char === "'" || char === '\\' ? whole : char;
  });
}

/** The text with `<hidden>` where a credential may stand. Hides too much rather than too little. */
export function hideCredentials(text: string): string {
  return unescaped(text)
    .replace(COOKIE, '$1<hidden>')
    .replace(AS_JSON, '$1$2$3<hidden>')
    .replace(AS_TEXT, '$1$2$3<hidden>')
    .replace(SCHEME, '$1<hidden>')
    .replace(JSON_WEB_TOKEN, '<hidden>')
    .replace(USERINFO, '$1<hidden>@');
}
