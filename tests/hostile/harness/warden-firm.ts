/** A firm in a WardenWorld: an owner, an officer, a member and a stranger, a vault, a room with an epoch, and records with real wraps. */
import {
  findRoom,
  membersOf,
  newestGeneration,
  personFingerprint,
  personHead,
  releasedBody,
  requestHash,
  signRequest,
} from '@strongroom/authority';
import type { OpenRequest, Request, RoomRole } from '@strongroom/authority';
import * as core from '@strongroom/core';
import type { PersonId, RecordId, RoomId } from '@strongroom/core';
import { deviceKeys, makeKeys, makeMember, signersOfStart, unlockKeys } from './members.ts';
import type { Keys, Member } from './members.ts';
import { WardenWorld } from './warden-world.ts';
import type { Departure, Submitted } from './warden-world.ts';

/** A record with one card. */
export interface PaperRecord {
  readonly record: RecordId;
  readonly version: number;
  readonly contentKey: Uint8Array;
  readonly header: core.RecordHeader;
  readonly stored: Uint8Array;
  readonly slot: number;
  readonly wrapContext: core.WrapContext;
  readonly hw: Uint8Array;
  readonly sealed: Uint8Array;
  readonly written: Submitted;
}

/** A request and what became of it. */
export interface Opening {
  readonly request: OpenRequest;
  readonly signed: Uint8Array;
  /** Seed of the request's own key. */
  readonly seed: Uint8Array;
  readonly line: Submitted;
}

/** How an opening departs from a right one. */
export interface OpeningDeparture {
  readonly change?: Partial<OpenRequest>;
  readonly signer?: Keys<core.DeviceId>;
  /** In place of the record's own sealed wrap. */
  readonly sealed?: Uint8Array;
  /** Person named in the line. */
  readonly person?: PersonId;
  /** Alters the request after it was signed. */
  readonly tamper?: (signed: Uint8Array) => Uint8Array;
}

/** The people and rooms of the firm. */
export class WardenFirm extends WardenWorld {
  owner!: Member;
  officer!: Member;
  member!: Member;
  stranger!: Member;
  readonly room: RoomId;
  readonly otherRoom: RoomId = core.newId(this.engine, 'rom');
  readonly firm: core.FirmId = core.newId(this.engine, 'frm');
  /** Newest last, by room. */
  readonly epochKeys: Map<RoomId, Uint8Array[]> = new Map();
  #recovery!: Keys<'recovery'>;

  constructor(like?: Pick<WardenFirm, 'vault' | 'room'>) {
    super(like?.vault);
    this.room = like?.room ?? core.newId(this.engine, 'rom');
  }

  /** A firm at work; `like` is another firm whose ids of vault and room it takes. */
  static async found(like?: Pick<WardenFirm, 'vault' | 'room'>): Promise<WardenFirm> {
    const world = new WardenFirm(like);
    await world.start();
    await world.#begin();
    world.officer = await world.enrol();
    await world.must(world.owner.device, 'role.granted', 'firm', {
      person: world.officer.person,
      role: 'officer',
    });
    world.member = await world.enrol();
    world.stranger = await world.enrol();
    const { vkey } = await world.client.prepareLedger({ ledger: world.vault });
    world.addVault(world.vault);
    await world.must(world.owner.device, 'vault.created', 'firm', {
      vault: world.vault,
      edition: 0,
      warden: 1,
      vkey,
    });
    for (const room of [world.room, world.otherRoom]) {
      await world.inVault(world.owner, 'room.created', room, { room, type: 'main', class: 1, suite: 1 });
      await world.rotate(world.owner, room);
    }
    await world.grant(world.owner, world.room, world.member.person);
    await world.grant(world.owner, world.room, world.officer.person, 'manager');
    return world;
  }

  async #begin(): Promise<void> {
    const { engine, client } = this;
    this.owner = await makeMember(engine);
    this.#recovery = await makeKeys(engine, 'recovery');
    const { vkey } = await client.prepareLedger({ ledger: core.officeId, firm: this.firm });
    const { publicKey, warden } = await client.hello();
    const { person, device, unlocks, generation } = this.owner;
    const body = this.bodyOf(device, 'firm.created', 'firm', {
      firm: this.firm,
      suite: 1,
      warden: { number: warden, sign: publicKey, ledger: vkey },
      edition: 0,
      person,
      device: deviceKeys(device),
      unlocks: unlocks.map(unlockKeys),
      generation: { n: 1, kem: generation.kem, boxesHash: engine.randomBytes(32) },
      recovery: { kem: this.#recovery.kem, boxHash: engine.randomBytes(32) },
      staffRoom: core.newId(engine, 'rom'),
      officersRoom: core.newId(engine, 'rom'),
      nonce: engine.randomBytes(32),
    });
    const genesis = await this.submit(body, signersOfStart(this.owner));
    if (genesis.void !== undefined) throw new Error(`the genesis is void: ${genesis.void}`);
    await this.must(device, 'kit.noted', person, { text: 'lost-kit-means-reset' });
  }

