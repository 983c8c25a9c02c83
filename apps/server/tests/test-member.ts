// long: one member that does everything a device does, read top to bottom.
/** A person with one device for tests of the server: signs real statements with real keys and speaks real HTTP. */
import { client as opaqueClient, ready } from '@serenity-kit/opaque';
import { decodeHeads, emptyChainHead, releasedBody, signBody, signRequest } from '@strongroom/authority';
import type { Body, OpenRequest, PositionRows } from '@strongroom/authority';
import {
  concatBytes,
  decodeBase64url,
  emptyBytes,
  encodeBase64url,
  encodeCbor,
  encodeRecordContext,
  encodeRecordHeader,
  floeSizes,
  hashLabelled,
  hashRecordContext,
  hashRecordHeader,
  hashSegmentLeaf,
  hashSegmentTree,
  newId,
  officeId,
  sealIntakeBox,
  signLabelled,
} from '@strongroom/core';
import type { DeviceId, FirmId, PersonId, RecordId, RoomId, UnlockId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { parseCheckpoint, parseNote } from '@strongroom/ledger';

export const engine = createNodeEngine();
const password = 'correct horse battery staple of a test';

/** An answer of the server, whatever its status. */
export type TestAnswer = {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly bytes: Uint8Array;
  readonly headers: Headers;
};

export async function callServer(
  url: string,
  method: string,
  path: string,
  options: {
    body?: unknown;
    session?: string | undefined;
    octets?: Uint8Array;
    headers?: Record<string, string>;
  } = {},
): Promise<TestAnswer> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.session !== undefined) headers['authorization'] = `Bearer ${options.session}`;
  if (options.body !== undefined) headers['content-type'] ??= 'application/json';
  if (options.octets !== undefined) headers['content-type'] = 'application/octet-stream';
  const body = options.octets ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const json = isJson ? (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>) : {};
  return { status: response.status, json, bytes, headers: response.headers };
}

type Keys = { readonly seed: Uint8Array; readonly sign: Uint8Array; readonly kem: Uint8Array };

async function makeKeys(): Promise<Keys> {
  const seed = engine.randomBytes(32);
  return { seed, sign: engine.ed25519PublicKeySync(seed), kem: await engine.hpkePublicKey(seed) };
}

/** What is known of a record that a member wrote. */
export type TestRecord = {
  readonly record: RecordId;
  readonly room: RoomId;
  readonly slots: readonly number[];
  readonly hashes: readonly Uint8Array[];
  readonly body: Uint8Array;
};

export class TestMember {
  readonly url: string;
  readonly person: PersonId;
  readonly device: DeviceId;
  firm: FirmId;
  session: string | undefined;
  /** How far the clocks of server and warden were moved. */
  shiftMs = 0;
  readonly deviceKeys: Keys;
  root: Uint8Array = emptyBytes;
  rooms: { staff: RoomId; officers: RoomId };

  private constructor(url: string, person: PersonId, deviceKeys: Keys) {
    this.url = url;
    this.person = person;
    this.device = newId(engine, 'dev');
    this.firm = newId(engine, 'frm');
    this.deviceKeys = deviceKeys;
    this.rooms = { staff: newId(engine, 'rom'), officers: newId(engine, 'rom') };
  }

