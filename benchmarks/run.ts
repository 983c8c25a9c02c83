/**
 * `npm run bench` lists the benchmarks; `npm run bench -- NAME` runs one, `-- all` every one; `--record` keeps the result and
 * writes benchmarks/README.md anew; `--tiny` only shows that it still runs.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchmarks } from './catalogue.ts';
import { formatReadme } from './report/readme.ts';
import { readResults } from './report/result.ts';

const [name, ...flags] = process.argv.slice(2);
const chosen = benchmarks.filter((benchmark) => name === 'all' || benchmark.name === name);

if (name === undefined) {
  for (const { name, title } of benchmarks) process.stdout.write(`${name.padEnd(16)} ${title}\n`);
  process.stdout.write('\nnpm run bench -- NAME|all [--record] [--tiny]\n');
} else if (chosen.length === 0) {
  process.stderr.write(
    `No benchmark named ${name}. There are: ${benchmarks.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exitCode = 2;
} else {
  for (const benchmark of chosen) {
    if (chosen.length > 1) process.stdout.write(`\n== ${benchmark.name}\n`);
    const file = fileURLToPath(new URL(`${benchmark.name}.ts`, import.meta.url));
    const { status } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', file, ...flags],
      {
        stdio: 'inherit',
      },
    );
    if (status !== 0) process.exitCode = 1;
  }
  if (flags.includes('--record') && process.exitCode !== 1)
    writeFileSync(new URL('README.md', import.meta.url), formatReadme(readResults()));
}
