/**
 * This device's sealed copy of the lines it may read, so that facts about a room and pages of a ledger cost one small call and not the
 * whole ledger. A reader of a ledger keeps all of it, everybody else the lines of own rooms. Kept are ids, numbers, times and codes,
 * never a name and never a reason. What lines say is as good as the server's word until `verify` has recomputed the root.
 */
import { AccessError, DependencyError, encodeHex, IntegrityError } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { decodeEntry, findGrant, mayReadLedger, personOf } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import type { DeviceContext } from '../device/context.ts';
import type { LineRow } from '../device/device.ts';
import { decodeLines, encodeLines } from './line-codec.ts';
import type { KeptLine } from './line-codec.ts';
import { requestOfLine, roomsOf, toLineRow } from './line-rows.ts';
import { withoutErased } from './retention.ts';

interface Scope {
  readonly ledger: VaultId;
  readonly name: string;
  readonly lines: KeptLine[];
  isRead: boolean;
  updating: Promise<void> | undefined;
}

const chunkLines = 500;

export class LineBook {
  readonly #context: DeviceContext;
  readonly #scopes = new Map<string, Scope>();
  readonly #texts = new Map<string, string>();

  constructor(context: DeviceContext) {
    this.#context = context;
  }

  /** Whether this person may read every line of a ledger. */
  readsAll(ledger: VaultId): boolean {
    const { book, person } = this.#context;
    return mayReadLedger(book.states(ledger), person, book.moment(ledger));
  }

  /** The lines of a room, oldest first, brought up to date unless `refresh` is false. @throws the server's refusals */
  async ofRoom(ledger: VaultId, room: RoomId, refresh = true): Promise<readonly KeptLine[]> {
    return await this.#read(this.#scopeOf(ledger, room), refresh, { room });
  }

  /**
   * The lines of a ledger, oldest first: all of them for its readers, for everybody else those of own rooms.
   * @throws the server's refusals
   */
  async ofLedger(ledger: VaultId, refresh = true): Promise<readonly KeptLine[]> {
    if (this.readsAll(ledger)) return await this.#read(this.#scopeOf(ledger), refresh, {});
    const { book, person } = this.#context;
    const merged = new Map<number, KeptLine>();
    for (const room of book.rooms(ledger).rooms.keys()) {
      if (findGrant(book.states(ledger), room, person, book.moment(ledger)) === undefined) continue;
      for (const line of await this.ofRoom(ledger, room, refresh)) merged.set(line.index, line);
    }
    return [...merged.values()].sort((left, right) => left.index - right.index);
  }

  #scopeOf(ledger: VaultId, room?: RoomId): Scope {
    const { edition } = this.#context.book.anchor(ledger).head;
    const name = `lines/${ledger}/${room ?? 'all'}/${edition === 0 ? '' : `${edition}-`}`;
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    const scope: Scope = { ledger, name, lines: [], isRead: false, updating: undefined };
    this.#scopes.set(name, scope);
    return scope;
  }

  async #read(
    scope: Scope,
    refresh: boolean,
    query: { readonly room?: RoomId },
  ): Promise<readonly KeptLine[]> {
    // One after the other: two that fetch the same lines would keep them twice.
    const before = scope.updating ?? Promise.resolve();
    const run = before
      .catch(() => undefined)
      .then(async () => {
        if (!scope.isRead) await this.#restore(scope);
        if (refresh) await this.#fetch(scope, query);
      });
    scope.updating = run;
    await run;
    return scope.lines;
  }

  async #restore(scope: Scope): Promise<void> {
    const { store } = this.#context;
    for (const name of await store.list(scope.name)) {
      const bytes = await store.readBytes(name);
      if (bytes === undefined) continue;
      scope.lines.push(...decodeLines(bytes, this.#texts));
    }
    scope.isRead = true;
  }

  async #fetch(scope: Scope, query: { readonly room?: RoomId }): Promise<void> {
    const { api } = this.#context;
    const { ledger, lines } = scope;
    const first = lines.length;
    let from: number | undefined = (lines.at(-1)?.index ?? -1) + 1;
    while (from !== undefined) {
      const answer: Awaited<ReturnType<typeof api.call<'getLines'>>> = await api.call('getLines', {
        params: { ledger },
        query: { from, count: limits.linesPerCallMax, room: query.room },
      });
      for (const line of answer.lines) {
        const kept = this.#keep(ledger, line);
        const isNext = line.index > (lines.at(-1)?.index ?? -1);
        if (!isNext || (query.room !== undefined && !kept.rooms.includes(query.room)))
          throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getLines' });
        lines.push(kept);
      }
      if (answer.next !== undefined && answer.next <= from)
        throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getLines' });
      from = answer.next;
    }
    if (lines.length > first) await this.#save(scope, first);
  }

  async #save(scope: Scope, first: number): Promise<void> {
    const { store } = this.#context;
    for (let chunk = Math.floor(first / chunkLines); chunk * chunkLines < scope.lines.length; chunk++) {
      const rows = scope.lines.slice(chunk * chunkLines, (chunk + 1) * chunkLines);
      await store.writeBytes(scope.name + String(chunk).padStart(8, '0'), encodeLines(rows));
    }
  }

  #keep(
    ledger: VaultId,
    line: {
      readonly index: number;
      readonly entry: Uint8Array;
      readonly salt?: Uint8Array | undefined;
      readonly payload?: Uint8Array | undefined;
      readonly voidCode?: string | undefined;
    },
  ): KeptLine {
    const entry = decodeEntry(line.entry);
    const request = requestOfLine(this.#context, entry, line.salt, line.payload);
    const { ledger: _ledger, ...row } = toLineRow(this.#context, {
      ledger,
      index: line.index,
      entry,
      ...(request === undefined ? {} : { request }),
    });
    return {
      ...row,
      rooms: roomsOf(entry.body),
      hasReason: request?.reason !== undefined,
      ...(request === undefined || row.person !== this.#context.person
        ? {}
        : { nonce: encodeHex(request.nonce) }),
      ...(line.voidCode === undefined ? {} : { isVoid: true }),
    };
  }
}

/** A kept line as a row, its signer looked up anew: the chain of the person may have been met since. */
export function toRow(context: DeviceContext, ledger: VaultId, line: KeptLine): LineRow {
  const { rooms: _rooms, hasReason: _hasReason, nonce: _nonce, ...row } = line;
  const { device } = line;
  const person =
    device === undefined || device === 'warden' ? undefined : personOf(context.book.office, device);
  const named = { ledger, ...row, ...(person === undefined ? {} : { person }) };
  return withoutErased(context, ledger, named);
}

/** Lines, or none where they are refused or out of reach: facts beside a list are a courtesy, the list is not. */
export async function readWhereAllowed(
  read: () => Promise<readonly KeptLine[]>,
  otherwise: () => Promise<readonly KeptLine[]>,
): Promise<readonly KeptLine[]> {
  try {
    return await read();
  } catch (cause) {
    const isOut =
      cause instanceof AccessError ||
      (cause instanceof DependencyError && cause.code === 'SERVER_UNREACHABLE');
    if (!isOut) throw cause;
    return await otherwise();
  }
}
