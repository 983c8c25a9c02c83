/** Test files that take longest, the longest first. Each comes in a share of its own, before all others: none of them is what everybody waits for in the end. */
export const slowFiles: readonly string[] = [
  'tests/crash/fault-points.test.ts',
  'tests/crash/outages.test.ts',
  'tests/web/key-worker.test.ts',
  'tests/cli/job.test.ts',
  'benchmarks/run.test.ts',
  'tests/crash/random.test.ts',
  'tests/canary/canary.test.ts',
  'tests/demo/demo.test.ts',
  'tests/demo/command.test.ts',
  'apps/warden/tests/standby.test.ts',
  'apps/server/tests/crash.test.ts',
  'tests/check-tools/planted.test.ts',
  'tests/hostile/web.test.ts',
];
