/**
 * The one-time code of the first run: whoever reads the machine's console may make the firm, nobody else who reaches the port.
 * 80 random bits, stored hashed, new at each start until a firm exists.
 */
import { encodeBase32, hashLabelled, encodeUtf8 } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';

const codeBytes = 10;

/** Makes a new code and forgets the ones before. Answers it grouped, upper case. */
export async function makeFirstRunCode(context: ServerContext): Promise<string> {
  const plain = encodeBase32(context.engine.randomBytes(codeBytes)).toUpperCase();
  const expires_ms = context.clock.nowMs() + limits.firstRunCodeLifeMs;
  await context.folders.office.transact(async (writer) => {
    await writer.deleteFrom('first_run_codes').execute();
    await writer
      .insertInto('first_run_codes')
      .values({ code_hash: hashCode(context, plain), expires_ms })
      .execute();
  });
  return (plain.match(/.{4}/g) ?? []).join('-');
}

/** Whether this is the code, typed in any case with any separators. */
export async function isFirstRunCode(context: ServerContext, typed: string): Promise<boolean> {
  const hash = hashCode(context, typed.toUpperCase().replace(/[^A-Z2-7]/g, ''));
  const row = await context.folders.office.read((db) =>
    db.selectFrom('first_run_codes').select('expires_ms').where('code_hash', '=', hash).executeTakeFirst(),
  );
  return row !== undefined && row.expires_ms > context.clock.nowMs();
}

/** The firm exists and is complete: the code has served. */
export async function dropFirstRunCode(context: ServerContext): Promise<void> {
  await context.folders.office.transact(async (writer) => {
    await writer.deleteFrom('first_run_codes').execute();
  });
}

function hashCode(context: ServerContext, plain: string): Uint8Array {
  return hashLabelled(context.engine, 'first-run', encodeUtf8(plain));
}
