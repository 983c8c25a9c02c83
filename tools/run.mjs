// `node tools/run.mjs TARGET [ARGS]`: what every npm script goes through. See launch.mjs.

import { launch } from './launch.mjs';

const [target, ...args] = process.argv.slice(2);
if (target === undefined) {
  process.stderr.write(
    'Usage: node tools/run.mjs TARGET [ARGS]\nRuns a file of the repository on its own Node.\n',
  );
  process.exitCode = 2;
} else {
  await launch(target, args);
}