  call(method: string, path: string, body?: unknown): Promise<TestAnswer> {
    return callServer(this.url, method, path, {
      session: this.session,
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Makes the firm and signs in. */
  static async createFirm(url: string, code: string): Promise<TestMember> {
    await ready;
    const member = new TestMember(url, newId(engine, 'per'), await makeKeys());
    const { clientRegistrationState, registrationRequest } = opaqueClient.startRegistration({ password });
    const prepared = await callServer(url, 'POST', '/v1/firm/prepare', {
      body: { code, firm: member.firm, person: member.person, registrationRequest },
    });
    if (prepared.status !== 200) throw new Error(JSON.stringify(prepared.json));
    const { registrationRecord } = opaqueClient.finishRegistration({
      clientRegistrationState,
      password,
      registrationResponse: prepared.json['registrationResponse'] as string,
      keyStretching: { 'argon2id-custom': { iterations: 1, memory: 8192, parallelism: 1 } },
    });
    const parts = await member.#makeUnlocks();
    const boxes = [engine.randomBytes(100), engine.randomBytes(101)] as const;
    const genesis = await signBody(engine, {
      body: {
        k: 'firm.created',
        l: officeId,
        d: member.device,
        t: Date.now(),
        pos: { o: [0, 0, engine.sha256()] },
        c: ['firm', 0, emptyChainHead],
        firm: member.firm,
        suite: 1,
        warden: {
          number: prepared.json['wardenNumber'] as number,
          sign: decodeBase64url(prepared.json['wardenSign'] as string),
          ledger: prepared.json['vkey'] as string,
        },
        edition: 0,
        person: member.person,
        device: { id: member.device, sign: member.deviceKeys.sign, kem: member.deviceKeys.kem },
        unlocks: parts.unlocks,
        generation: {
          n: 1,
          kem: (await makeKeys()).kem,
          boxesHash: hashLabelled(engine, 'attachment', boxes[0]),
        },
        recovery: { kem: (await makeKeys()).kem, boxHash: hashLabelled(engine, 'attachment', boxes[1]) },
        staffRoom: member.rooms.staff,
        officersRoom: member.rooms.officers,
        nonce: engine.randomBytes(32),
      },
      signers: [{ id: member.device, seed: member.deviceKeys.seed }, ...parts.signers],
    });
    const note = await signBody(engine, {
      body: {
        k: 'kit.noted',
        l: officeId,
        d: member.device,
        t: Date.now(),
        pos: { o: [0, 1, engine.randomBytes(32)] },
        c: [member.person, 0, emptyChainHead],
        text: 'lost-kit-means-reset',
      },
      signers: [{ id: member.device, seed: member.deviceKeys.seed }],
    });
    const input = {
      code,
      ...wire(genesis),
      attachments: boxes.map(encodeBase64url),
      registrationRecord,
      kitHalf: encodeBase64url(engine.randomBytes(32)),
      following: [wire(note)],
    };
    const created = await callServer(url, 'POST', '/v1/firm', { body: input });
    if (created.status !== 200) throw new Error(JSON.stringify(created.json));
    const firm = await callServer(url, 'GET', '/v1/firm');
    member.root = decodeBase64url(firm.json['root'] as string);
    await member.signIn();
    return member;
  }

  async #makeUnlocks(): Promise<{
    unlocks: { id: UnlockId; type: 'password' | 'kit'; sign: Uint8Array; kem: Uint8Array }[];
    signers: { id: UnlockId; seed: Uint8Array }[];
  }> {
    const unlocks = [];
    const signers = [];
    for (const type of ['password', 'kit'] as const) {
      const keys = await makeKeys();
      const id = newId(engine, 'unl');
      unlocks.push({ id, type, sign: keys.sign, kem: keys.kem });
      signers.push({ id, seed: keys.seed });
    }
    return { unlocks, signers };
  }

  /** Enrols another person whom this administrator invites; signed in afterwards. */
  async invite(
    roles: readonly ('opener' | 'auditor')[] = [],
    following: readonly { body: string; sigs: [string, string][] }[] = [],
  ): Promise<TestMember> {
    const other = new TestMember(this.url, newId(engine, 'per'), await makeKeys());
    other.firm = this.firm;
    other.root = this.root;
    const invitation = newId(engine, 'inv');
    const key = await makeKeys();
    await this.submit('firm', {
      k: 'person.invited',
      invitation,
      person: other.person,
      key: key.sign,
      roles: [...roles],
      endsAt: Date.now() + 86_400_000,
    });
    const at = Date.now();
    const proof = {
      invitation,
      at,
      signature: encodeBase64url(
        await signLabelled(engine, {
          label: 'enrolment',
          seed: key.seed,
          bytes: encodeCbor([invitation, at]),
        }),
      ),
    };
    const { clientRegistrationState, registrationRequest } = opaqueClient.startRegistration({ password });
    const started = await callServer(this.url, 'POST', '/v1/registrations', {
      body: { proof, registrationRequest },
    });
    if (started.status !== 200) throw new Error(JSON.stringify(started.json));
    const { registrationRecord } = opaqueClient.finishRegistration({
      clientRegistrationState,
      password,
      registrationResponse: started.json['registrationResponse'] as string,
      keyStretching: { 'argon2id-custom': { iterations: 1, memory: 8192, parallelism: 1 } },
    });
    const parts = await other.#makeUnlocks();
    const boxes = engine.randomBytes(64);
    const pos = (await this.position()).pos;
    const enrolment = await signBody(engine, {
      body: {
        k: 'person.enrolled',
        l: officeId,
        d: other.device,
        t: Date.now(),
        pos: { o: pos.o },
        c: [other.person, 0, emptyChainHead],
        invitation,
        person: other.person,
        device: { id: other.device, sign: other.deviceKeys.sign, kem: other.deviceKeys.kem },
        unlocks: parts.unlocks,
        generation: {
          n: 1,
          kem: (await makeKeys()).kem,
          boxesHash: hashLabelled(engine, 'attachment', boxes),
        },
      },
      signers: [
        { id: other.device, seed: other.deviceKeys.seed },
        ...parts.signers,
        { id: invitation, seed: key.seed },
      ],
    });
    const enrolled = await callServer(this.url, 'POST', '/v1/enrolments', {
      body: {
        proof,
        ...wire(enrolment),
        attachments: [encodeBase64url(boxes)],
        registrationRecord,
        kitHalf: encodeBase64url(engine.randomBytes(32)),
        following,
      },
    });
    if (enrolled.status !== 200) throw new Error(JSON.stringify(enrolled.json));
    await other.signIn();
    await other.submit(other.person, { k: 'kit.noted', text: 'lost-kit-means-reset' });
    return other;
  }

  async signIn(): Promise<TestAnswer> {
    const { clientLoginState, startLoginRequest } = opaqueClient.startLogin({ password });
    const started = await callServer(this.url, 'POST', '/v1/sessions/start', {
      body: { person: this.person, device: this.device, loginRequest: startLoginRequest },
    });
    const loginResponse = started.json['loginResponse'] as string;
    const finished = opaqueClient.finishLogin({
      clientLoginState,
      loginResponse,
      password,
      keyStretching: { 'argon2id-custom': { iterations: 1, memory: 8192, parallelism: 1 } },
    });
    const bytes = encodeCbor([
      this.root,
      this.device,
      decodeBase64url(started.json['challenge'] as string),
      hashLabelled(engine, 'opaque', decodeBase64url(loginResponse)),
    ]);
    const answer = await callServer(this.url, 'POST', '/v1/sessions', {
      body: {
        attempt: started.json['attempt'],
        finishRequest: finished?.finishLoginRequest,
        signature: encodeBase64url(
          await signLabelled(engine, { label: 'session', seed: this.deviceKeys.seed, bytes }),
        ),
      },
    });
    this.session = answer.json['session'] as string | undefined;
    return answer;
  }

  /** Head of a chain and the positions to cite. */
  async position(
    ledger: VaultId = officeId,
    chain = 'firm',
  ): Promise<{ n: number; head: Uint8Array; pos: PositionRows }> {
    const synced = await this.call('POST', '/v1/sync', {
      ledger,
      chains: chain.startsWith('rom_') || ledger === officeId ? [[chain, 0]] : [],
      known: { office: 0 },
    });
    if (synced.status !== 200) throw new Error(JSON.stringify(synced.json));
    const { heads } = decodeHeads(decodeBase64url(synced.json['heads'] as string));
    const [n, head] = heads.chains[chain] ?? [0, emptyChainHead];
    const checkpoint = parseCheckpoint(parseNote(synced.json['checkpoint'] as string).text);
    const office =
      ledger === officeId
        ? checkpoint
        : parseCheckpoint(parseNote(await this.text(`/v1/ledgers/${officeId}/checkpoint`)).text);
    const o = [0, office.size, office.root] as const;
    return { n, head, pos: ledger === officeId ? { o } : { o, v: [0, checkpoint.size, checkpoint.root] } };
  }

  async text(path: string): Promise<string> {
    return new TextDecoder().decode((await this.call('GET', path)).bytes);
  }

  /** Signs a statement at the end of a chain. */
  async sign(
    chain: string,
    fields: Record<string, unknown>,
    ledger: VaultId = officeId,
  ): Promise<{ body: string; sigs: [string, string][] }> {
    const isNew = fields['k'] === 'room.created';
    const { n, head, pos } = isNew
      ? {
          ...(await this.position(ledger, ledger === officeId ? 'firm' : 'none')),
          n: 0,
          head: emptyChainHead,
        }
      : await this.position(ledger, chain);
    const body = {
      ...fields,
      l: ledger,
      d: this.device,
      t: Date.now() + this.shiftMs,
      pos,
      c: [chain, n, head],
    } as unknown as Body;
    return wire(await signBody(engine, { body, signers: [{ id: this.device, seed: this.deviceKeys.seed }] }));
  }

  /** Signs and submits a statement; throws unless it is appended. */
  async submit(
    chain: string,
    fields: Record<string, unknown>,
    ledger: VaultId = officeId,
    attachments: readonly Uint8Array[] = [],
  ): Promise<TestAnswer> {
    const signed = await this.sign(chain, fields, ledger);
    const answer = await this.call('POST', `/v1/ledgers/${ledger}/entries`, {
      ...signed,
      attachments: attachments.map(encodeBase64url),
      known: { office: 0 },
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
    return answer;
  }

  async createVault(): Promise<VaultId> {
    const vault = newId(engine, 'vlt');
    const prepared = await this.call('POST', '/v1/vaults/prepare', { vault });
    if (prepared.status !== 200) throw new Error(JSON.stringify(prepared.json));
    const signed = await this.sign('firm', {
      k: 'vault.created',
      vault,
      edition: 0,
      warden: 1,
      vkey: prepared.json['vkey'],
    });
    const created = await this.call('POST', '/v1/vaults', { ...signed, known: { office: 0 } });
    if (created.status !== 200) throw new Error(JSON.stringify(created.json));
    return vault;
  }

  /** A client's main room with epoch 1. */
  async createClient(vault: VaultId, code: string): Promise<RoomId> {
    const room = newId(engine, 'rom');
    const signed = await this.sign(
      room,
      { k: 'room.created', room, type: 'main', client: code, class: 1, suite: 1 },
      vault,
    );
    const created = await this.call('POST', `/v1/vaults/${vault}/clients`, {
      ...signed,
      attachments: [],
      known: { office: 0 },
    });
    if (created.status !== 200) throw new Error(JSON.stringify(created.json));
    const bundle = engine.randomBytes(200);
    const own = await this.position(officeId, this.person);
    await this.submit(
      room,
      {
        k: 'epoch.rotated',
        room,
        n: 1,
        commitment: engine.randomBytes(32),
        bundle: hashLabelled(engine, 'attachment', bundle),
        recipients: [[this.person, 1, [own.n, own.head]]],
        recovery: 1,
      },
      vault,
      [bundle],
    );
    return room;
  }

  /** A record of random ciphertext: what the server cannot tell from a real one. */
  async writeRecord(
    vault: VaultId,
    room: RoomId,
    options: { bodyBytes?: number; record?: RecordId; version?: number } = {},
  ): Promise<TestRecord> {
    const made = await this.makeVersion(vault, room, options);
    const answer = await this.call('POST', `/v1/vaults/${vault}/versions`, made.input);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.json));
    return made;
  }

  /** Everything for a commit, the body uploaded. */
  async makeVersion(
    vault: VaultId,
    room: RoomId,
    options: { bodyBytes?: number; record?: RecordId; version?: number; firstSlot?: number } = {},
  ): Promise<TestRecord & { input: Record<string, unknown>; sealBoxes: () => Promise<string[]> }> {
    const { record = newId(engine, 'rec'), version = 1, bodyBytes } = options;
    const parts: ('card' | 'body')[] = bodyBytes === undefined ? ['card'] : ['card', 'body'];
    const block = await this.call('POST', `/v1/vaults/${vault}/slots`, {
      room,
      hour: 0,
      count: parts.length,
    });
    if (block.status !== 200) throw new Error(JSON.stringify(block.json));
    const first = options.firstSlot ?? (block.json['first'] as number);
    const body = bodyBytes === undefined ? emptyBytes : randomBytes(bodyBytes);
    const upload = newId(engine, 'upl');
    if (bodyBytes !== undefined) await this.upload(vault, room, upload, body);
    const card = engine.randomBytes(400);
    const leaves = [hashSegmentLeaf(engine, card)];
    if (bodyBytes !== undefined) {
      leaves.push(hashSegmentLeaf(engine, body.subarray(0, floeSizes.header)));
      for (let at = floeSizes.header; at < body.length; at += 262_144)
        leaves.push(hashSegmentLeaf(engine, body.subarray(at, at + 262_144)));
    }
    const contextOf = (part: 'card' | 'body'): Uint8Array =>
      encodeRecordContext({
        firm: this.firm,
        vault,
        homeRoom: room,
        record,
        version,
        part,
        kind: 'document',
        recordClass: 1,
        device: this.device,
        epoch: 1,
      });
    const { pos } = await this.position(vault, room);
    const header = encodeRecordHeader({
      cardContext: contextOf('card'),
      cardCommitment: hashRecordContext(engine, contextOf('card')),
      cardStoredSizeBytes: card.length,
      ...(bodyBytes === undefined
        ? {}
        : {
            body: {
              context: contextOf('body'),
              commitment: engine.randomBytes(32),
              storedSizeBytes: body.length,
            },
          }),
      root: hashSegmentTree(engine, leaves),
      ...(version === 1 ? {} : { previous: engine.randomBytes(32) }),
      positions: {
        office: { edition: 0, size: pos.o[1], root: pos.o[2] },
        vault: { edition: 0, size: pos.v?.[1] ?? 0, root: pos.v?.[2] ?? emptyBytes },
      },
      atMs: Date.now(),
    });
    const hashes = parts.map(() => engine.randomBytes(32));
    const wraps = parts.map(() => engine.randomBytes(48));
    const sealBoxes = async (): Promise<string[]> => {
      const intake = await this.call('GET', `/v1/vaults/${vault}/intake`);
      if (intake.status !== 200) throw new Error(JSON.stringify(intake.json));
      const intakeKey = decodeBase64url((intake.json['keys'] as { pk: string }[])[0]!.pk);
      const boxes = [];
      for (const [place, part] of parts.entries()) {
        const context = {
          vault,
          slot: first + place,
          record,
          version,
          part,
          room,
          wrapContextHash: hashes[place]!,
        };
        boxes.push(
          encodeBase64url(await sealIntakeBox(engine, { intakeKey, context, wrap: wraps[place] as never })),
        );
      }
      return boxes;
    };
    const signed = await this.sign(
      room,
      {
        k: 'written',
        room,
        record,
        version,
        header: hashRecordHeader(engine, header),
        kind: 'document',
        class: 1,
        wraps: parts.map((part, place) => ({ part, epoch: 1, slot: first + place, hw: hashes[place] })),
      },
      vault,
    );
    return {
      record,
      room,
      slots: parts.map((_, place) => first + place),
      hashes,
      body,
      sealBoxes,
      input: {
        ...signed,
        header: encodeBase64url(header),
        card: encodeBase64url(card),
        boxes: await sealBoxes(),
        ...(bodyBytes === undefined ? {} : { upload }),
        leafHashes: encodeBase64url(concatBytes(...leaves)),
        known: { office: 0, vault: 0 },
      },
    };
  }

  async upload(vault: VaultId, room: RoomId, upload: string, body: Uint8Array): Promise<void> {
    const started = await this.call('POST', `/v1/vaults/${vault}/uploads`, {
      upload,
      room,
      storedBytes: body.length,
    });
    if (started.status !== 200) throw new Error(JSON.stringify(started.json));
    const partBytes = started.json['partBytes'] as number;
    for (let part = 0; part < (started.json['parts'] as number); part++) {
      const from = part === 0 ? 0 : floeSizes.header + part * partBytes;
      const octets = body.subarray(from, floeSizes.header + (part + 1) * partBytes);
      const put = await callServer(this.url, 'PUT', `/v1/vaults/${vault}/uploads/${upload}/parts/${part}`, {
        session: this.session,
        octets,
      });
      if (put.status !== 204) throw new Error(JSON.stringify(put.json));
    }
  }

  /** A signed request to open parts of a record. */
  async makeRequest(
    vault: VaultId,
    record: TestRecord,
    overrides: Partial<OpenRequest> = {},
  ): Promise<Uint8Array> {
    const { pos } = await this.position(vault, 'none');
    const parts = record.slots.map(
      (slot, place) =>
        [record.room, record.record, 1, place === 0 ? 'card' : 'body', slot, record.hashes[place]!] as const,
    );
    const request = {
      k: 'open',
      l: vault,
      d: this.device,
      t: Date.now() + this.shiftMs,
      nonce: engine.randomBytes(16),
      pos,
      pk: (await makeKeys()).kem,
      purpose: 'work',
      parts,
      ...overrides,
    } as OpenRequest;
    // Computing the line here too shows that the request is one that a line can be made of.
    releasedBody(request, this.person);
    return await signRequest(engine, { request, seed: this.deviceKeys.seed });
  }

  release(vault: VaultId, request: Uint8Array): Promise<TestAnswer> {
    return this.call('POST', `/v1/vaults/${vault}/releases`, { request: encodeBase64url(request) });
  }
}

function wire(signed: { body: Uint8Array; sigs: readonly (readonly [string, Uint8Array])[] }): {
  body: string;
  sigs: [string, string][];
} {
  return {
    body: encodeBase64url(signed.body),
    sigs: signed.sigs.map(([id, signature]) => [id, encodeBase64url(signature)]),
  };
}

function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536)
    bytes.set(engine.randomBytes(Math.min(65_536, length - at)), at);
  return bytes;
}
