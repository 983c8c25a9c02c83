import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBatchJournal } from '../src/files/batch-journal.ts';
import { createFileSink, createSpoolSink, toFileName } from '../src/files/file-sink.ts';
import { findFiles, openFileSource } from '../src/files/file-source.ts';
import { createTestContext, makeFolder } from './test-context.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a record on the way out', () => {
  test('has its name only when it is whole, and is for its owner', async () => {
    const folder = makeFolder('sink');
    const target = join(folder, 'contract.pdf');
    const sink = await createFileSink(folder, 't');
    await sink.write(bytes('one '));
    await sink.write(bytes('two'));
    expect(readdirSync(folder)).not.toContain('contract.pdf');
    await sink.commit();
    await sink.place(target, false);
    await sink.abort();
    expect(readFileSync(target, 'utf8')).toBe('one two');
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['contract.pdf']);
  });

  test('leaves nothing when it is refused half-way', async () => {
    const folder = makeFolder('sink');
    const sink = await createFileSink(folder, 't');
    await sink.write(bytes('half'));
    await sink.abort();
    await sink.abort();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('replaces nothing that came meanwhile, unless asked to', async () => {
    const folder = makeFolder('sink');
    const target = join(folder, 'a');
    for (const canReplace of [false, true]) {
      const sink = await createFileSink(folder, 't');
      await sink.write(bytes('new'));
      await sink.commit();
      writeFileSync(target, 'old');
      if (canReplace) await sink.place(target, true);
      else await expect(sink.place(target, false)).rejects.toMatchObject({ code: 'TARGET_EXISTS' });
      await sink.abort();
      expect(readFileSync(target, 'utf8')).toBe(canReplace ? 'new' : 'old');
      expect(readdirSync(folder)).toEqual(['a']);
    }
  });

  test('reaches standard output only when it was verified whole', async () => {
    const folder = makeFolder('sink');
    const context = createTestContext(folder);
    const refused = await createSpoolSink({ folder, token: 'a', target: context.stdout });
    await refused.write(bytes('secret'));
    await refused.abort();
    expect(context.out()).toBe('');
    const sink = await createSpoolSink({ folder, token: 'b', target: context.stdout });
    await sink.write(bytes('good'));
    expect(readdirSync(folder)).toEqual([]);
    await sink.commit();
    expect(context.out()).toBe('good');
  });

  test('takes no path, no hidden name and no steering from the record’s own name', () => {
    expect(toFileName('Umowa – wersja 2.pdf')).toBe('Umowa – wersja 2.pdf');
    expect(toFileName('../../etc/passwd')).toBe('_.._etc_passwd');
    expect(toFileName('.bashrc')).toBe('bashrc');
    expect(toFileName('-rf')).toBe('rf');
    expect(toFileName('a\u0000b\u202ec')).toBe('a_b_c');
    expect(() => toFileName('...')).toThrow('INPUT_INVALID');
  });
});

describe('files on the way in', () => {
  test('keep the shape of their folder; links inside are left out and said', async () => {
    const cwd = makeFolder('source');
    mkdirSync(join(cwd, 'case', 'letters'), { recursive: true });
    writeFileSync(join(cwd, 'case', 'a.txt'), 'a');
    writeFileSync(join(cwd, 'case', 'letters', 'b.txt'), 'bb');
    writeFileSync(join(cwd, 'single.txt'), 'ccc');
    symlinkSync('/etc/hostname', join(cwd, 'case', 'link'));
    const { files, skipped } = await findFiles({ paths: ['case', 'single.txt'], cwd, folder: ['2026'] });
    expect(files.map(({ folder, sizeBytes }) => [folder.join('/'), sizeBytes])).toEqual([
      ['2026/case', 1],
      ['2026/case/letters', 2],
      ['2026', 3],
    ]);
    expect(skipped).toEqual([join(cwd, 'case', 'link')]);
    await expect(findFiles({ paths: ['none'], cwd, folder: [] })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  test('a file that became shorter is refused', async () => {
    const cwd = makeFolder('source');
    writeFileSync(join(cwd, 'a'), 'abcdef');
    const { files } = await findFiles({ paths: ['a'], cwd, folder: [] });
    const source = await openFileSource(files[0]!);
    expect(await source.read(2, 3)).toEqual(bytes('cde'));
    writeFileSync(join(cwd, 'a'), 'ab');
    await expect(source.read(0, 6)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    await source.close();
  });
});

describe('the journal of a batch', () => {
  test('remembers what is done across runs, and names nothing', async () => {
    const folder = join(makeFolder('batch'), 'batches');
    const files = ['one', 'two'].map((name) => ({
      path: `/clients/Kowalska/${name}.pdf`,
      folder: ['Kowalska'],
      sizeBytes: 3,
      modifiedAtMs: 5,
    }));
    const options = {
      folder,
      room: 'rom_x',
      files,
      deviceFileKey: new Uint8Array(32).fill(1),
      randomBytes: (length: number) => new Uint8Array(length),
    };
    const first = await openBatchJournal(options);
    await first.noteDone(files[0]!);
    const second = await openBatchJournal(options);
    expect(files.map((file) => second.isDone(file))).toEqual([true, false]);
    const stored = readdirSync(folder).map((name) => name + readFileSync(join(folder, name), 'utf8'));
    expect(stored.join()).not.toMatch(/Kowalska|one|pdf/u);
    const other = await openBatchJournal({ ...options, room: 'rom_y' });
    expect(other.isDone(files[0]!)).toBe(false);
    await second.finish();
    expect(readdirSync(folder)).toEqual([]);
  });
});
