/**
 * A browser writes down what stands in the fields of a page, to open the tab again as it was: in clear, in the profile. It does not where
 * the form or the field says `autocomplete="off"` (HTML, "Autofill"); so every form, text area and selection of the app says it, and a
 * field for text that stands in no form. What it keeps is looked for in a real profile by tests/e2e/canary.spec.ts.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const sources = globSync('apps/web/src/**/*.tsx', { cwd: root });

/** The opening tags of an element in a source, whole. */
function listTags(source: string, name: string): string[] {
  const tags: string[] = [];
  for (const { index } of source.matchAll(new RegExp(`<${name}(?=[\\s/>])`, 'g'))) {
    let depth = 0;
    let end = index;
    for (; end < source.length; end++) {
      const letter = source[end];
      if (letter === '{') depth += 1;
      else if (letter === '}') depth -= 1;
      else if (letter === '>' && depth === 0) break;
    }
    tags.push(source.slice(index, end + 1));
  }
  return tags;
}

const all = (name: string): (readonly [string, string])[] =>
  sources.flatMap((path) =>
    listTags(readFileSync(join(root, path), 'utf8'), name).map((tag) => [path, tag] as const),
  );

describe('what stands in a field is not kept on the disk', () => {
  test.each(['form', 'textarea', 'select'])('every <%s> says so', (name) => {
    const tags = all(name);
    expect(tags.length).toBeGreaterThan(0);
    expect(tags.filter(([, tag]) => !tag.includes('autoComplete="off"'))).toEqual([]);
  });

  test('every <input> for text says how it is completed', () => {
    const texts = all('input').filter(([, tag]) => !/type="(checkbox|radio|file)"/.test(tag));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter(([, tag]) => !tag.includes('autoComplete='))).toEqual([]);
  });
});
