/**
 * `npm run vectors -- DIR`: runs a folder of outside test vectors and prints pass or fail for each file. An unknown format
 * is an error. Exit codes: 0 all passed, 1 something failed, 2 wrong use.
 */
import { stat } from 'node:fs/promises';
import { vectorFormats } from './vectors/formats.ts';
import { runVectors } from './vectors/run-vectors.ts';

async function main(parameters: readonly string[]): Promise<number> {
  const [directory] = parameters;
  const isDirectory =
    directory !== undefined &&
    (await stat(directory).then(
      (found) => found.isDirectory(),
      () => false,
    ));
  if (parameters.length !== 1 || !isDirectory) {
    process.stderr.write('usage: npm run vectors -- DIR\n');
    return 2;
  }
  const reports = await runVectors(directory, vectorFormats);
  let failed = 0;
  let passed = 0;
  for (const { path, format, result } of reports) {
    const isPass = result.failures.length === 0;
    if (!isPass) failed++;
    passed += result.passed;
    const skipped =
      result.skipped > 0 ? `, ${result.skipped} skipped (${result.note ?? 'no reason given'})` : '';
    const failures = isPass ? '' : `: ${result.failures.slice(0, 10).join(', ')}`;
    process.stdout.write(
      `${isPass ? 'pass' : 'FAIL'}  ${path}  [${format}]  ${result.passed} passed${skipped}${failures}\n`,
    );
  }
  process.stdout.write(`${reports.length} files, ${passed} cases passed, ${failed} files failed\n`);
  if (reports.length === 0) process.stderr.write('no vectors found\n');
  return failed > 0 || reports.length === 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