  /** Invites and enrols a person. */
  async enrol(): Promise<Member> {
    const { engine } = this;
    const who = await makeMember(engine);
    const invitation = { id: core.newId(engine, 'inv'), seed: engine.randomBytes(32) };
    await this.must(this.owner.device, 'person.invited', 'firm', {
      invitation: invitation.id,
      person: who.person,
      key: await engine.ed25519PublicKey(invitation.seed),
      roles: [],
      endsAt: this.nowMs() + 3_600_000,
    });
    const body = this.bodyOf(
      who.device,
      'person.enrolled',
      who.person,
      {
        invitation: invitation.id,
        person: who.person,
        device: deviceKeys(who.device),
        unlocks: who.unlocks.map(unlockKeys),
        generation: { n: 1, kem: who.generation.kem, boxesHash: engine.randomBytes(32) },
      },
      { change: { c: [who.person, 0, new Uint8Array(32)] } },
    );
    const line = await this.submit(body, [...signersOfStart(who), invitation]);
    if (line.void !== undefined) throw new Error(`the enrolment is void: ${line.void}`);
    await this.must(who.device, 'kit.noted', who.person, { text: 'lost-kit-means-reset' });
    return who;
  }

  /** A statement in the vault that must hold. */
  async inVault(
    by: Member,
    kind: Parameters<WardenWorld['must']>[1],
    room: RoomId,
    fields: Readonly<Record<string, unknown>>,
    departure: Departure = {},
  ): Promise<Submitted> {
    return await this.must(by.device, kind, room, fields, { ledger: this.vault, ...departure });
  }

  /** A statement in the vault that may be void. */
  async tryInVault(
    by: Member,
    kind: Parameters<WardenWorld['act']>[1],
    room: RoomId,
    fields: Readonly<Record<string, unknown>>,
    departure: Departure = {},
  ): Promise<Submitted> {
    return await this.act(by.device, kind, room, fields, { ledger: this.vault, ...departure });
  }

  /** The right fields of the room's next rotation. */
  rotationFields(room: RoomId): Record<string, unknown> & { readonly n: number } {
    const at = this.office.size;
    const members = membersOf(this.states(this.vault), room, { at, atMs: this.nowMs() });
    return {
      room,
      n: this.newestEpoch(room) + 1,
      commitment: this.engine.randomBytes(32),
      bundle: this.engine.randomBytes(32),
      recipients: members.map(({ person }) => {
        const { n, head } = personHead(this.office, person, at);
        return [person, newestGeneration(this.office, person, at)?.n ?? 0, [n, head]];
      }),
      recovery: 1,
    };
  }

  newestEpoch(room: RoomId): number {
    return this.epochKeys.get(room)?.length ?? 0;
  }

  /** A new epoch. */
  async rotate(by: Member, room: RoomId): Promise<void> {
    await this.inVault(by, 'epoch.rotated', room, this.rotationFields(room));
    this.epochKeys.set(room, [...(this.epochKeys.get(room) ?? []), core.newEpochKey(this.engine)]);
  }

  /** The right fields of a grant. */
  grantFields(room: RoomId, person: PersonId, role: RoomRole = 'member'): Record<string, unknown> {
    const at = this.office.size;
    const { n, head } = personHead(this.office, person, at);
    return {
      room,
      person,
      role,
      generation: newestGeneration(this.office, person, at)?.n ?? 1,
      head: [n, head],
      fingerprint: personFingerprint(this.engine, this.office, person) ?? new Uint8Array(16),
      epoch: this.newestEpoch(room),
      bundle: this.engine.randomBytes(32),
    };
  }

  async grant(by: Member, room: RoomId, person: PersonId, role: RoomRole = 'member'): Promise<void> {
    await this.inVault(by, 'access.granted', room, this.grantFields(room, person, role));
  }

