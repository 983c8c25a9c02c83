import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator, locales } from '@strongroom/texts';
import { expect, test } from 'vitest';
import { formatKit, readKitFile, readKitGroups, writeKitFile } from '../src/kit/kit-file.ts';
import { createOutput } from '../src/output/output.ts';
import { createTestContext, makeFolder } from './test-context.ts';

const groups = ['ABCDEF0', 'BCDEF01', 'CDEF012', 'DEF0123', 'EF01234', 'F012345', '0123456', '1234567'];

test.each(locales)('the kit in %s holds what it must and can be read back', async (locale) => {
  const folder = makeFolder('kit');
  const context = createTestContext(folder);
  const output = createOutput({ context, texts: createTranslator(locale), isJson: false });
  const root = 'ab'.repeat(32);
  const person = `per_${'a'.repeat(26)}`;
  const firm = 'Nowak i Wspólnicy';
  const text = formatKit(output, { groups, firm, root, person, fingerprint: 'f1f2', atMs: 0 });
  const path = join(folder, 'kit.txt');
  await writeKitFile(path, text);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const written = readFileSync(path, 'utf8');
  for (const part of [...groups, 'Nowak i Wspólnicy', root, person, 'f1f2', '1970-01-01'])
    expect(written).toContain(part);
  expect([...(await readKitGroups(path)).entries()]).toEqual(
    groups.map((group, place) => [place + 1, group]),
  );
  expect(await readKitFile(path)).toEqual({ groups, person, root });
  await expect(writeKitFile(path, text)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
});

test('a file without groups is no kit', async () => {
  const folder = makeFolder('kit');
  const path = join(folder, 'kit.txt');
  await writeKitFile(path, 'nothing here\n');
  await expect(readKitGroups(path)).rejects.toMatchObject({ code: 'KIT_INVALID' });
  await expect(readKitFile(path)).rejects.toMatchObject({ code: 'KIT_INVALID' });
});
