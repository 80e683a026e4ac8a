import { expect, test } from 'vitest';
import { browserWords } from './browser-words.ts';

test('a browser is told in a word or two', () => {
  const linux = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  expect(browserWords(linux)).toBe('Chrome on Linux');
  expect(browserWords(`${linux} Edg/156.0.0.0`)).toBe('Edge on Linux');
  expect(browserWords('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1')).toBe(
    'Safari on iOS',
  );
  expect(browserWords('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox on Windows');
  expect(browserWords('curl/8.5.0')).toBe('curl/8.5.0');
  expect(browserWords('x'.repeat(300))).toHaveLength(41);
});
