/**
 * `npm run emit`: makes packages/ledger/dist, the ledger as a package of plain JavaScript with types that stands alone. Nothing is published;
 * `npm pack packages/ledger/dist` makes a tarball of it.
 */
import { resolve } from 'node:path';
import { emitLedger } from './emit/ledger-package.ts';

const root = resolve(import.meta.dirname, '..');
const { folder, files } = await emitLedger({ root, folder: resolve(root, 'packages/ledger/dist') });
process.stdout.write(`${folder}\n${files.map((file) => `  ${file}\n`).join('')}`);
