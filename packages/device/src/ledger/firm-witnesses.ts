/** Who witnesses the firm's ledgers: naming them by statement, and telling how far each ledger is witnessed. */
import { encodeHex, InputError, officeId, StrongroomError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { hasRole, witnessesInForce } from '@strongroom/authority';
import { leafHash, noteSignatureTypes, parseNoteKey } from '@strongroom/ledger';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { FirmWitnesses, LineReference, WitnessesModule, WitnessState } from '../device/device.ts';
import { readVaultNames } from '../vaults/vault-names.ts';
import { readNewestStamp } from './time-stamps.ts';

const witnessesMax = 16;
const waitHoursDefault = 24;
const waitHoursMax = 720;

export function createWitnessesModule(context: DeviceContext): WitnessesModule {
  const { book, env, person } = context;

  function lineOf(index: number, atMs: number): LineReference | undefined {
    const entry = book.log(officeId)?.find(index);
    if (entry === undefined) return undefined;
    return { ledger: officeId, index, hash: encodeHex(leafHash(env.engine, entry.bytes)), atMs };
  }

  return {
    async list(): Promise<FirmWitnesses> {
      await book.sync();
      const { office } = book;
      const named = witnessesInForce(office);
      const names = await readVaultNames(context);
      const newest = book.witnessed.findHead(officeId, office);
      const signedAt = new Map(newest?.cosigners);
      const line =
        office.witnessing === undefined
          ? undefined
          : lineOf(office.witnessing.from, office.witnessing.fromMs);
      const readers = await unlessRefused(async () => await readReaders(context));
      return {
        witnesses: (named?.witnesses ?? []).map(({ vkey, fromMs }) => {
          const atSeconds = signedAt.get(vkey);
          return {
            name: parseNoteKey(env.engine, vkey).name,
            vkey,
            sinceMs: fromMs,
            ...(atSeconds === undefined ? {} : { signedAtMs: atSeconds * 1000 }),
          };
        }),
        quorum: named?.quorum ?? 0,
        waitHours: named?.waitHours ?? waitHoursDefault,
        mayName: mayName(context),
        ...(line === undefined ? {} : { line }),
        ...(readers === undefined ? {} : { readers }),
        ledgers: await Promise.all(
          book.ledgers().map(async (ledger) => await standOf(context, ledger, names.get(ledger))),
        ),
      };
    },
    readers: async () => await readReaders(context),
    async name(options) {
      await book.syncLedger(officeId);
      const before = witnessesInForce(book.office);
      const vkeys = options.vkeys.map((vkey) => readVkey(context, vkey));
      if (vkeys.length > witnessesMax || new Set(vkeys).size !== vkeys.length)
        throw new InputError('INPUT_INVALID', { name: 'vkeys' });
      const quorum = options.quorum ?? (vkeys.length === 0 ? 0 : Math.floor(vkeys.length / 2) + 1);
      const isQuorum = vkeys.length === 0 ? quorum === 0 : quorum >= 1 && quorum <= vkeys.length;
      if (!Number.isSafeInteger(quorum) || !isQuorum)
        throw new InputError('INPUT_INVALID', { name: 'quorum' });
      const waitHours = options.waitHours ?? before?.waitHours ?? waitHoursDefault;
      if (!Number.isSafeInteger(waitHours) || waitHours < 1 || waitHours > waitHoursMax)
        throw new InputError('INPUT_INVALID', { name: 'waitHours' });
      const { witnessing } = book.office;
      const isSame =
        witnessing !== undefined &&
        witnessing.quorum === quorum &&
        witnessing.waitHours === waitHours &&
        witnessing.witnesses.map(({ vkey }) => vkey).join(' ') === vkeys.join(' ');
      const there = isSame ? lineOf(witnessing.from, witnessing.fromMs) : undefined;
      if (there !== undefined) return { line: there, isNew: false };
      const appended = await book.append<'firm'>({
        ledger: officeId,
        chain: 'firm',
        isAboutWitnesses: true,
        makeBody: (start) => ({ k: 'witnesses.named', ...start, vkeys, quorum, waitHours }),
      });
      return { line: toLineReference(appended), isNew: true };
    },
  };

  function mayName({ book: { office } }: DeviceContext): boolean {
    const at = book.moment(officeId).at;
    return hasRole(office, person, 'administrator', at) || hasRole(office, person, 'owner', at);
  }
}

/** @throws InputError INPUT_INVALID for anything but a witness's verifier key */
function readVkey({ env }: DeviceContext, text: string): string {
  const vkey = text.trim();
  try {
    if (parseNoteKey(env.engine, vkey).type === noteSignatureTypes.cosignatureV1) return vkey;
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
  }
  throw new InputError('INPUT_INVALID', { name: 'vkeys' });
}

type Stand = FirmWitnesses['ledgers'][number];

async function standOf(context: DeviceContext, ledger: VaultId, name: string | undefined): Promise<Stand> {
  const { book } = context;
  const head = book.witnessed.findHead(ledger, book.office);
  const waitingSinceMs = book.witnessed.findWaitingSince(ledger, book.office);
  const states = await unlessRefused(async () => await readStates(context, ledger));
  const stamped = await readNewestStamp(context, ledger);
  return {
    ledger,
    ...(name === undefined ? {} : { name }),
    size: book.anchor(ledger).head.size,
    witnessedSize: head?.size ?? 0,
    atMs: Math.max(0, ...(head?.cosigners ?? []).map(([, atSeconds]) => atSeconds * 1000)),
    ...(waitingSinceMs === undefined ? {} : { waitingSinceMs }),
    isMissing: book.witnessed.isMissing(ledger, book.office),
    ...(stamped === undefined ? {} : { stamped }),
    ...(states === undefined ? {} : { states }),
  };
}

/** The server's word on whom it reached: it helps whoever looks for a fault, and counts for nothing else. */
async function readStates(
  { api }: DeviceContext,
  ledger: VaultId,
): Promise<readonly { readonly name: string; readonly state: WitnessState }[]> {
  const { witnesses } = await api.call('getWitnesses', { params: { ledger } });
  return witnesses.map(({ name, state }) => ({ name, state }));
}

/** The server's word on whom it gives entries to; they are the same for all ledgers. */
async function readReaders({ api }: DeviceContext): Promise<readonly string[]> {
  return (await api.call('getWitnesses', { params: { ledger: officeId } })).readers;
}

/** What the server says, undefined where it refuses. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}
