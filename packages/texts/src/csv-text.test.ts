import { expect, test } from 'vitest';
import { formatCsv } from './csv-text.ts';

test('cells are quoted where they have to be, and none is a formula', () => {
  expect(
    formatCsv([
      ['a', 'b "c"', 'd,e'],
      ['line\nbreak', '=1+1', '-2'],
      ['@x', '\ty', ''],
    ]),
  ).toBe(`\uFEFFa,"b ""c""","d,e"\r\n"line\nbreak",'=1+1,'-2\r\n'@x,'\ty,\r\n`);
});
