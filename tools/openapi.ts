/** `npm run openapi`: prints the endpoint table as OpenAPI 3.1; with `--matrix` who may call what, as a table. */
import { endpoints, formatOpenApi } from '@strongroom/protocol';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  readonly version: string;
};

function formatMatrix(): string {
  const rows = Object.entries(endpoints).map(([name, { method, path, gate, event, limits }]) =>
    [`\`${name}\``, `${method} ${path}`, gate, event, limits.bodyBytesMax, limits.perMinute].join(' | '),
  );
  return [
    '| name | route | gate | ledger event | body bytes | a minute |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

process.stdout.write(
  process.argv.includes('--matrix')
    ? `${formatMatrix()}\n`
    : `${JSON.stringify(formatOpenApi(manifest.version), null, 2)}\n`,
);
