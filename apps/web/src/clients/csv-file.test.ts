import { describe, expect, it } from 'vitest';
import { csvCell, csvText } from './csv-file.ts';

describe('csvCell', () => {
  it.each([
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1 555', "'+1 555"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1+1', "'  =1+1"],
    ['\t=1', "'\t=1"],
    ['＝1', "'＝1"],
    ['\r\n=1', '"\'\r\n=1"'],
  ])('takes the power from %j', (value, written) => {
    expect(csvCell(value)).toBe(written);
  });
  it('leaves plain words as they are and quotes what would break a row', () => {
    expect(csvCell('Dubois Holdings')).toBe('Dubois Holdings');
    expect(csvCell('Kowalski, Jan')).toBe('"Kowalski, Jan"');
    expect(csvCell('the "Aster"')).toBe('"the ""Aster"""');
    expect(csvCell('a; b')).toBe('"a; b"');
  });
});

describe('csvText', () => {
  it('begins with a byte order mark and ends each row', () => {
    expect(
      csvText([
        ['Code', 'Name'],
        ['C-2K7Q', '明远'],
      ]),
    ).toBe('\uFEFFCode,Name\r\nC-2K7Q,明远\r\n');
  });
});
