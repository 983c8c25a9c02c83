#!/usr/bin/env node
// The `strongroom` command, outside npm too (systemd, cron, a Windows service). See tools/launch.mjs.

import { launch } from '../tools/launch.mjs';

await launch('apps/cli/src/main.ts', process.argv.slice(2));
