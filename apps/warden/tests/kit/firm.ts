// long: the one honest server that every test of the warden speaks through.
/** A small honest server with a firm's devices in it: signs statements, gives them indexes and shows them to a real warden. */
import {
  chainHeadOf,
  createOfficeState,
  createVaultState,
  encodeEntry,
  judge,
  newestGeneration,
  payloadCommitment,
  personHead,
  releasedBody,
  requestHash,
  signBody,
  signRequest,
} from '@strongroom/authority';
import type {
  Body,
  BodySigner,
  ChainId,
  DisposalItem,
  OfficeState,
  PositionRows,
  Request,
  RequestedPart,
  States,
  VaultState,
} from '@strongroom/authority';
import {
  concatBytes,
  encodeCbor,
  encodeU64,
  encodeUtf8,
  newId,
  officeId,
  sealIntakeBox,
} from '@strongroom/core';
import type { DeviceId, DisposalId, HoldId, PersonId, RecordId, RoomId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { NodeEngine } from '@strongroom/core/node';
import type { AppendAnswer, AppendItem, AppendResult, WardenClient } from '../../src/index.ts';
import { kindOf } from './own-kinds.ts';

export const engine: NodeEngine = createNodeEngine();
const empty = new Uint8Array(0);

export type Someone = {
  readonly person: PersonId;
  readonly device: DeviceId;
  readonly seed: Uint8Array;
};

/** A part of a record that the warden has sealed. */
export type SealedPart = {
  readonly record: RecordId;
  readonly slot: number;
  readonly hw: Uint8Array;
  readonly wrap: Uint8Array;
  readonly sealed: Uint8Array;
};

export class Firm {
  client: WardenClient;
  nowMs: () => number;
  readonly office: OfficeState = createOfficeState();
  /** The vault and the room in which everything is done, until there is a further vault. */
  vault!: VaultId;
  room!: RoomId;
  readonly vaultStates = new Map<string, VaultState>();
  readonly entries = new Map<string, AppendItem[]>([[officeId, []]]);
  origins = new Map<string, string>();
  owner!: Someone;
  /** The owner's. */
  kit!: BodySigner;
  wardenKey: Uint8Array = empty;
  /** Secret half of the firm's recovery key. */
  readonly recoverySeed: Uint8Array = engine.randomBytes(32);

  private constructor(client: WardenClient, nowMs: () => number) {
    this.client = client;
    this.nowMs = nowMs;
  }

  /** Genesis, one vault, one room with its first epoch. */
  static async create(client: WardenClient, nowMs: () => number = () => Date.now()): Promise<Firm> {
    const firm = new Firm(client, nowMs);
    const id = newId(engine, 'frm');
    const { vkey, origin } = await client.prepareLedger({ ledger: officeId, firm: id });
    const { publicKey, warden } = await client.hello();
    firm.wardenKey = publicKey;
    firm.origins.set(officeId, origin);
    const seed = engine.randomBytes(32);
    firm.owner = { person: newId(engine, 'per'), device: newId(engine, 'dev'), seed };
    const unlock = { id: newId(engine, 'unl'), seed: engine.randomBytes(32) };
    const { owner } = firm;
    const kem = async (): Promise<Uint8Array> => await engine.hpkePublicKey(engine.randomBytes(32));
    const keys = async (seed: Uint8Array): Promise<{ sign: Uint8Array; kem: Uint8Array }> => {
      return { sign: engine.ed25519PublicKeySync(seed), kem: await kem() };
    };
    const kit = { id: newId(engine, 'unl'), seed: engine.randomBytes(32) };
    firm.kit = kit;
    const hash = engine.randomBytes(32);
    const genesis = {
      k: 'firm.created',
      l: officeId,
      d: owner.device,
      t: firm.nowMs(),
      pos: { o: [0, 0, engine.sha256()] },
      c: ['firm', 0, new Uint8Array(32)],
      firm: id,
      suite: 1,
      warden: { number: warden, sign: publicKey, ledger: vkey },
      edition: 0,
      person: owner.person,
      device: { id: owner.device, ...(await keys(seed)) },
      unlocks: [
        { id: unlock.id, type: 'password', ...(await keys(unlock.seed)) },
        { id: kit.id, type: 'kit', ...(await keys(kit.seed)) },
      ],
      generation: { n: 1, kem: await kem(), boxesHash: hash },
      recovery: { kem: await engine.hpkePublicKey(firm.recoverySeed), boxHash: hash },
      staffRoom: newId(engine, 'rom'),
      officersRoom: newId(engine, 'rom'),
      nonce: engine.randomBytes(32),
    } as unknown as Body;
    await firm.submit(genesis, [{ id: owner.device, seed }, unlock, kit]);
    await firm.act('kit.noted', owner.person, { text: 'lost-kit-means-reset' }, officeId);
    await firm.addVault();
    return firm;
  }

  /** A vault, a room with its first epoch; from here on everything is done there. */
  async addVault(): Promise<void> {
    const { office, owner } = this;
    const [vault, room] = [newId(engine, 'vlt'), newId(engine, 'rom')];
    this.vault = vault;
    this.room = room;
    this.vaultStates.set(vault, createVaultState(vault));
    this.entries.set(vault, []);
    const { warden } = await this.client.hello();
    const { vkey, origin } = await this.client.prepareLedger({ ledger: vault });
    this.origins.set(vault, origin);
    await this.act('vault.created', 'firm', { vault, edition: 0, warden, vkey }, officeId);
    await this.act('room.created', room, { room, type: 'main', class: 1, suite: 1 });
    const { n, head } = personHead(office, owner.person, office.size);
    const generation = newestGeneration(office, owner.person, office.size)?.n ?? 0;
    const hash = engine.randomBytes(32);
    await this.act('epoch.rotated', room, {
      room,
      n: 1,
      commitment: hash,
      bundle: hash,
      recipients: [[owner.person, generation, [n, head]]],
      recovery: 1,
    });
  }

  get vaultState(): VaultState {
    return this.vaultStateOf(this.vault);
  }

  vaultStateOf(ledger: string): VaultState {
    const found = this.vaultStates.get(ledger);
    if (found === undefined) throw new Error('no such vault');
    return found;
  }

  states(ledger: string): States {
    return ledger === officeId
      ? { office: this.office }
      : { office: this.office, vault: this.vaultStateOf(ledger) };
  }

  positions(ledger: string): PositionRows {
    const root = new Uint8Array(32);
    const o = [0, this.office.size, root] as const;
    return ledger === officeId ? { o } : { o, v: [0, this.vaultStateOf(ledger).size, root] };
  }

  /** A statement of the owner's device in the next place of a chain; throws unless the warden applies it. */
  async act(
    kind: string,
    chain: ChainId,
    fields: object,
    ledger: string = this.vault,
  ): Promise<AppendAnswer> {
    const answer = await this.submit(this.bodyOf(kind, chain, fields, ledger), [
      { id: this.owner.device, seed: this.owner.seed },
    ]);
    const refused = answer.results.at(-1)?.void;
    if (refused !== undefined) throw new Error(`${kind} is void: ${refused}`);
    return answer;
  }

  bodyOf(kind: string, chain: ChainId, fields: object, ledger: string = this.vault): Body {
    const { n, head } = chainHeadOf(this.states(ledger), chain);
    const base = { k: kind, l: ledger, d: this.owner.device, t: this.nowMs(), pos: this.positions(ledger) };
    return { ...base, c: [chain, n, head], ...fields } as unknown as Body;
  }

  async submit(
    body: Body,
    signers: readonly BodySigner[],
    more: Partial<AppendItem> = {},
  ): Promise<AppendAnswer> {
    const signed = await signBody(engine, { body, signers });
    return await this.append(body.l, [{ entry: this.entryOf(body.l, signed), ...more }]);
  }

  entryOf(
    ledger: string,
    parts: {
      readonly body: Uint8Array;
      readonly sigs: readonly (readonly [BodySigner['id'], Uint8Array])[];
      readonly payload?: Uint8Array;
    },
  ): Uint8Array {
    const officeSize = ledger === officeId ? null : (this.entries.get(officeId)?.length ?? 0);
    const { body, sigs, payload = null } = parts;
    return encodeEntry({ officeSize, atMs: this.nowMs(), body, sigs, payload });
  }

  /** Gives items the next indexes, folds them as the warden judged, and answers what the warden answered. */
  async append(ledger: string, items: readonly AppendItem[]): Promise<AppendAnswer> {
    const all = this.entries.get(ledger) ?? [];
    const from = all.length;
    all.push(...items);
    const answer = await this.client.append({ ledger, from, items });
    await this.fold(ledger, from, answer.results);
    return answer;
  }

  async fold(ledger: string, from: number, results: readonly AppendResult[]): Promise<void> {
    const all = this.entries.get(ledger) ?? [];
    for (const result of results) {
      if (result.index < from) continue;
      const item = all[result.index];
      if (item === undefined) throw new Error('no such entry');
      const isRefused = result.void !== undefined;
      const place = { index: result.index, ledger: ledger as VaultId, isRefused };
      await judge(engine, this.states(ledger), item.entry, place);
    }
  }

  /** Brings the warden's own entries into the ledgers until none is left. */
  async bringOwn(): Promise<string[]> {
    const kinds: string[] = [];
    for (let round = 0; round < 10; round++) {
      const { own } = await this.client.tick();
      if (own.length === 0) return kinds;
      for (const { ledger, body, signature } of own) {
        const answer = await this.append(ledger, [
          { entry: this.entryOf(ledger, { body, sigs: [['warden', signature]] }) },
        ]);
        const kind = kindOf(body);
        kinds.push(answer.results.at(-1)?.void === undefined ? kind : `${kind}: void`);
      }
    }
    throw new Error('the warden never stops talking');
  }

  /** Sends everything again from the warden's size on, as after a restart. */
  async resend(): Promise<void> {
    for (const { ledger, size } of (await this.client.hello()).ledgers) {
      const items = (this.entries.get(ledger) ?? []).slice(size);
      if (items.length > 0) await this.client.append({ ledger, from: size, items });
    }
  }

  /** Seals wraps of new records in permanent slots. */
  async sealParts(count: number, hour = 0): Promise<SealedPart[]> {
    const { first } = await this.client.takeSlots({ vault: this.vault, room: this.room, hour, count });
    const { keys } = await this.client.getIntake(this.vault);
    const intakeKey = keys[0]?.pk ?? empty;
    const parts = Array.from({ length: count }, (_, place) => {
      const wrap = engine.randomBytes(48);
      return { record: newId(engine, 'rec'), slot: first + place, hw: engine.randomBytes(32), wrap };
    });
    const items = await Promise.all(
      parts.map(async ({ record, slot, hw, wrap }) => {
        const context = {
          vault: this.vault,
          slot,
          record,
          version: 1,
          part: 'card',
          room: this.room,
          wrapContextHash: hw,
        } as const;
        return { ...context, box: await sealIntakeBox(engine, { intakeKey, context, wrap }) };
      }),
    );
    const { results } = await this.client.seal({
      vault: this.vault,
      items: items.map(({ vault: _vault, ...item }) => item),
    });
    return parts.map((part, place) => {
      const result = results[place];
      if (result === undefined || 'code' in result) throw new Error(`not sealed: ${result?.code}`);
      return { ...part, sealed: result.sealed };
    });
  }

  /** A signed request for parts, with the key that opens its answer. */
  async ask(
    parts: readonly SealedPart[],
    change: Partial<Record<string, unknown>> = {},
  ): Promise<{ readonly request: Request; readonly sent: Uint8Array; readonly kemSeed: Uint8Array }> {
    const asked = parts.map(({ record, slot, hw }): RequestedPart => [
      this.room,
      record,
      1,
      'card',
      slot,
      hw,
    ]);
    return await this.askFor({ k: 'open', parts: asked, ...change });
  }

  /** A signed request with these fields. */
  async askFor(
    fields: object,
  ): Promise<{ readonly request: Request; readonly sent: Uint8Array; readonly kemSeed: Uint8Array }> {
    const kemSeed = engine.randomBytes(32);
    const request = {
      l: this.vault,
      d: this.owner.device,
      t: this.nowMs(),
      nonce: engine.randomBytes(16),
      pos: this.positions(this.vault),
      pk: await engine.hpkePublicKey(kemSeed),
      purpose: 'work',
      ...fields,
    } as Request;
    return { request, sent: await signRequest(engine, { request, seed: this.owner.seed }), kemSeed };
  }

  /** The item that a server makes of a request. */
  itemOf(request: Request, sent: Uint8Array, wraps: readonly Uint8Array[]): AppendItem {
    const salt = engine.randomBytes(32);
    const content = encodeCbor([sent]);
    const payload = payloadCommitment(engine, salt, content);
    const body = releasedBody(request, this.owner.person);
    return {
      entry: this.entryOf(this.vault, { body, sigs: [], payload }),
      payload: concatBytes(salt, content),
      wraps,
    };
  }

  /** Opens parts; answers the wraps, or why not. */
  async open(parts: readonly SealedPart[]): Promise<Uint8Array | string> {
    const { request, sent, kemSeed } = await this.ask(parts);
    const answer = await this.append(this.vault, [
      this.itemOf(
        request,
        sent,
        parts.map(({ sealed }) => sealed),
      ),
    ]);
    const result = answer.results.at(-1);
    if (result?.release === undefined) return result?.void ?? result?.withheld ?? 'nothing';
    return await this.openRelease(result, sent, kemSeed);
  }

  async openRelease(result: AppendResult, sent: Uint8Array, kemSeed: Uint8Array): Promise<Uint8Array> {
    const info = concatBytes(
      encodeUtf8('sr1/release/v1'),
      requestHash(engine, sent),
      encodeUtf8(this.origins.get(this.vault) ?? ''),
      encodeU64(result.index),
    );
    return await engine.hpkeOpen({ seed: kemSeed, info, aad: empty, sealed: result.release ?? empty });
  }

  /** Proposes a disposal of parts. The firm of one approves a day later. */
  async propose(
    parts: readonly SealedPart[],
    disposal: DisposalId = newId(engine, 'dsp'),
  ): Promise<{ disposal: DisposalId; hash: Uint8Array }> {
    const items = parts.map(({ record, slot, hw }): DisposalItem => [record, 1, 'card', slot, hw]);
    await this.act('disposal.proposed', this.room, { disposal, items });
    const hash = this.vaultState.disposals.get(disposal)?.proposal.hash ?? empty;
    return { disposal, hash };
  }

  async approve(
    { disposal, hash }: { readonly disposal: DisposalId; readonly hash: Uint8Array },
    sealed: readonly Uint8Array[],
  ): Promise<AppendAnswer> {
    const body = this.bodyOf('disposal.approved', this.room, { disposal, proposal: hash });
    return await this.submit(body, [{ id: this.owner.device, seed: this.owner.seed }], { sealed });
  }

  async hold(): Promise<HoldId> {
    const hold = newId(engine, 'hld');
    await this.act('role.granted', 'firm', { person: this.owner.person, role: 'officer' }, officeId).catch(
      () => undefined,
    );
    await this.act('hold.placed', this.room, { hold, records: [] });
    return hold;
  }
}