  /** Seals a record and writes its line. `departure` and `epoch` are for a hostile writer. */
  async write(
    by: Member,
    room: RoomId,
    options: { readonly departure?: Departure; readonly epoch?: number; readonly author?: Member } = {},
  ): Promise<PaperRecord> {
    const { engine, vault } = this;
    const record = core.newId(engine, 'rec');
    const contentKey = core.newContentKey(engine);
    const epoch = options.epoch ?? this.newestEpoch(room);
    const author = options.author ?? by;
    const cardContext = core.encodeRecordContext({
      firm: this.firm,
      vault,
      homeRoom: room,
      record,
      version: 1,
      part: 'card',
      kind: 'document',
      recordClass: 1,
      device: author.device.id,
      epoch,
    });
    const card = await core.sealCard(engine, {
      contentKey,
      context: cardContext,
      content: { name: 'paper' },
    });
    const { o, v = o } = this.positions(vault);
    const [office, here] = [o, v].map(([edition, size, root]) => ({ edition, size, root })) as [
      core.LedgerPosition,
      core.LedgerPosition,
    ];
    const header: core.RecordHeader = {
      cardContext,
      cardCommitment: card.commitment,
      cardStoredSizeBytes: card.stored.length,
      root: core.hashSegmentLeaf(engine, card.stored),
      positions: { office, vault: here },
      atMs: this.nowMs(),
    };
    const headerHash = core.hashRecordHeader(engine, core.encodeRecordHeader(header));
    const { first: slot } = await this.client.takeSlots({ vault, room, hour: 0, count: 1 });
    const wrapContext: core.WrapContext = {
      headerHash,
      part: 'card',
      room,
      epoch,
      slot,
      grantor: by.device.id,
    };
    const hw = core.hashWrapContext(engine, wrapContext);
    const epochKey = this.epochKeys.get(room)?.[epoch - 1] ?? new Uint8Array(32);
    const wrap = await core.wrapContentKey(engine, { epochKey, context: wrapContext, contentKey });
    const sealed = await this.seal(
      { slot, record, version: 1, part: 'card', room, wrapContextHash: hw },
      wrap,
    );
    const written = await this.tryInVault(
      by,
      'written',
      room,
      {
        room,
        record,
        version: 1,
        header: headerHash,
        kind: 'document',
        class: 1,
        wraps: [{ part: 'card', epoch, slot, hw }],
      },
      options.departure,
    );
    return {
      record,
      version: 1,
      contentKey,
      header,
      stored: card.stored,
      slot,
      wrapContext,
      hw,
      sealed,
      written,
    };
  }

  /** Has the warden seal a wrap for a slot. */
  async seal(context: Omit<core.SealContext, 'vault'>, wrap: Uint8Array): Promise<Uint8Array> {
    const { keys } = await this.client.getIntake(this.vault);
    const box = await core.sealIntakeBox(this.engine, {
      intakeKey: keys[0]?.pk ?? new Uint8Array(0),
      context: { vault: this.vault, ...context },
      wrap,
    });
    const { results } = await this.client.seal({ vault: this.vault, items: [{ ...context, box }] });
    const result = results[0];
    if (result === undefined || 'code' in result) throw new Error(`not sealed: ${result?.code}`);
    return result.sealed;
  }

  /** A request to open a record's card, made into a line by the test's server. */
  async open(by: Member, record: PaperRecord, departure: OpeningDeparture = {}): Promise<Opening> {
    const seed = this.engine.randomBytes(32);
    const request: OpenRequest = {
      k: 'open',
      l: this.vault,
      d: by.device.id,
      t: this.nowMs(),
      nonce: this.engine.randomBytes(16),
      pos: this.positions(this.vault),
      pk: await this.engine.hpkePublicKey(seed),
      purpose: 'work',
      parts: [[record.wrapContext.room, record.record, record.version, 'card', record.slot, record.hw]],
      ...departure.change,
    };
    const right = await signRequest(this.engine, { request, seed: (departure.signer ?? by.device).seed });
    const signed = departure.tamper?.(right) ?? right;
    const line = await this.release(request, signed, {
      person: departure.person ?? by.person,
      sealed: departure.sealed ?? record.sealed,
    });
    return { request, signed, seed, line };
  }

  /** The line of a request, handed to the warden with a sealed wrap. */
  async release(
    request: Request,
    signed: Uint8Array,
    options: { readonly person: PersonId; readonly sealed: Uint8Array },
  ): Promise<Submitted> {
    const payload = this.payloadOf(core.encodeCbor([signed]));
    const body = releasedBody(request, options.person);
    return await this.append(this.vault, { body, sigs: [] }, { payload, wraps: [options.sealed] });
  }

  /** Opens a release with a request's key, down to the card. */
  async read(opening: Opening, record: PaperRecord, epochKey?: Uint8Array): Promise<core.CborValue> {
    const { engine } = this;
    const wrap = await engine.hpkeOpen({
      seed: opening.seed,
      info: core.concatBytes(
        core.encodeUtf8('sr1/release/v1'),
        requestHash(engine, opening.signed),
        core.encodeUtf8(this.origin),
        core.encodeU64(opening.line.index),
      ),
      aad: new Uint8Array(0),
      sealed: opening.line.release ?? new Uint8Array(0),
    });
    const { room, epoch } = record.wrapContext;
    const contentKey = await core.unwrapContentKey(engine, {
      epochKey: epochKey ?? this.epochKeys.get(room)?.[epoch - 1] ?? new Uint8Array(32),
      context: record.wrapContext,
      wrap,
    });
    return await core.openCard(engine, {
      contentKey,
      context: record.header.cardContext,
      commitment: record.header.cardCommitment,
      stored: record.stored,
    });
  }

  /** Whether the vault's chain of a room is where the world believes it is. */
  chainLength(room: RoomId): number {
    return findRoom(this.vaults.get(this.vault) as never, room)?.chain.n ?? 0;
  }
}
