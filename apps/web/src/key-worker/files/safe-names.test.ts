import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSafeName, SafePaths } from './safe-names.ts';

describe('names in a zip file', () => {
  test('nothing leads out of the folder', () => {
    expect(makeSafeName('../../etc/passwd')).toBe('.._.._etc_passwd');
    expect(makeSafeName('..')).toBe('_');
    expect(makeSafeName('.')).toBe('_');
    expect(makeSafeName('C:\\Windows\\x.dll')).toBe('C__Windows_x.dll');
    expect(makeSafeName('/abs')).toBe('_abs');
  });

  test('names that Windows keeps for itself, endings it cuts, marks that turn text round', () => {
    for (const name of ['CON', 'nul.txt', 'Com1.tar.gz', 'LPT9', 'aux .pdf'])
      expect(makeSafeName(name)).toMatch(/^_/u);
    expect(makeSafeName('report. . ')).toBe('report');
    expect(makeSafeName('harmless\u202Efdp.exe')).toBe('harmless_fdp.exe');
    expect(makeSafeName('a\u0000b\nc')).toBe('a_b_c');
    expect(makeSafeName(' ')).toBe('_');
  });

  test('long names keep their ending', () => {
    const name = makeSafeName(`${'客'.repeat(200)}.pdf`);
    expect(name.endsWith('.pdf')).toBe(true);
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(200);
  });

  test('folders are kept, and nothing is there twice, capitals aside', () => {
    const paths = new SafePaths();
    expect(paths.take(['In', '..'], 'a.txt')).toBe('In/_/a.txt');
    expect(paths.take([], 'Deed.pdf')).toBe('Deed.pdf');
    expect(paths.take([], 'deed.PDF')).toBe('deed (2).PDF');
    expect(paths.take([], 'DEED.pdf')).toBe('DEED (3).pdf');
  });

  test('any name is one safe part, and any two are different', () => {
    const name = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
        const paths = new SafePaths();
        const taken = names.map((each) => paths.take([], each));
        expect(new Set(taken.map((each) => each.toLowerCase())).size).toBe(names.length);
        for (const each of taken) {
          expect(each).not.toMatch(/[/\\:*?"<>|\p{Cc}]/u);
          expect(each).not.toMatch(/^\.{1,2}$|[. ]$/u);
        }
      }),
    );
  });
});
