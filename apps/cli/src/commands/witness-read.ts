/** A witness reads what the ledgers of a firm say, where the firm's operator lets it. Spec: docs/spec/witness.md, section 6. */
import { join, resolve } from 'node:path';
import {
  AccessError,
  DependencyError,
  encodeHex,
  encodeUtf8,
  InputError,
  isId,
  officeId,
} from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { TrustedLog } from '@strongroom/witness';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { parseServerUrl } from '../home/client-home.ts';
import { writeDurableFile } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { serverDefault } from './start.ts';
import { findWitnessHome } from './witness.ts';

export const witnessReadCommands: readonly CommandSpec[] = [
  { path: 'witness read', takes: ['<dir>', '<firm>'], options: ['server', 'home'], run: read },
];

async function read(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const [dir, firm] = [resolve(context.cwd, input.argument(0)), input.argument(1)];
  const server = parseServerUrl(input.text('server') ?? serverDefault);
  const transport = createHttpTransport(server, context.interrupted);
  const { openWitnessHome, readLedger } = await import('@strongroom/witness');
  const engine = createNodeEngine();
  const { signer, heads } = await openWitnessHome(engine, findWitnessHome(run, input), 'look');
  try {
    const cosigned = heads.list().filter((log) => log.cosigned !== undefined);
    const ledgers = newestOf(cosigned, firm);
    if (ledgers.size === 0) throw nameSubject(new InputError('NAME_UNKNOWN'), firm);
    const written: { readonly ledger: string; readonly folder: string; readonly size: number }[] = [];
    for (const [ledger, log] of ledgers) {
      const ask = async (request: string): Promise<Uint8Array> => {
        const response = await transport
          .send({
            method: 'POST',
            path: `/v1/ledgers/${ledger}/entry-bundles`,
            headers: { 'content-type': 'application/json' },
            body: encodeUtf8(JSON.stringify({ request })),
          })
          .catch((cause: unknown) => {
            if (cause instanceof AccessError || cause instanceof DependencyError) throw cause;
            throw new DependencyError('SERVER_UNREACHABLE', {}, { cause });
          });
        if (response.status === 200) return response.body;
        if (response.status === 403) throw new AccessError('ACCESS_DENIED');
        throw new DependencyError('SERVER_UNREACHABLE');
      };
      const found = await readLedger({ engine, signer, log, nowMs: () => context.clock.nowMs(), ask });
      if (found === undefined) continue;
      const folder = join(dir, ledger === officeId ? 'office' : ledger);
      for (const [path, bytes] of found.files)
        await writeDurableFile({
          path: join(folder, path),
          bytes,
          token: encodeHex(context.randomBytes(8)),
        });
      written.push({ ledger, folder, size: found.size });
    }
    output.result(written, () => {
      for (const { folder, size } of written)
        output.line(output.t('cli.ledger.export.done', { folder, count: size }));
      output.line(output.t('cli.ledger.export.next', { folder: dir }));
    });
  } finally {
    heads.close();
  }
}

/** The newest edition of each ledger of a firm, by the ledger's id: `strongroom/<firm>/<ledger>/<edition>`. */
function newestOf(logs: readonly TrustedLog[], firm: string): ReadonlyMap<string, TrustedLog> {
  const newest = new Map<string, { readonly edition: number; readonly log: TrustedLog }>();
  for (const log of logs) {
    const [, named, ledger = '', edition = ''] =
      /^strongroom\/([^/]+)\/([^/]+)\/(\d{1,10})$/u.exec(log.origin) ?? [];
    if (named !== firm || !isId('vlt', ledger)) continue;
    const known = newest.get(ledger);
    if (known === undefined || known.edition < Number(edition))
      newest.set(ledger, { edition: Number(edition), log });
  }
  return new Map([...newest].map(([ledger, { log }]) => [ledger, log]));
}
