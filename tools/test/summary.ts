import type { RunReport } from './runner.ts';

/** What `npm test` prints last, and whether it ends well. */
export interface Summary {
  readonly lines: readonly string[];
  readonly isGreen: boolean;
}

/**
 * Adds up the reports and names again, at the end of a long output, what failed and why. No test at all, and a skip without a reason, are failures.
 *
 * @returns lines of which the last is exactly `N passed, N failed, N skipped`
 */
export function summarise(reports: readonly RunReport[]): Summary {
  const skips = reports.flatMap((report) => report.skips);
  const explained = skips.filter((skip) => skip.reason !== undefined);
  const unexplained = skips.filter((skip) => skip.reason === undefined);
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  const failures = [
    ...reports.flatMap((report) => report.failures),
    ...unexplained.map(({ name }) => ({ name, reason: 'skipped without a reason (see CONTRIBUTING.md)' })),
  ];
  const failed = failures.length;
  const hasRun = passed + failed > 0;
  return {
    lines: [
      ...explained.map((skip) => `skipped: ${skip.name}: ${skip.reason}`),
      ...failures.map((failure) => `failed: ${failure.name}: ${failure.reason}`),
      ...(hasRun ? [] : ['No test ran.']),
      `${passed} passed, ${failed} failed, ${explained.length} skipped`,
    ],
    isGreen: hasRun && failed === 0,
  };
}
